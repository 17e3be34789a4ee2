//! What can come of a fetch: a closed set for metrics, and one line for operators.

use std::fmt;

use url::Url;

use super::connect::ConnectFault;
use super::discovery::MetadataFault;
use crate::escape::escape_to;
use crate::keys::jwk_set::DocumentFault;

/// Longest text of another's making in an error, in bytes.
const MAX_FOREIGN: usize = 120;

/// What came of a fetch: `result` of `audient_key_set_fetches_total`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FetchResult {
    /// A document, adopted.
    Ok,
    /// 304: the set at hand is still the issuer's.
    NotModified,
    /// No TLS client can be made of the CA file.
    Client,
    /// No connection: name, address, TLS.
    Connect,
    /// Too slow.
    Timeout,
    /// The answer broke off, or was no HTTP.
    Interrupted,
    /// A redirect that is not followed.
    Redirect,
    /// Another status than 200.
    Status,
    /// A body over the limit.
    TooLarge,
    /// No JWK Set.
    NotJwkSet,
    /// A JWK Set without one usable key.
    NoUsableKeys,
    /// Unusable metadata.
    Discovery,
    /// Metadata of another issuer.
    IssuerMismatch,
    /// A defect of ours.
    Panic,
}

impl FetchResult {
    /// All of them, in the order of declaration.
    pub const ALL: [Self; 14] = [
        Self::Ok,
        Self::NotModified,
        Self::Client,
        Self::Connect,
        Self::Timeout,
        Self::Interrupted,
        Self::Redirect,
        Self::Status,
        Self::TooLarge,
        Self::NotJwkSet,
        Self::NoUsableKeys,
        Self::Discovery,
        Self::IssuerMismatch,
        Self::Panic,
    ];

    /// The label's value.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NotModified => "not_modified",
            Self::Client => "client",
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::Redirect => "redirect",
            Self::Status => "status",
            Self::TooLarge => "too_large",
            Self::NotJwkSet => "not_jwk_set",
            Self::NoUsableKeys => "no_usable_keys",
            Self::Discovery => "discovery",
            Self::IssuerMismatch => "issuer_mismatch",
            Self::Panic => "panic",
        }
    }
}

/// An answer as an operator would describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Where it came from, redirects followed; as [`shown`].
    pub url: Box<str>,
    /// HTTP status.
    pub status: u16,
    /// Content-Type as sent.
    pub content_type: Option<Box<str>>,
    /// Bytes of the body: announced, or else read.
    pub size: u64,
    /// The first 40 characters, printable, without what may be a key or a token.
    pub start: Box<str>,
}

/// Why a fetch brought no usable set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are what the text names")]
pub enum FetchError {
    Client {
        reason: Box<str>,
    },
    Connect {
        url: Box<str>,
        reason: Box<str>,
        fault: ConnectFault,
    },
    Timeout {
        url: Box<str>,
    },
    Interrupted {
        url: Box<str>,
        reason: Box<str>,
    },
    Redirect {
        url: Box<str>,
        reason: Box<str>,
    },
    Status(Seen),
    NothingToRenew,
    TooLarge(Seen),
    NotJwkSet {
        seen: Seen,
        fault: DocumentFault,
    },
    NoUsableKeys {
        seen: Seen,
        ignored: usize,
    },
    Discovery {
        seen: Seen,
        fault: MetadataFault,
    },
    Panic,
}

impl FetchError {
    /// Its place in the closed set.
    #[must_use]
    pub fn label(&self) -> FetchResult {
        match self {
            Self::Client { .. } => FetchResult::Client,
            Self::Connect { .. } => FetchResult::Connect,
            Self::Timeout { .. } => FetchResult::Timeout,
            Self::Interrupted { .. } => FetchResult::Interrupted,
            Self::Redirect { .. } => FetchResult::Redirect,
            Self::Status(_) | Self::NothingToRenew => FetchResult::Status,
            Self::TooLarge(_) => FetchResult::TooLarge,
            Self::NotJwkSet { .. } => FetchResult::NotJwkSet,
            Self::NoUsableKeys { .. } => FetchResult::NoUsableKeys,
            Self::Discovery {
                fault: MetadataFault::Issuer { .. },
                ..
            } => FetchResult::IssuerMismatch,
            Self::Discovery { .. } => FetchResult::Discovery,
            Self::Panic => FetchResult::Panic,
        }
    }

    /// There is no metadata here, but there may be at another place.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        match self {
            Self::Status(seen) => seen.status == 404,
            Self::Discovery { fault, .. } => *fault == MetadataFault::NotMetadata,
            _ => false,
        }
    }
}

/// One line, printable, without the secrets that a URL may hold.
impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let foreign = |text: &str| escape_to(text, MAX_FOREIGN);
        match self {
            Self::Client { reason } => write!(f, "no HTTP client: {}", foreign(reason)),
            Self::Connect { url, reason, .. } => {
                write!(f, "{url}: cannot connect: {}", foreign(reason))
            }
            Self::Timeout { url } => write!(f, "{url}: timed out"),
            Self::Interrupted { url, reason } => {
                write!(f, "{url}: broke off: {}", foreign(reason))
            }
            Self::Redirect { url, reason } => {
                write!(f, "{url}: {}", foreign(reason))
            }
            Self::Status(seen) => write!(f, "{seen}"),
            Self::NothingToRenew => f.write_str("304, and no document was at hand"),
            Self::TooLarge(seen) => write!(f, "{seen}: over the limit of 1 MiB"),
            Self::NotJwkSet { seen, fault } => write!(f, "{seen}: {fault}"),
            Self::NoUsableKeys { seen, ignored } => {
                write!(f, "{seen}: no usable key ({ignored} ignored)")
            }
            Self::Discovery { seen, fault } => write!(f, "{seen}: {fault}"),
            Self::Panic => f.write_str("a defect in reading the answer"),
        }
    }
}

impl std::error::Error for FetchError {}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.content_type.as_deref().unwrap_or("no content type");
        let kind = escape_to(kind, 40);
        write!(f, "{}: {} {kind}, ", self.url, self.status)?;
        write!(f, "{} bytes \"{}\"", self.size, self.start)
    }
}

/// A URL without user, password, query and fragment: those may be secrets.
#[must_use]
pub fn shown(url: &Url) -> Box<str> {
    let origin = url.origin().ascii_serialization();
    format!("{origin}{}", escape_to(url.path(), MAX_FOREIGN)).into()
}

/// A text that should be a URL, as it may be told: as it is, unless it holds one of these.
#[must_use]
pub fn shown_text(text: &str) -> Box<str> {
    let secret = |url: &Url| {
        !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some()
    };
    match Url::parse(text) {
        Ok(url) if secret(&url) => shown(&url),
        _ => text.into(),
    }
}
