//! What the token says of itself, and how far that is proven.

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

/// Where a client is named; the first that is there counts.
const CLIENTS: [&str; 4] = ["client_id", "azp", "cid", "appid"];

/// Lines of a name and a value.
pub(super) fn lines(answer: &pb::ExplainResponse, look: Look) -> Vec<String> {
    let judged = answer.evaluated_at.as_ref().map(date);
    let mut rows: Vec<(&str, String)> = Vec::new();
    if let Ok(header) = Object::parse(answer.header_json.as_bytes()) {
        for name in ["alg", "kid", "typ"] {
            rows.extend(header.get(name).map(|value| (name, shown(value, look))));
        }
    }
    if let Ok(claims) = Object::parse(answer.claims_json.as_bytes()) {
        rows.extend(claims.get("iss").map(|value| ("iss", shown(value, look))));
        rows.extend(
            claims
                .get("aud")
                .map(|value| ("aud", audiences(value, look))),
        );
        let client = CLIENTS
            .into_iter()
            .find_map(|name| Some((name, claims.get(name)?)));
        rows.extend(client.map(|(name, value)| (name, shown(value, look))));
        for name in times::CLAIMS {
            rows.extend(
                claims
                    .get(name)
                    .map(|value| (name, time(value, judged, look))),
            );
        }
    }
    rows.extend(judged.map(|judged| ("judged at", rfc3339(judged))));
    rows.push(("signature", signature(answer.signature(), look)));
    rows.extend((answer.keys.as_ref()).map(|keys| ("key set", key_set(keys, look))));
    let line = |(name, value): (&str, String)| {
        format!("  {} {}", look.paint(QUIET, &format!("{name:<10}")), value)
    };
    rows.into_iter().map(line).collect()
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

fn signature(status: SignatureStatus, look: Look) -> String {
    match status {
        SignatureStatus::Verified => look.paint(GOOD, "verified"),
        SignatureStatus::Vouched => look.paint(GOOD, "vouched for by the issuer"),
        SignatureStatus::Invalid => {
            look.paint(BAD, "invalid: a stranger may have written all of the above")
        }
        SignatureStatus::NotChecked | SignatureStatus::Unspecified => look.paint(
            UNSURE,
            "not checked: a stranger may have written all of the above",
        ),
    }
}

fn key_set(keys: &pb::KeySetStatus, look: Look) -> String {
    let state = match keys.state() {
        KeySetState::Fresh => look.paint(GOOD, "fresh"),
        KeySetState::Static => look.paint(GOOD, "from a file"),
        KeySetState::Stale => look.paint(UNSURE, "stale: the latest fetch failed"),
        KeySetState::Snapshot => look.paint(UNSURE, "saved before a restart, no fetch since"),
        KeySetState::TooStale => look.paint(BAD, "too old to serve"),
        KeySetState::None => look.paint(BAD, "none: no usable key"),
        KeySetState::Unspecified => "of a state newer than this program".into(),
    };
    match &keys.fetched_at {
        Some(at) => format!("{state}; confirmed at {}", rfc3339(date(at))),
        None => state,
    }
}

fn date(at: &prost_types::Timestamp) -> NumericDate {
    let nanos = i128::from(at.seconds) * 1_000_000_000 + i128::from(at.nanos);
    NumericDate::from_nanos(nanos)
}
