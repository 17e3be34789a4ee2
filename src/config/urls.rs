//! URLs of keys and metadata.

use url::Url;

use super::key_source::Text;
use super::reader::{At, Context};
use super::source::{Node, Value};
use super::wording::{found, quoted};
use crate::jwks::fault::shown_text;
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
    let shown = shown(node);
    context.note(&at.place, &format!("{shown} {fault}; {fix}"));
    None
}

/// A URL as it may be told: what it holds beside host and path may be a secret, and
/// what came out of a variable is one.
fn shown(node: &Node) -> String {
    match &node.value {
        Value::Text(written) => quoted(&shown_text(written)),
        other => found(other),
    }
}

/// Where an issuer's metadata may be.
pub(super) fn discovery(at: &At<Text>, issuer: &Url, context: &Context<'_>) -> Option<Vec<Url>> {
    let urls = location::metadata_urls(issuer);
    if urls.is_none() {
        let shown = shown(&at.value.1);
        let fix = "add discovery_url, jwks_uri or jwks_file";
        context.note(
            &at.place,
            &format!("{shown} has a query or fragment, so discovery cannot start at it; {fix}"),
        );
    }
    urls
}
