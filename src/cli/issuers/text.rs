//! Issuers for people. `now`: seconds since 1970, of this machine.

use anstyle::Style;
use jiff::Timestamp;
use prost_types::Timestamp as WireTimestamp;

use crate::cli::look::{BAD, GOOD, UNSURE};
use crate::cli::table::{Cell, Table};
use crate::escape::escape_to;
use crate::pb::{IssuerState, KeyInfo, KeySetState};

/// One line each.
pub(super) fn table(issuers: &[IssuerState], now: i64) -> String {
    let mut table = Table::with_header(&[
        "NAME",
        "STATE",
        "AGE",
        "USABLE",
        "IGNORED",
        "NEXT",
        "SKEW",
        "LAST ERROR",
    ]);
    for issuer in issuers {
        let count = |count: u32| issuer.trusted.then(|| count.to_string());
        table.row([
            safe(&issuer.name).into(),
            state(issuer),
            age(issuer).into(),
            count(issuer.usable_keys).into(),
            count(issuer.ignored_keys).into(),
            issuer.next_refresh_at.map(|at| until(at, now)).into(),
            skew(issuer).into(),
            issuer.last_error.as_str().into(),
        ]);
    }
    table.render()
}

/// Everything about each, with its keys.
pub(super) fn whole(issuers: &[IssuerState], now: i64) -> String {
    let told: Vec<String> = issuers.iter().map(|issuer| one(issuer, now)).collect();
    told.join("\n")
}

fn one(issuer: &IssuerState, now: i64) -> String {
    let mut fields = Table::default();
    let mut field = |name: &str, value: Cell| fields.row([name.into(), value]);
    field("name", safe(&issuer.name).into());
    field("issuer", safe(&issuer.issuer).into());
    field("environment", safe(&issuer.environment).into());
    field("state", state(issuer));
    if !issuer.trusted {
        return fields.render();
    }
    field("algorithms", safe(&issuer.algorithms.join(", ")).into());
    field("source", safe(&issuer.source).into());
    let fetched_at = issuer.keys.and_then(|keys| keys.fetched_at);
    match age(issuer) {
        // By a clock that is never set, other than `now`.
        Some(age) => field("confirmed", dated(format!("{age} ago"), fetched_at).into()),
        None => field("read", fetched_at.map(instant).into()),
    }
    let ago = |at| dated(format!("{} ago", since(at, now)), Some(at));
    field("last attempt", issuer.last_attempt_at.map(ago).into());
    field("last error", issuer.last_error.as_str().into());
    let next = |at| dated(until(at, now), Some(at));
    field("next refresh", issuer.next_refresh_at.map(next).into());
    let skew = skew(issuer).map(|skew| format!("{skew} (our clock minus the issuer's)"));
    field("clock skew", skew.into());
    let (usable, ignored) = (issuer.usable_keys, issuer.ignored_keys);
    field("keys", format!("{usable} usable, {ignored} ignored").into());
    let mut text = fields.render();
    if !issuer.key_infos.is_empty() {
        text.push('\n');
        text.push_str(&keys(&issuer.key_infos, now));
    }
    text
}

/// Their texts are escaped already.
fn keys(infos: &[KeyInfo], now: i64) -> String {
    let mut table = Table::with_header(&["KID", "TYPE", "ALG", "USE", "PROBLEM"]);
    for key in infos {
        let problem = match key.withdrawn_at {
            _ if !key.problem_text.is_empty() => Cell::new(key.problem_text.as_str(), UNSURE),
            Some(at) => Cell::new(format!("withdrawn {} ago", since(at, now)), UNSURE),
            None => "".into(),
        };
        table.row([
            key.key_id.as_str().into(),
            key.key_type.as_str().into(),
            key.algorithm.as_str().into(),
            key.r#use.as_str().into(),
            problem,
        ]);
    }
    table.render()
}

fn state(issuer: &IssuerState) -> Cell {
    if !issuer.trusted {
        return "untrusted".into();
    }
    let (text, style) = match issuer.keys.map(|keys| keys.state()) {
        Some(KeySetState::Fresh) => ("fresh", GOOD),
        Some(KeySetState::Static) => ("static", GOOD),
        Some(KeySetState::Stale) => ("stale", UNSURE),
        Some(KeySetState::Snapshot) => ("snapshot", UNSURE),
        Some(KeySetState::TooStale) => ("too stale", BAD),
        Some(KeySetState::None) | None => ("no keys", BAD),
        // Of a later version.
        Some(KeySetState::Unspecified) => ("unknown", Style::new()),
    };
    Cell::new(text, style)
}

fn age(issuer: &IssuerState) -> Option<String> {
    issuer.age.map(|age| span(age.seconds))
}

fn dated(text: String, at: Option<WireTimestamp>) -> String {
    match at {
        Some(at) => format!("{text} ({})", instant(at)),
        None => text,
    }
}

fn since(at: WireTimestamp, now: i64) -> String {
    span(now.saturating_sub(at.seconds))
}

fn until(at: WireTimestamp, now: i64) -> String {
    match at.seconds.saturating_sub(now) {
        ahead @ 1.. => format!("in {}", span(ahead)),
        _ => "now".into(),
    }
}

/// With its sign, to the second: that is what leeway is counted in.
fn skew(issuer: &IssuerState) -> Option<String> {
    issuer.clock_skew.map(|skew| match skew.seconds {
        0 => "0s".into(),
        seconds => format!("{seconds:+}s"),
    })
}

/// A span as people say it: by its largest unit.
fn span(seconds: i64) -> String {
    match seconds.max(0) {
        seconds @ ..60 => format!("{seconds}s"),
        seconds @ ..3_600 => format!("{}m", seconds / 60),
        seconds @ ..172_800 => format!("{}h", seconds / 3_600),
        seconds => format!("{}d", seconds / 86_400),
    }
}

fn instant(at: WireTimestamp) -> String {
    Timestamp::from_second(at.seconds).map_or_else(|_| at.seconds.to_string(), |at| at.to_string())
}

/// What a terminal can show, whole.
fn safe(text: &str) -> String {
    escape_to(text, usize::MAX)
}

#[cfg(test)]
mod tests;
