//! Where an issuer's keys come from: discovery, a URL or a file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::files::read_file;
use super::issuers::Surroundings;
use super::reader::{At, Context, Said};
use super::source::{Node, Place};
use super::urls::{discovery, parse_url};
use super::values::text;
use super::wording::{found, quoted};
use crate::jwks::source::{CaFile, KeySource, Location, Remote, Timing};
use crate::keys::adopt::{KeySet, adopt};
use crate::keys::jwk::{IgnoredKey, Kinds};
use crate::keys::{KeyProblem, jwk_set};
use crate::token::algorithm::{Algorithm, AlgorithmSet};
use crate::token::numeric_date::NumericDate;

/// Largest bundle of certificates, in bytes: some four times what a system trusts.
pub(crate) const MAX_CA_FILE: u64 = 1 << 20;

/// The fix for a file that is not there.
const FROM_HERE: &str = "a relative path starts at this file's folder";

/// Most keys that a problem tells about.
const MAX_TOLD: usize = 8;

/// A text and the node it was read from.
pub(super) type Text = (String, Node);

/// The three keys that exclude each other.
#[derive(Debug)]
pub(super) struct Sources {
    pub(super) jwks_uri: Said<Text>,
    pub(super) jwks_file: Said<Text>,
    pub(super) discovery_url: Said<Text>,
}

/// Where keys are, how often they are fetched left open.
#[derive(Debug)]
pub(super) enum Found {
    Remote(Location),
    File { path: PathBuf, keys: Arc<KeySet> },
    Untrusted,
}

impl Found {
    pub(super) fn with(self, timing: Timing, ca: Option<CaFile>, allow_http: bool) -> KeySource {
        match self {
            Self::Remote(location) => KeySource::Remote(Remote {
                location,
                timing,
                ca,
                allow_http,
            }),
            Self::File { path, keys } => KeySource::File { path, keys },
            Self::Untrusted => KeySource::Untrusted,
        }
    }
}

impl Sources {
    fn well(&self) -> impl Iterator<Item = &At<Text>> {
        [&self.jwks_uri, &self.jwks_file, &self.discovery_url]
            .into_iter()
            .filter_map(Said::well)
    }

    fn is_wrong(&self) -> bool {
        [&self.jwks_uri, &self.jwks_file, &self.discovery_url]
            .into_iter()
            .any(|said| said.is_said() && said.well().is_none())
    }

    /// Notes every source beside `trusted = false`; whether there was none.
    pub(super) fn refuse(&self, context: &Context<'_>) -> bool {
        for at in self.well() {
            context.note(
                &at.place,
                "an issuer with trusted = false has no keys; remove one of the two",
            );
        }
        self.well().next().is_none() && !self.is_wrong()
    }
}

/// The source of a trusted issuer's keys.
pub(super) fn read(
    said: &Sources,
    identifier: Option<&At<Text>>,
    algorithms: &Said<AlgorithmSet>,
    entry: &Place,
    around: &Surroundings<'_, '_>,
) -> Option<Found> {
    let context = around.context;
    let mut sources = said.well();
    if let (Some(_), Some(second)) = (sources.next(), sources.next()) {
        context.note(
            &second.place,
            "keys come from one place; keep one of jwks_uri, jwks_file and discovery_url",
        );
        return None;
    }
    let kinds = kinds(said, algorithms, entry, around);
    if said.is_wrong() {
        return None;
    }
    if let Some(file) = file(said, around) {
        return file.read(kinds, around);
    }
    let url = |at| parse_url(at, around.insecure.allow_http, context);
    let location = if let Some(at) = said.jwks_uri.well() {
        Location::JwksUri(url(at)?)
    } else if let Some(at) = said.discovery_url.well() {
        Location::Discovery {
            urls: vec![url(at)?],
        }
    } else {
        let at = identifier?;
        let issuer = url(at)?;
        Location::Discovery {
            urls: discovery(at, &issuer, context)?,
        }
    };
    kinds.map(|_| Found::Remote(location))
}

/// Who can verify an HMAC can also sign, so its secrets are kept apart: a file of
/// their own, and no public key beside them. `None` if that is not so, or not known.
fn kinds(
    said: &Sources,
    algorithms: &Said<AlgorithmSet>,
    entry: &Place,
    around: &Surroundings<'_, '_>,
) -> Option<Kinds> {
    let context = around.context;
    let set = match algorithms {
        Said::Nothing => return Some(Kinds::Asymmetric),
        Said::Wrongly => return None,
        Said::Well(at) => at.value,
    };
    let place = entry.key("algorithms");
    if !set.iter().any(Algorithm::is_symmetric) {
        return Some(Kinds::Asymmetric);
    }
    if set.iter().any(|one| !one.is_symmetric()) {
        context.note(
            &place,
            "mixes HS* with others; give HS* an issuer of its own",
        );
        return None;
    }
    if !said.jwks_file.is_said() && around.jwks.is_none() {
        context.note(&place, "HS* needs secrets from a file; add jwks_file, or use RS256, ES256 or another with a public key");
        return None;
    }
    Some(Kinds::Symmetric { algorithms: set })
}

