//! An issuer's metadata (`OpenID` Connect Discovery 1.0 §3, RFC 8414 §2), of which
//! two members count: whose it is, and where the keys are.

use std::fmt;

use url::Url;

use super::fault::shown;
use super::location::{self, UrlFault};
use crate::escape::escape_to;
use crate::token::json::{Object, Value};

/// Most names of algorithms that are kept.
const MAX_ALGORITHMS: usize = 32;

/// Why metadata leads to no keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetadataFault {
    /// No JSON object with an `issuer`: whatever it is, it is no metadata.
    NotMetadata,
    /// A name that counts is there twice.
    Twice(&'static str),
    /// It is another issuer's.
    Issuer {
        /// What it says.
        found: Box<str>,
        /// The configured identifier.
        expected: Box<str>,
    },
    /// No `jwks_uri`, or none that is a URL.
    JwksUri,
    /// `jwks_uri` holds a user or a password. An HTTP client would send them.
    UserInfo,
    /// `jwks_uri` is not https.
    NotHttps {
        /// What it is; as [`shown`].
        found: Box<str>,
    },
}

/// Metadata of the issuer that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Where its keys are.
    pub jwks_uri: Url,
    /// What it says that it signs ID tokens with. Told, and used for nothing.
    pub id_token_algorithms: Vec<Box<str>>,
}

/// Reads the metadata of `issuer`.
///
/// # Errors
/// The first fault. A document that names another issuer is not believed in
/// anything (`OpenID` Connect Discovery 1.0 §4.3).
pub fn read(document: &[u8], issuer: &str, allow_http: bool) -> Result<Metadata, MetadataFault> {
    let metadata = Object::parse(document).map_err(|_| MetadataFault::NotMetadata)?;
    let found = member(&metadata, "issuer")?.ok_or(MetadataFault::NotMetadata)?;
    let same = (found.as_str()).is_some_and(|text| text.as_bytes() == issuer.as_bytes());
    if !same {
        return Err(MetadataFault::Issuer {
            found: found
                .as_str()
                .map_or_else(|| found.text().into(), Into::into),
            expected: issuer.into(),
        });
    }
    Ok(Metadata {
        jwks_uri: keys_url(member(&metadata, "jwks_uri")?, allow_http)?,
        id_token_algorithms: id_token_algorithms(&metadata),
    })
}

/// By the rules for a URL of the configuration.
fn keys_url(value: Option<Value<'_>>, allow_http: bool) -> Result<Url, MetadataFault> {
    let text = value
        .and_then(Value::as_str)
        .ok_or(MetadataFault::JwksUri)?;
    location::parse(&text, allow_http).map_err(|fault| match fault {
        UrlFault::Blank | UrlFault::NotUrl(_) => MetadataFault::JwksUri,
        UrlFault::UserInfo => MetadataFault::UserInfo,
        UrlFault::PlainHttp | UrlFault::Scheme => MetadataFault::NotHttps {
            found: Url::parse(&text).map_or_else(|_| "".into(), |url| shown(&url)),
        },
    })
}

fn id_token_algorithms(metadata: &Object) -> Vec<Box<str>> {
    let listed = metadata.get("id_token_signing_alg_values_supported");
    let names = listed.and_then(Value::elements).unwrap_or_default();
    (names.into_iter().take(MAX_ALGORITHMS))
        .filter_map(|name| Some(name.as_str()?.into()))
        .collect()
}

fn member<'a>(
    metadata: &'a Object,
    wanted: &'static str,
) -> Result<Option<Value<'a>>, MetadataFault> {
    let mut values = metadata.members().filter(|(name, _)| *name == wanted);
    let first = values.next().map(|(_, value)| value);
    match values.next() {
        None => Ok(first),
        Some(_) => Err(MetadataFault::Twice(wanted)),
    }
}

