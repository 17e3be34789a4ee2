//! URLs of keys and metadata.

use url::Url;

use super::key_source::Text;
use super::reader::{At, Context};
use super::wording::found;
use crate::jwks::location::{self, UrlFault};
use crate::jwks::source::{KeySource, Location, Remote};

/// Whether its keys, or the document that names them, come over plain http.
pub(super) fn is_plain_http(source: &KeySource) -> bool {
    let http = |url: &Url| url.scheme() == "http";
    match source {
        KeySource::Remote(Remote {
            location: Location::Discovery { urls },
            ..
        }) => urls.iter().any(http),
        KeySource::Remote(Remote {
            location: Location::JwksUri(url),
            ..
        }) => http(url),
        KeySource::File { .. } | KeySource::Untrusted => false,
    }
}

/// An absolute https URL, or an http one that was let through.
pub(super) fn parse_url(at: &At<Text>, allow_http: bool, context: &Context<'_>) -> Option<Url> {
    let (text, node) = &at.value;
    let fault = match location::parse(text, allow_http) {
        Ok(url) => return Some(url),
        Err(fault) => fault,
    };
    let fix = match fault {
        UrlFault::Blank | UrlFault::UserInfo => "remove it",
        UrlFault::NotUrl(_) | UrlFault::Scheme => "write https://host/path",
        UrlFault::PlainHttp => "use https, or set [insecure] allow_http = true",
    };
    let shown = found(&node.value);
    context.note(&at.place, &format!("{shown} {fault}; {fix}"));
    None
}

/// Where an issuer's metadata may be.
pub(super) fn discovery(at: &At<Text>, issuer: &Url, context: &Context<'_>) -> Option<Vec<Url>> {
    let urls = location::metadata_urls(issuer);
    if urls.is_none() {
        let shown = found(&at.value.1.value);
        let fix = "add discovery_url, jwks_uri or jwks_file";
        context.note(
            &at.place,
            &format!("{shown} has a query or fragment, so discovery cannot start at it; {fix}"),
        );
    }
    urls
}
