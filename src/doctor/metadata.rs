//! The issuer's metadata: where it is, whose it is, and where it says the keys are.

use url::Url;

use super::answers::{answer_fault, answered};
use super::near::{in_words, near};
use super::report::{Check, Step, quoted, shown};
use crate::jwks::discovery::{Metadata, MetadataFault};
use crate::jwks::exchange::Exchange;
use crate::jwks::fault::{self, FetchError};
use crate::jwks::fetch::Limits;

/// A step for each URL that was tried. Where there is metadata nowhere, the first
/// is where it was meant to be.
pub(super) fn tried(log: &[Exchange], limits: &Limits) -> Vec<Step> {
    let mut steps: Vec<_> = log.iter().map(|one| attempt(one, limits)).collect();
    let nowhere = log.iter().all(is_nothing_here);
    if let (true, Some(first), Some(step)) = (nowhere, log.first(), steps.first_mut()) {
        let found = format!("{}: no metadata here", answered(first, true));
        *step = Step::failed(Check::Discovery, found)
            .at(&first.url)
            .expected("the issuer's metadata (OpenID Connect Discovery 1.0 §4, RFC 8414 §3)")
            .fix(nowhere_fix(first));
    }
    steps
}

fn attempt(one: &Exchange, limits: &Limits) -> Step {
    let step = match &one.error {
        Some(error) if error.is_elsewhere() => Step::skipped(
            Check::Discovery,
            format!("{}: nothing here", answered(one, true)),
        ),
        Some(FetchError::Discovery {
            fault: fault @ MetadataFault::Twice(_),
            ..
        }) => Step::failed(
            Check::Discovery,
            format!("{}: {fault}", answered(one, true)),
        )
        .fix("the issuer must write each name once"),
        // Whose it is, and what it says, are steps of their own.
        None | Some(FetchError::Discovery { .. }) => {
            Step::ok(Check::Discovery, answered(one, false))
        }
        Some(error) => {
            let (found, fix) = answer_fault(error, one, limits);
            Step::failed(Check::Discovery, found).fix(fix)
        }
    };
    step.at(&one.url)
}

/// The service tries the next URL after it.
fn is_nothing_here(one: &Exchange) -> bool {
    one.error.as_ref().is_some_and(FetchError::is_elsewhere)
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

/// Whose the metadata is, and where it says the keys are.
pub(super) fn said(
    identifier: &str,
    issuer: &Url,
    result: Result<&Metadata, &FetchError>,
) -> [Step; 2] {
    let own = Step::ok(
        Check::Issuer,
        format!("{}, byte for byte", quoted(identifier)),
    );
    let fault = match result {
        Ok(metadata) => return [own, keys_uri(issuer, &metadata.jwks_uri)],
        Err(FetchError::Discovery { fault, .. }) => fault,
        Err(_) => &MetadataFault::NotMetadata,
    };
    match fault {
        MetadataFault::Issuer { found, expected } => [
            another_issuer(found, expected),
            Step::skipped(Check::JwksUri, "another issuer's metadata is not believed"),
        ],
        MetadataFault::JwksUri => [
            own,
            Step::failed(Check::JwksUri, "none that is a URL")
                .expected("an absolute https URL")
                .fix(
                    "the issuer must publish its keys and say where; or configure jwks_uri or \
                     jwks_file",
                ),
        ],
        MetadataFault::NotHttps { found } => [
            own,
            Step::failed(Check::JwksUri, quoted(found)).expected("https").fix(
                "the issuer must name an https URL: whoever is on the way could replace its keys \
                 (behind a proxy that ends TLS, tell it its public URL)",
            ),
        ],
        MetadataFault::UserInfo => [
            own,
            Step::failed(
                Check::JwksUri,
                "it holds a user or a password, which is not sent",
            )
            .expected("an https URL without them")
            .fix("keys are public: the issuer must publish them where nobody has to log in"),
        ],
        MetadataFault::NotMetadata | MetadataFault::Twice(_) => [
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
            in_words(&kinds),
            quoted(found)
        )),
        None => step.fix(format!(
            "is this the right host and path? If tokens say iss {}, write that; metadata that \
             names another issuer is not believed (OpenID Connect Discovery 1.0 §4.3)",
            quoted(found)
        )),
    }
}
