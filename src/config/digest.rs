//! What a configuration means, as one number: equal on replicas that answer alike,
//! however their files are written.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use aws_lc_rs::digest;
use serde::Serialize;

use super::shown::{Policy, algorithms};
use super::{Config, ConfiguredIssuer};
use crate::jwks::source::{KeySource, Location, Timing};
use crate::policy::caller::Disclosure;

/// Everything that an answer can depend on. Where a replica listens is its own affair.
#[derive(Serialize)]
struct Meaning<'c> {
    reflection: bool,
    disclosure: &'static str,
    max_token_bytes: usize,
    drain_ms: u128,
    plaintext: bool,
    allow_http: bool,
    issuers: BTreeMap<&'c str, Issuer<'c>>,
    audiences: BTreeMap<&'c str, Policy<'c>>,
}

#[derive(Serialize)]
struct Issuer<'c> {
    identifier: &'c str,
    environment: &'c str,
    algorithms: Vec<&'static str>,
    trusted: bool,
    keys: Keys<'c>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Keys<'c> {
    Discovery(Vec<&'c str>, Fetching),
    JwksUri(&'c str, Fetching),
    /// By what makes each key the key it is. Of a secret that is its hash, which lets
    /// a guess be tested no better than any token that the secret signed.
    JwksFile(Vec<String>),
    None,
}

#[derive(Serialize)]
struct Fetching {
    refresh_interval_ms: u128,
    max_stale_ms: u128,
    unknown_kid_cooldown_ms: u128,
    wait_ms: u128,
    ca: Option<String>,
}

impl Config {
    /// SHA-256 of what it means, in hexadecimal. The order of files, issuers and
    /// audiences, and the addresses of `[server]` do not count; the contents of the
    /// files that it names do.
    #[must_use]
    pub fn digest(&self) -> String {
        let meaning = Meaning {
            reflection: self.server.reflection,
            disclosure: match self.server.disclosure {
                Disclosure::Details => "details",
                Disclosure::Codes => "codes",
            },
            max_token_bytes: self.server.max_token_bytes,
            drain_ms: self.server.drain.as_millis(),
            plaintext: self.insecure.plaintext,
            allow_http: self.insecure.allow_http,
            issuers: (self.issuers.iter())
                .map(|one| (one.issuer.name.as_str(), issuer(one)))
                .collect(),
            audiences: (self.audiences.iter())
                .map(|one| (one.name.as_str(), Policy::of(one)))
                .collect(),
        };
        // Strings, numbers and lists of them always have a JSON.
        sha256(&serde_json::to_vec(&meaning).unwrap_or_default())
    }
}

fn issuer(configured: &ConfiguredIssuer) -> Issuer<'_> {
    let issuer = &configured.issuer;
    Issuer {
        identifier: &issuer.identifier,
        environment: &issuer.environment,
        algorithms: algorithms(issuer.algorithms),
        trusted: issuer.trusted,
        keys: keys(&configured.keys),
    }
}

fn keys(source: &KeySource) -> Keys<'_> {
    let remote = match source {
        KeySource::Untrusted => return Keys::None,
        KeySource::File { keys, .. } => return Keys::JwksFile(keys.identities()),
        KeySource::Remote(remote) => remote,
    };
    let ca = remote.ca.as_ref().map(|ca| sha256(&ca.pem));
    let fetching = fetching(&remote.timing, ca);
    match &remote.location {
        Location::JwksUri(url) => Keys::JwksUri(url.as_str(), fetching),
        Location::Discovery { urls } => {
            Keys::Discovery(urls.iter().map(url::Url::as_str).collect(), fetching)
        }
    }
}

fn fetching(timing: &Timing, ca: Option<String>) -> Fetching {
    Fetching {
        refresh_interval_ms: timing.refresh_interval.as_millis(),
        max_stale_ms: timing.max_stale.as_millis(),
        unknown_kid_cooldown_ms: timing.unknown_kid_cooldown.as_millis(),
        wait_ms: timing.wait.as_millis(),
        ca,
    }
}

fn sha256(bytes: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, bytes);
    (digest.as_ref().iter()).fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
