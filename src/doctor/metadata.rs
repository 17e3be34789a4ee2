//! The issuer's metadata: where it is, whose it is, and where it says the keys are.

use url::Url;

use super::connection;
use super::near::{near, with_article};
use super::report::{Check, Step, quoted, shown};
use crate::jwks::discovery::MetadataFault;
use crate::jwks::exchange::Exchange;
use crate::jwks::fault::{self, FetchError, Seen};
use crate::jwks::fetch::Limits;

/// A step for each URL that was tried. Where there is metadata nowhere, the first
/// is where it was meant to be.
pub(super) fn tried(log: &[Exchange], limits: &Limits) -> Vec<Step> {
    let nowhere = log.iter().all(|one| is_nothing_here(one.error.as_ref()));
    let steps = log.iter().enumerate().map(|(index, one)| {
        let step = match &one.error {
            Some(_) if is_nothing_here(one.error.as_ref()) => {
                let found = format!("{}: nothing here", answered(one));
                match nowhere && index == 0 {
                    false => Step::skipped(Check::Discovery, found),
                    true => Step::failed(
                        Check::Discovery,
                        format!("{}: no metadata here", answered(one)),
                    )
                    .expected(
                        "metadata of the issuer (OpenID Connect Discovery 1.0 §4, RFC 8414 §3)",
                    )
                    .fix(nowhere_fix(one)),
                }
            }
            Some(FetchError::Discovery {
                fault: MetadataFault::Twice(_),
                ..
            }) => {
                let why = one
                    .error
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                Step::failed(Check::Discovery, shown(&why))
                    .fix("the issuer must write each name once")
            }
            // Whose it is, and what it says, are steps of their own.
            None | Some(FetchError::Discovery { .. }) => Step::ok(Check::Discovery, answered(one)),
            Some(error) => {
                let (found, fix) = answer_fault(error, one, limits);
                Step::failed(Check::Discovery, found).fix(fix)
            }
        };
        step.at(&one.url)
    });
    steps.collect()
}

/// Whose the metadata is, and where it says the keys are.
pub(super) fn said(
    identifier: &str,
    issuer: &Url,
    error: Option<&FetchError>,
    keys: Option<&Url>,
) -> Vec<Step> {
    let fault = match error {
        Some(FetchError::Discovery { fault, .. }) => Some(fault),
        Some(_) => None,
        None => None,
    };
    let own = || {
        Step::ok(
            Check::Issuer,
            format!("{}, byte for byte", quoted(identifier)),
        )
    };
    match (fault, keys) {
        (None, Some(keys)) => vec![own(), keys_uri(issuer, keys)],
        (Some(MetadataFault::Issuer { found, expected }), _) => vec![
            another_issuer(found, expected),
            Step::skipped(Check::JwksUri, "another issuer's metadata is not believed"),
        ],
        (Some(MetadataFault::JwksUri), _) => vec![
            own(),
            Step::failed(Check::JwksUri, "none that is a URL")
                .expected("an absolute https URL")
                .fix("the issuer must publish its keys and say where; or configure jwks_uri or jwks_file"),
        ],
        (Some(MetadataFault::NotHttps { found }), _) => vec![
            own(),
            Step::failed(Check::JwksUri, quoted(found)).expected("https").fix(
                "the issuer must name an https URL: whoever is on the way could replace its keys \
                 (behind a proxy that ends TLS, tell it its public URL)",
            ),
        ],
        (Some(MetadataFault::NotMetadata | MetadataFault::Twice(_)) | None, _) => vec![
            Step::skipped(Check::Issuer, "there is no metadata"),
            Step::skipped(Check::JwksUri, "there is no metadata"),
        ],
    }
}

fn keys_uri(issuer: &Url, keys: &Url) -> Step {
    let where_to = if issuer.origin() == keys.origin() {
        "the issuer's own origin".to_owned()
    } else {
        let host = shown(keys.host_str().unwrap_or_default());
        format!("another origin than the issuer's, {host}")
    };
    Step::ok(Check::JwksUri, where_to).at(&fault::shown(keys))
}

fn another_issuer(found: &str, expected: &str) -> Step {
    let step = Step::failed(Check::Issuer, quoted(found)).expected(quoted(expected));
    if found.contains("{tenantid}") {
        return step.fix(
            "this is the template of all tenants of Microsoft Entra ID (common, organizations): \
             name the tenant, https://login.microsoftonline.com/TENANT-ID/v2.0",
        );
    }
    match near(found, expected) {
        Some(kinds) => step.fix(format!(
            "only {} differs, and it counts, as in iss: write issuer = {}",
            with_article(&kinds),
            quoted(found)
        )),
        None => step.fix(format!(
            "is this the right host and path? If tokens say iss {}, write that; metadata that \
             names another issuer is not believed (OpenID Connect Discovery 1.0 §4.3)",
            quoted(found)
        )),
    }
}

/// The service tries the next URL after these.
fn is_nothing_here(error: Option<&FetchError>) -> bool {
    error.is_some_and(FetchError::is_elsewhere)
}

fn nowhere_fix(first: &Exchange) -> &'static str {
    match &first.error {
        Some(FetchError::Discovery { .. }) => {
            "a page answers where metadata should: a login, a proxy, a catch-all route. Write the \
             identifier as in iss; or configure discovery_url or jwks_uri"
        }
        _ => {
            "write the identifier as in iss, with its whole path; if the issuer has no metadata, \
             configure jwks_uri (here: --jwks-uri URL)"
        }
    }
}

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
        FetchError::Status(seen) => (answered(one), status_fix(seen.status)),
        FetchError::TooLarge(_) => (
            format!("{}: over the limit of 1 MiB", answered(one)),
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

/// An answer as it looks, and how long it took.
pub(super) fn answered(one: &Exchange) -> String {
    let seen = one.answer.as_ref().and_then(|answer| answer.seen.as_ref());
    let took = took(one.took);
    let Some(Seen {
        status,
        content_type,
        size,
        start,
        ..
    }) = seen
    else {
        return format!("no answer, after {took}");
    };
    let kind = content_type.as_deref().unwrap_or("no content type");
    format!(
        "{status} {}, {size} bytes \"{start}\", in {took}",
        shown(kind)
    )
}

/// Milliseconds, or seconds.
pub(super) fn took(span: std::time::Duration) -> String {
    match span.as_millis() {
        small @ 0..1000 => format!("{small} ms"),
        _ => format!("{:.1} s", span.as_secs_f32()),
    }
}
