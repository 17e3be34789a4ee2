//! URLs of keys and metadata.

use url::Url;

use super::key_source::Text;
use super::reader::{At, Context};
use super::wording::found;
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

const OPENID: &str = "/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server";

/// An absolute https URL, or an http one that was let through.
pub(super) fn parse_url(at: &At<Text>, allow_http: bool, context: &Context<'_>) -> Option<Url> {
    let (text, node) = &at.value;
    let shown = found(&node.value);
    let refuse = |why: &str| {
        context.note(&at.place, &format!("{shown} {why}"));
        None
    };
    // The parser drops these in silence; an identifier with one never matches.
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return refuse("holds a blank; remove it");
    }
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(why) => return refuse(&format!("is no URL ({why}); write https://host/path")),
    };
    match url.scheme() {
        "https" => {}
        "http" if allow_http => {}
        "http" => return refuse("is plain http; use https, or set [insecure] allow_http = true"),
        _ => return refuse("is not https; write https://host/path"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("holds a user or a password, which is not sent; remove it");
    }
    Some(url)
}

/// Where an issuer's metadata may be: `OpenID` Connect Discovery 1.0 §4.1, then
/// RFC 8414 §3.1, and for an issuer with a path that section's form of the former (§5).
pub(super) fn discovery(at: &At<Text>, issuer: &Url, context: &Context<'_>) -> Option<Vec<Url>> {
    if issuer.query().is_some() || issuer.fragment().is_some() {
        let shown = found(&at.value.1.value);
        let fix = "add discovery_url, jwks_uri or jwks_file";
        context.note(
            &at.place,
            &format!("{shown} has a query or fragment, so discovery cannot start at it; {fix}"),
        );
        return None;
    }
    let path = issuer.path().strip_suffix('/').unwrap_or(issuer.path());
    let with = |path: String| {
        let mut url = issuer.clone();
        url.set_path(&path);
        url
    };
    let mut urls = vec![
        with(format!("{path}{OPENID}")),
        with(format!("{OAUTH}{path}")),
    ];
    if !path.is_empty() {
        urls.push(with(format!("{OPENID}{path}")));
    }
    Some(urls)
}
