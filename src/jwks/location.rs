//! URLs that keys may come from, and where an issuer's metadata may be.

use std::fmt;

use url::Url;

const OPENID: &str = "/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server";

/// Why nothing is fetched from a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlFault {
    /// A blank or a control character. A parser drops these in silence; an identifier
    /// with one never matches.
    Blank,
    /// No absolute URL.
    NotUrl(url::ParseError),
    /// Plain http, which is not let through.
    PlainHttp,
    /// Neither https nor http.
    Scheme,
    /// A user or a password, which is not sent.
    UserInfo,
}

/// An absolute https URL, or an http one that is let through.
///
/// # Errors
/// The first fault.
pub fn parse(text: &str, allow_http: bool) -> Result<Url, UrlFault> {
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(UrlFault::Blank);
    }
    let url = Url::parse(text).map_err(UrlFault::NotUrl)?;
    match url.scheme() {
        "https" => {}
        "http" if allow_http => {}
        "http" => return Err(UrlFault::PlainHttp),
        _ => return Err(UrlFault::Scheme),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlFault::UserInfo);
    }
    Ok(url)
}

/// Where an issuer's metadata may be: `OpenID` Connect Discovery 1.0 §4.1, then
/// RFC 8414 §3.1, and for an issuer with a path that section's form of the former (§5).
/// `None`: the identifier has a query or a fragment, so discovery cannot start at it.
#[must_use]
pub fn metadata_urls(issuer: &Url) -> Option<Vec<Url>> {
    if issuer.query().is_some() || issuer.fragment().is_some() {
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

/// What is wrong, after "it …". The fix is left to whoever knows what can be changed.
impl fmt::Display for UrlFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blank => f.write_str("holds a blank"),
            Self::NotUrl(why) => write!(f, "is no URL ({why})"),
            Self::PlainHttp => f.write_str("is plain http"),
            Self::Scheme => f.write_str("is not https"),
            Self::UserInfo => f.write_str("holds a user or a password, which is not sent"),
        }
    }
}
