//! Answers as they look, and what is wrong with them.

use std::time::Duration;

use super::connection;
use super::report::shown;
use crate::jwks::exchange::Exchange;
use crate::jwks::fault::FetchError;
use crate::jwks::fetch::Limits;

/// What is wrong with an answer, and what to do.
pub(super) fn answer_fault(
    error: &FetchError,
    one: &Exchange,
    limits: &Limits,
) -> (String, String) {
    if let Some(told) = connection::fault(error, limits) {
        return told;
    }
    let (found, fix) = match error {
        FetchError::Redirect { reason, .. } => (
            format!("{}; not followed", shown(reason)),
            "configure the URL that it leads to, if that is still the issuer's: redirects are \
             followed within an origin, at most 3",
        ),
        FetchError::Status(seen) => (answered(one, true), status_fix(seen.status)),
        FetchError::TooLarge(_) => (
            format!("{}: over the limit of 1 MiB", answered(one, true)),
            "this is no metadata and no key set; check the URL",
        ),
        FetchError::Interrupted { reason, .. } => (
            format!("the answer broke off: {}", shown(reason)),
            "look for a proxy between; does http answer at this port?",
        ),
        other => (shown(&other.to_string()), "look at what answers there"),
    };
    (found, fix.to_owned())
}

fn status_fix(status: u16) -> &'static str {
    match status {
        401 | 403 => "it must be readable by anybody: no credentials are sent",
        404 | 410 => "check the URL",
        429 => "the issuer limits requests; wait, and ask less often (refresh_interval)",
        500.. => "the issuer is at fault; ask its operators",
        _ => "200 is wanted",
    }
}

/// An answer as it looks, and how long it took. Its start only where it is not what
/// it should be: a key set may begin with what nobody should repeat.
pub(super) fn answered(one: &Exchange, with_start: bool) -> String {
    let seen = one.answer.as_ref().and_then(|answer| answer.seen.as_ref());
    let took = took(one.took);
    let Some(seen) = seen else {
        return format!("no answer, after {took}");
    };
    let kind = seen.content_type.as_deref().unwrap_or("no content type");
    let start = match with_start {
        true => format!(" \"{}\"", seen.start),
        false => String::new(),
    };
    let (status, size) = (seen.status, seen.size);
    format!("{status} {}, {size} bytes{start}, in {took}", shown(kind))
}

/// Milliseconds, or seconds.
pub(super) fn took(span: Duration) -> String {
    match span.as_millis() {
        0 => "less than 1 ms".to_owned(),
        some @ 1..1000 => format!("{some} ms"),
        _ => format!("{:.1} s", span.as_secs_f32()),
    }
}
