//! Where an issuer's keys come from, as configured.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::fault::shown;
use crate::keys::adopt::KeySet;

/// Where an issuer's keys come from.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// A document that the issuer publishes.
    Remote(Remote),
    /// A file that was read with the configuration.
    File {
        /// Its path.
        path: PathBuf,
        /// What it held.
        keys: Arc<KeySet>,
    },
    /// None: the issuer is known by name and environment only.
    Untrusted,
}

impl KeySource {
    /// Where that is, for people: a URL without what may be a secret in it, or a path.
    /// Empty for an issuer without keys.
    #[must_use]
    pub fn shown(&self) -> Box<str> {
        match self {
            Self::Remote(remote) => match &remote.location {
                Location::JwksUri(url) => shown(url),
                // The first place is where it is meant to be.
                Location::Discovery { urls } => urls.first().map(shown).unwrap_or_default(),
            },
            Self::File { path, .. } => path.display().to_string().into(),
            Self::Untrusted => Box::default(),
        }
    }
}

/// A published document and how often it is asked for.
#[derive(Clone, Debug)]
pub struct Remote {
    /// Where it is.
    pub location: Location,
    /// How often it is asked for, and how long it may serve.
    pub timing: Timing,
    /// Certificates (PEM) to trust instead of the platform's.
    pub ca: Option<CaFile>,
    /// `[insecure] allow_http`: plain http is let through.
    pub allow_http: bool,
}

/// How a published document is found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Location {
    /// By the issuer's metadata. The first of these that answers with a document
    /// counts (`OpenID` Connect Discovery 1.0 §4, then RFC 8414 §3).
    Discovery {
        /// Metadata URLs in the order they are tried.
        urls: Vec<Url>,
    },
    /// At a URL of its own.
    JwksUri(Url),
}

/// Certificates to trust for an issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaFile {
    /// Its path.
    pub path: PathBuf,
    /// What it held, PEM.
    pub pem: Vec<u8>,
}

/// `[keys]`, for one issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Time between two planned fetches.
    pub refresh_interval: Duration,
    /// How long the last good set may serve.
    pub max_stale: Duration,
    /// Shortest time between two fetches that callers ask for.
    pub unknown_kid_cooldown: Duration,
    /// Longest wait of a call for a fetch.
    pub wait: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            refresh_interval: Duration::from_mins(5),
            max_stale: Duration::from_hours(24),
            unknown_kid_cooldown: Duration::from_secs(10),
            wait: Duration::from_secs(1),
        }
    }
}
