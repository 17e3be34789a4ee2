//! Where log lines go, and what a panic may say.

use std::io::{IsTerminal as _, stderr};
use std::panic::{Location, PanicHookInfo};

use tracing::error;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Writes lines to standard error: for people on a terminal, else as JSON.
/// `RUST_LOG` chooses the levels.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let terminal = stderr().is_terminal();
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        .with_span_events(FmtSpan::NONE)
        .with_target(false)
        .with_ansi(terminal && std::env::var_os("NO_COLOR").is_none());
    // A second subscriber in one process (a test's) is no reason to fail.
    let _ = if terminal {
        lines.finish().try_init()
    } else {
        lines.json().flatten_event(true).finish().try_init()
    };
    std::panic::set_hook(Box::new(panicked));
}

/// Where it happened, never what it said: a panic's message may hold a value that
/// came from a token.
fn panicked(info: &PanicHookInfo<'_>) {
    let at = info.location();
    error!(
        file = at.map(Location::file),
        line = at.map(Location::line),
        "panic"
    );
}