impl fmt::Display for MetadataFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotMetadata => f.write_str("no metadata document"),
            Self::Twice(name) => write!(f, "\"{name}\" is there twice"),
            Self::Issuer { found, expected } => {
                let (shown, wanted) = (escape_to(found, 120), escape_to(expected, 120));
                write!(f, "its issuer is \"{shown}\", not \"{wanted}\"")?;
                let stem = |text: &str| text.strip_suffix('/').unwrap_or(text).to_owned();
                if stem(found) == stem(expected) {
                    f.write_str(" (a trailing slash counts)")?;
                }
                Ok(())
            }
            Self::JwksUri => f.write_str("no jwks_uri that is a URL"),
            Self::UserInfo => f.write_str("jwks_uri holds a user or a password, which is not sent"),
            Self::NotHttps { .. } => f.write_str("jwks_uri is not https, and allow_http is off"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://a.example/t";

    #[test]
    fn one_document_one_reading() {
        let read = |text: &str| super::read(text.as_bytes(), ISSUER, false);
        let good = r#"{"issuer":"https://a.example/t","jwks_uri":"https://k.example/j?v=1"}"#;
        let metadata = read(good).unwrap();
        assert_eq!(metadata.jwks_uri.as_str(), "https://k.example/j?v=1");
        assert!(metadata.id_token_algorithms.is_empty());
        let not_https = |found: &str| MetadataFault::NotHttps {
            found: found.into(),
        };
        let issuer = |found: &str| MetadataFault::Issuer {
            found: found.into(),
            expected: ISSUER.into(),
        };
        for (text, fault) in [
            ("<html>", MetadataFault::NotMetadata),
            ("", MetadataFault::NotMetadata),
            ("[]", MetadataFault::NotMetadata),
            (r#"{"error":"not found"}"#, MetadataFault::NotMetadata),
            (
                r#"{"issuer":"https://a.example/t"}"#,
                MetadataFault::JwksUri,
            ),
            (
                r#"{"issuer":"https://a.example/t","jwks_uri":"/j"}"#,
                MetadataFault::JwksUri,
            ),
            (
                r#"{"issuer":"https://a.example/t","jwks_uri":"https://u:p@k.example/j"}"#,
                MetadataFault::UserInfo,
            ),
            (
                r#"{"issuer":"https://a.example/t","jwks_uri":"https://u@k.example/j"}"#,
                MetadataFault::UserInfo,
            ),
            (
                r#"{"issuer":"https://a.example/t","jwks_uri":"https://k.exa mple/j"}"#,
                MetadataFault::JwksUri,
            ),
            (
                r#"{"issuer":"https://a.example/t","jwks_uri":null}"#,
                MetadataFault::JwksUri,
            ),
            (
                r#"{"issuer":"https://a.example/t","jwks_uri":"http://u:p@k/j?secret"}"#,
                not_https("http://k/j"),
            ),
            (
                r#"{"issuer":"https://a.example/t","jwks_uri":"file:///k"}"#,
                not_https("null/k"),
            ),
            (
                r#"{"issuer":"https://a.example/t/","jwks_uri":"https://k"}"#,
                issuer("https://a.example/t/"),
            ),
            (
                r#"{"issuer":"https://A.example/t","jwks_uri":"https://k"}"#,
                issuer("https://A.example/t"),
            ),
            (r#"{"issuer":7,"jwks_uri":"https://k"}"#, issuer("7")),
            (
                r#"{"issuer":"https://a.example/t","issuer":"x"}"#,
                MetadataFault::Twice("issuer"),
            ),
            (
                r#"{"issuer":"https://a.example/t","jwks_uri":"https://k","jwks_uri":"https://l"}"#,
                MetadataFault::Twice("jwks_uri"),
            ),
        ] {
            assert_eq!(read(text).unwrap_err(), fault, "{text}");
        }
    }

    #[test]
    fn what_it_signs_with_is_told_and_never_an_error() {
        for (listed, told) in [
            (r#"["RS256","ES256"]"#, &["RS256", "ES256"][..]),
            (r#"["RS256",7]"#, &["RS256"]),
            (r#""RS256""#, &[]),
            ("null", &[]),
        ] {
            let text = format!(
                r#"{{"issuer":"{ISSUER}","jwks_uri":"https://k","id_token_signing_alg_values_supported":{listed}}}"#
            );
            let metadata = read(text.as_bytes(), ISSUER, false).unwrap();
            let names: Vec<_> = metadata
                .id_token_algorithms
                .iter()
                .map(|name| &**name)
                .collect();
            assert_eq!(names, told, "{listed}");
        }
    }

    #[test]
    fn plain_http_only_where_allowed() {
        let text = br#"{"issuer":"https://a.example/t","jwks_uri":"http://k.example/j"}"#;
        assert!(read(text, ISSUER, true).is_ok());
        assert!(read(text, ISSUER, false).is_err());
        let file = br#"{"issuer":"https://a.example/t","jwks_uri":"file:///k"}"#;
        assert!(read(file, ISSUER, true).is_err());
    }

    #[test]
    fn a_trailing_slash_is_pointed_at() {
        let fault = |found: &str| {
            MetadataFault::Issuer {
                found: found.into(),
                expected: ISSUER.into(),
            }
            .to_string()
        };
        assert!(fault("https://a.example/t/").contains("trailing slash"));
        assert!(!fault("https://b.example/t").contains("trailing slash"));
    }
}
