//! The answer for people: yes or no first, then why, then what it rests on.

use anstyle::Style;

use crate::cli::decode::pretty::pretty;
use crate::cli::explain::head::{Row, date, key_set, wrapped};
use crate::cli::look::{BAD, GOOD, Look, QUIET, UNSURE};
use crate::escape::{MAX_ITEMS, escape};
use crate::grpc::message::rfc3339;
use crate::pb::{IntrospectResponse, Rejection, SignatureStatus, TokenInfo};
use crate::token::json::Object;

/// The whole answer.
pub(super) fn text(answer: &IntrospectResponse, look: Look) -> String {
    let mut lines = Vec::new();
    if answer.active() {
        let yes = look.paint(GOOD, "active");
        lines.push(format!(
            "{yes} for {}",
            shown(&answer.matched_audience, look)
        ));
    } else {
        lines.push(look.paint(BAD, "inactive"));
        lines.extend(answer.rejections.iter().flat_map(|one| why(one, look)));
    }
    let rows = rows(answer, look).into_iter();
    lines.extend(rows.flat_map(|row| wrapped(row, look)));
    lines.extend(claims(&answer.claims_json, look));
    lines.push(String::new());
    lines.join("\n")
}

/// One reason, one line: it can be searched for, and a terminal breaks it by itself.
fn why(rejection: &Rejection, look: Look) -> Vec<String> {
    let code = look.safe(&rejection.code);
    let text = format!("{code}: {}", look.safe(&rejection.message));
    let lines = look.wrap(&text, 4).into_iter().enumerate();
    let shown = lines.map(|(index, line)| match line.strip_prefix(&*code) {
        Some(rest) if index == 0 => format!("  {}{rest}", look.paint(BAD, &code)),
        _ => format!("    {line}"),
    });
    shown.collect()
}

fn rows(answer: &IntrospectResponse, look: Look) -> Vec<Row> {
    let mut rows = vec![signature(answer, look)];
    rows.extend((answer.keys.as_ref()).map(key_set));
    if let Some(info) = &answer.token_info {
        rows.extend(token(info, look));
    }
    let plain = Style::new();
    if answer.active() {
        let cacheable = match &answer.cacheable_for {
            Some(span) => format!("{} s", span.seconds),
            None => "no".into(),
        };
        rows.push(("cacheable", plain, cacheable));
    }
    if let Some(wait) = &answer.retry_after {
        let text = format!(
            "in {} s it becomes active: only the time is against it",
            wait.seconds
        );
        rows.push(("again", UNSURE, text));
    }
    if answer.details_withheld {
        let text = "kept back: the service answers with codes alone (disclosure)";
        rows.push(("details", QUIET, text.into()));
    }
    rows
}

fn signature(answer: &IntrospectResponse, look: Look) -> Row {
    let (style, words) = match answer.signature() {
        SignatureStatus::Verified => (GOOD, "verified"),
        SignatureStatus::Vouched => (GOOD, "vouched for by the issuer"),
        SignatureStatus::Invalid => (BAD, "invalid"),
        SignatureStatus::NotChecked | SignatureStatus::Unspecified => (UNSURE, "not checked"),
    };
    let key = (answer.token_info.as_ref()).map(|info| match &*info.key_id {
        "" => format!(" by a key without kid, {}", shown(&info.algorithm, look)),
        kid => format!(
            " by key {}, {}",
            shown(kid, look),
            shown(&info.algorithm, look)
        ),
    });
    (
        "signature",
        style,
        format!("{words}{}", key.unwrap_or_default()),
    )
}

/// What the token says, where its signature is verified.
fn token(info: &TokenInfo, look: Look) -> Vec<Row> {
    let plain = Style::new();
    let row = |name, said: &str| (!said.is_empty()).then(|| (name, plain, shown(said, look)));
    let issuer = match &*info.environment {
        "" => info.issuer_name.clone(),
        environment => format!("{} ({environment})", info.issuer_name),
    };
    let time = |name, at: &Option<_>| (at.as_ref()).map(|at| (name, plain, rfc3339(date(at))));
    let mut rows: Vec<Row> = Vec::new();
    rows.extend(row("issuer", &issuer));
    rows.extend(row("iss", &info.issuer));
    rows.extend(row("client_id", &info.client_id));
    if !info.scopes.is_empty() {
        rows.push(("scope", plain, list(&info.scopes, look)));
    }
    rows.extend(time("nbf", &info.not_before));
    rows.extend(time("exp", &info.expires_at));
    rows
}

/// The claims as they were written, indented.
fn claims(json: &str, look: Look) -> Option<String> {
    if json.is_empty() {
        return None;
    }
    Some(match Object::parse(json.as_bytes()) {
        Ok(object) => pretty(&object, &|_, _| None),
        // No service of ours sends such a thing.
        Err(_) => shown(json, look),
    })
}

fn list(values: &[String], look: Look) -> String {
    let mut told: Vec<_> = (values.iter().take(MAX_ITEMS))
        .map(|value| shown(value, look))
        .collect();
    if let Some(more) = values.len().checked_sub(MAX_ITEMS).filter(|more| *more > 0) {
        told.push(format!("and {more} more"));
    }
    told.join(" ")
}

/// An exact value, made printable.
fn shown(value: &str, look: Look) -> String {
    look.safe(&escape(value))
}
