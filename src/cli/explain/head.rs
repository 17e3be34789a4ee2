//! What the token says of itself, and how far that is proven.

use anstyle::Style;

use crate::cli::look::{BAD, GOOD, Look, QUIET, UNSURE};
use crate::cli::times;
use crate::escape::escape;
use crate::grpc::message::rfc3339;
use crate::pb;
use crate::pb::{KeySetState, SignatureStatus};
use crate::token::json::{Object, Value};
use crate::token::numeric_date::NumericDate;

/// Most values of `aud` that are shown.
const MAX_AUDIENCES: usize = 8;

/// Columns before what is said.
const INDENT: usize = 13;

/// Where a client is named; the first that is there counts.
const CLIENTS: [&str; 4] = ["client_id", "azp", "cid", "appid"];

/// Lines of a name and a value.
pub(super) fn lines(answer: &pb::ExplainResponse, look: Look) -> Vec<String> {
    let judged = answer.evaluated_at.as_ref().map(date);
    let mut rows: Vec<Row> = Vec::new();
    let plain = Style::new();
    if let Ok(header) = Object::parse(answer.header_json.as_bytes()) {
        for name in ["alg", "kid", "typ"] {
            rows.extend(
                header
                    .get(name)
                    .map(|value| (name, plain, shown(value, look))),
            );
        }
    }
    if let Ok(claims) = Object::parse(answer.claims_json.as_bytes()) {
        let row = |name, said: &dyn Fn(Value<'_>) -> String| {
            claims.get(name).map(|value| (name, plain, said(value)))
        };
        rows.extend(row("iss", &|value| shown(value, look)));
        rows.extend(row("aud", &|value| audiences(value, look)));
        rows.extend(
            CLIENTS
                .into_iter()
                .find_map(|name| row(name, &|value| shown(value, look))),
        );
        for name in times::CLAIMS {
            rows.extend(row(name, &|value| time(value, judged, look)));
        }
    }
    let said = !rows.is_empty();
    rows.extend(judged.map(|judged| ("judged at", plain, rfc3339(judged))));
    rows.push(signature(answer.signature(), said));
    rows.extend(answer.keys.as_ref().map(key_set));
    rows.into_iter()
        .flat_map(|row| wrapped(row, look))
        .collect()
}

/// A name, and what is said of it, in a style.
type Row = (&'static str, Style, String);

fn wrapped((name, style, said): Row, look: Look) -> Vec<String> {
    let name = look.paint(QUIET, &format!("{name:<10}"));
    let lines = look.wrap(&said, INDENT).into_iter().enumerate();
    lines
        .map(|(at, line)| match (at, look.paint(style, &line)) {
            (0, line) => format!("  {name} {line}"),
            (_, line) => format!("{:INDENT$}{line}", ""),
        })
        .collect()
}

fn shown(value: Value<'_>, look: Look) -> String {
    look.safe(&escape(
        &value.as_str().unwrap_or_else(|| value.text().into()),
    ))
}

fn audiences(value: Value<'_>, look: Look) -> String {
    let Some(all) = value.elements() else {
        return shown(value, look);
    };
    let mut told: Vec<String> = (all.iter().take(MAX_AUDIENCES))
        .map(|one| shown(*one, look))
        .collect();
    if all.is_empty() {
        told.push("none".into());
    } else if all.len() > MAX_AUDIENCES {
        told.push(format!("and {} more", all.len() - MAX_AUDIENCES));
    }
    told.join(", ")
}

fn time(value: Value<'_>, judged: Option<NumericDate>, look: Look) -> String {
    match (times::read(value), judged) {
        (Ok(time), Some(judged)) => times::when(time, judged, ["earlier", "later"]),
        (Ok(time), None) => rfc3339(time),
        (Err(why), _) => format!("{} ({why})", shown(value, look)),
    }
}

/// `said`: whether the token's own words are shown before.
fn signature(status: SignatureStatus, said: bool) -> Row {
    let (style, words) = match status {
        SignatureStatus::Verified => (GOOD, "verified"),
        SignatureStatus::Vouched => (GOOD, "vouched for by the issuer"),
        SignatureStatus::Invalid => (BAD, "invalid"),
        SignatureStatus::NotChecked | SignatureStatus::Unspecified => (UNSURE, "not checked"),
    };
    let proven = matches!(status, SignatureStatus::Verified | SignatureStatus::Vouched);
    let words = match said && !proven {
        true => format!("{words}: a stranger may have written all of the above"),
        false => words.into(),
    };
    ("signature", style, words)
}

fn key_set(keys: &pb::KeySetStatus) -> Row {
    let (style, state) = match keys.state() {
        KeySetState::Fresh => (GOOD, "fresh"),
        KeySetState::Static => (GOOD, "from a file"),
        KeySetState::Stale => (UNSURE, "stale: the latest fetch failed"),
        KeySetState::Snapshot => (UNSURE, "saved before a restart, no fetch since"),
        KeySetState::TooStale => (BAD, "too old to serve"),
        KeySetState::None => (BAD, "none: no usable key"),
        KeySetState::Unspecified => (UNSURE, "of a state newer than this program"),
    };
    let confirmed = match (&keys.fetched_at, keys.state()) {
        (None, _) => String::new(),
        (Some(at), KeySetState::Static) => format!("; read at {}", rfc3339(date(at))),
        (Some(at), _) => format!("; confirmed at {}", rfc3339(date(at))),
    };
    ("key set", style, format!("{state}{confirmed}"))
}

fn date(at: &prost_types::Timestamp) -> NumericDate {
    let nanos = i128::from(at.seconds) * 1_000_000_000 + i128::from(at.nanos);
    NumericDate::from_nanos(nanos)
}
