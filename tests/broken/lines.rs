//! The log of one test.

use std::cell::RefCell;
use std::io;
use std::sync::Once;

use serde_json::Value;
use tracing::Metadata;
use tracing_subscriber::filter::DynFilterFn;
use tracing_subscriber::layer::{Context, Layer as _, SubscriberExt as _};
use tracing_subscriber::registry::Registry;
use tracing_subscriber::util::SubscriberInitExt as _;

thread_local! {
    static KEPT: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// The log of this thread, and so of a test that runs on one thread alone: every
/// target, at every level. One subscriber for all: those of single threads disturb
/// each other's caches.
#[derive(Clone, Copy)]
pub struct Lines;

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        KEPT.with_borrow_mut(|kept| kept.iter_mut().for_each(|kept| kept.extend(bytes)));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    /// Keeps what `wanted` wants, from now on.
    pub fn capture(wanted: fn(&Metadata<'_>) -> bool) -> Self {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            let is_kept = move |line: &Metadata<'_>, _: &Context<'_, Registry>| {
                KEPT.with_borrow(Option::is_some) && wanted(line)
            };
            let lines = tracing_subscriber::fmt::layer()
                .json()
                .flatten_event(true)
                .with_writer(|| Lines)
                .with_filter(DynFilterFn::new(is_kept));
            tracing_subscriber::registry().with(lines).init();
        });
        KEPT.set(Some(Vec::new()));
        Self
    }

    /// What was written since the last time.
    #[expect(clippy::unused_self, reason = "there is none without a capture")]
    pub fn take(self) -> String {
        let kept = KEPT.replace(Some(Vec::new())).unwrap();
        String::from_utf8(kept).unwrap()
    }

    /// Those of it that say this.
    pub fn take_of(self, message: &str) -> Vec<Value> {
        (self.take().lines())
            .map(|line| serde_json::from_str::<Value>(line).expect("one line, one JSON"))
            .filter(|line| line["message"] == message)
            .collect()
    }
}