/// A JWK Set in a file.
struct File {
    /// Where it is named.
    place: Place,
    /// As it is named there.
    shown: String,
    path: PathBuf,
    /// The fix if it cannot be read.
    fix: &'static str,
}

/// The file with an issuer's keys, if they come from one.
fn file(said: &Sources, around: &Surroundings<'_, '_>) -> Option<File> {
    let of_flag = |path: &Path| File {
        place: Place::flag("--jwks"),
        shown: quoted(&path.to_string_lossy()),
        path: path.to_owned(),
        fix: "check the path",
    };
    let of_entry = |at: &At<Text>| File {
        place: at.place.clone(),
        shown: found(&at.value.1.value),
        path: at.place.origin.folder.join(&at.value.0),
        fix: FROM_HERE,
    };
    (around.jwks.map(of_flag)).or_else(|| said.jwks_file.well().map(of_entry))
}

impl File {
    fn read(self, kinds: Option<Kinds>, around: &Surroundings<'_, '_>) -> Option<Found> {
        let note = |why: String| {
            let text = format!("{} {why}", self.shown);
            around.context.note(&self.place, &text);
        };
        let limit = u64::try_from(jwk_set::MAX_BYTES).unwrap_or(u64::MAX);
        let bytes = read_file(&self.path, limit)
            .map_err(|why| note(format!("{why}; {}", self.fix)))
            .ok()?;
        let keys = key_set(&bytes, kinds?, around.now).map_err(note).ok()?;
        Some(Found::File {
            path: self.path,
            keys: Arc::new(keys),
        })
    }
}

/// The keys of a document, or what is wrong with it and the fix.
fn key_set(document: &[u8], kinds: Kinds, now: NumericDate) -> Result<KeySet, String> {
    let set = jwk_set::parse(document, kinds)
        .map_err(|fault| format!("is no JWK Set: {fault}; write {{\"keys\": [...]}} (RFC 7517)"))?;
    let refused: Vec<_> = (set.ignored.iter())
        .filter(|key| matches!(kinds, Kinds::Symmetric { .. }) && !is_harmless(key.problem))
        .collect();
    if !refused.is_empty() {
        let keys = told(refused);
        let fix = "HS* needs oct keys alone, each as long as its hash";
        return Err(format!("holds keys that cannot be used: {keys}; {fix}"));
    }
    let ignored = told(set.ignored.iter().collect());
    let (keys, _) = adopt(None, set, now, Duration::ZERO);
    if !keys.has_usable() {
        let why = if ignored.is_empty() {
            "it has none"
        } else {
            &ignored
        };
        return Err(format!(
            "has no usable key: {why}; add the issuer's public keys"
        ));
    }
    Ok(keys)
}

/// Whether a secret that is not used is no slip: it is of a right kind and length.
fn is_harmless(problem: KeyProblem) -> bool {
    use KeyProblem::{Duplicate, KeyOps, Use};
    matches!(problem, Use | KeyOps | Duplicate)
}

/// Keys by kid, each with what is wrong.
fn told(keys: Vec<&IgnoredKey>) -> String {
    let more = keys.len().saturating_sub(MAX_TOLD);
    let mut told: Vec<_> = (keys.into_iter().take(MAX_TOLD))
        .map(|key| match &key.kid {
            // Both may quote the file, so both are escaped.
            Some(kid) => format!("kid {}, {}", quoted(kid), key.why.escape_debug()),
            None => format!("one without kid, {}", key.why.escape_debug()),
        })
        .collect();
    if more > 0 {
        told.push(format!("and {more} more"));
    }
    told.join(", ")
}

/// A bundle of certificates to trust.
pub(super) fn ca_file(context: &Context<'_>, node: &Node) -> Option<CaFile> {
    let path = node.place.origin.folder.join(text(context, node)?);
    let refuse = |what: &str, fix: &str| {
        context.note(
            &node.place,
            &format!("{} {what}; {fix}", found(&node.value)),
        );
        None
    };
    match read_file(&path, MAX_CA_FILE) {
        Err(why) => refuse(&why, FROM_HERE),
        Ok(pem) if holds_certificates(&pem) => Some(CaFile { path, pem }),
        Ok(_) => refuse(
            "holds no certificate that can be read",
            "write PEM: -----BEGIN CERTIFICATE-----",
        ),
    }
}

/// Whether a client can be built that trusts these and nothing else.
fn holds_certificates(pem: &[u8]) -> bool {
    reqwest::Certificate::from_pem_bundle(pem)
        .ok()
        .filter(|certificates| !certificates.is_empty())
        .is_some_and(|all| {
            reqwest::Client::builder()
                .tls_certs_only(all)
                .build()
                .is_ok()
        })
}
