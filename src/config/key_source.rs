//! Where an issuer's keys come from: discovery, a URL or a file.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::issuers::Surroundings;
use super::reader::{At, Context, Said as SaidValue, found, text};
use super::source::{Node, Place, read_file};
use crate::jwks::source::{CaFile, KeySource, Location, Remote, Timing};
use crate::keys::adopt::{KeySet, adopt};
use crate::keys::jwk::Kinds;
use crate::keys::jwk_set;
use crate::token::algorithm::AlgorithmSet;

/// Largest bundle of certificates, in bytes: some four times what a system trusts.
const MAX_CA_FILE: u64 = 1 << 20;

/// The fix for a file that is not there.
const FROM_HERE: &str = "a relative path starts at this file's folder";

/// A text and the node it was read from.
pub(super) type Text = (String, Node);

/// The three keys that exclude each other.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) jwks_uri: SaidValue<Text>,
    pub(super) jwks_file: SaidValue<Text>,
    pub(super) discovery_url: SaidValue<Text>,
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

impl Said {
    fn well(&self) -> impl Iterator<Item = &At<Text>> {
        [&self.jwks_uri, &self.jwks_file, &self.discovery_url]
            .into_iter()
            .filter_map(SaidValue::well)
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
    said: &Said,
    identifier: Option<&At<Text>>,
    algorithms: &SaidValue<AlgorithmSet>,
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
    let symmetric = symmetric(said, algorithms, entry, context);
    if said.is_wrong() {
        return None;
    }
    let url = |at: &At<Text>, text: &str| parse_url(at, text, around.insecure.allow_http, context);
    if let Some(at) = said.jwks_file.well() {
        let (path, keys) = jwks_file(at, symmetric?, around)?;
        return Some(Found::File { path, keys });
    }
    let location = if let Some(at) = said.jwks_uri.well() {
        Location::JwksUri(url(at, &at.value.0)?)
    } else if let Some(at) = said.discovery_url.well() {
        Location::Discovery {
            urls: vec![url(at, &at.value.0)?],
        }
    } else {
        let at = identifier?;
        let issuer = url(at, &at.value.0)?;
        Location::Discovery {
            urls: discovery(at, &issuer, context)?,
        }
    };
    symmetric.map(|_| Found::Remote(location))
}

/// Who can verify an HMAC can also sign, so its secrets are kept apart: a file of
/// their own, and no public key beside them. `None` if that is not so, or not known.
fn symmetric(
    said: &Said,
    algorithms: &SaidValue<AlgorithmSet>,
    entry: &Place,
    context: &Context<'_>,
) -> Option<Kinds> {
    let set = match algorithms {
        SaidValue::Nothing => return Some(Kinds::Asymmetric),
        SaidValue::Wrongly => return None,
        SaidValue::Well(at) => at.value,
    };
    let place = || entry.key("algorithms");
    if !set.iter().any(|one| one.is_symmetric()) {
        return Some(Kinds::Asymmetric);
    }
    if set.iter().any(|one| !one.is_symmetric()) {
        context.note(
            &place(),
            "mixes HS* with others; give HS* an issuer of its own",
        );
        return None;
    }
    if !said.jwks_file.is_said() {
        context.note(&place(), "HS* needs secrets from a file; add jwks_file, or use RS256, ES256 or another with a public key");
        return None;
    }
    Some(Kinds::Symmetric { algorithms: set })
}

fn jwks_file(
    at: &At<Text>,
    kinds: Kinds,
    around: &Surroundings<'_, '_>,
) -> Option<(PathBuf, Arc<KeySet>)> {
    let shown = found(&at.value.1.value);
    let note = |text: &str| {
        around.context.note(&at.place, &format!("{shown} {text}"));
        None
    };
    let limit = u64::try_from(jwk_set::MAX_BYTES).unwrap_or(u64::MAX);
    let path = at.place.origin.folder.join(&at.value.0);
    let bytes = match read_file(&path, limit) {
        Ok(bytes) => bytes,
        Err(why) => return note(&format!("{why}; {FROM_HERE}")),
    };
    let set = match jwk_set::parse(&bytes, kinds) {
        Ok(set) => set,
        Err(fault) => {
            return note(&format!(
                "is no JWK Set ({fault}); write {{\"keys\": […]}} (RFC 7517 §5)"
            ));
        }
    };
    let ignored = set.ignored.len();
    let (keys, _) = adopt(None, set, around.now, Duration::ZERO);
    if !keys.has_usable() {
        return note(&format!(
            "has no usable key, and {ignored} that cannot be used"
        ));
    }
    Some((path, Arc::new(keys)))
}

/// A bundle of certificates to trust.
pub(super) fn ca_file(context: &Context<'_>, node: &Node) -> Option<CaFile> {
    let path = node.place.origin.folder.join(text(context, node)?);
    let note = |what: &str, fix: &str| {
        context.note(
            &node.place,
            &format!("{} {what}; {fix}", found(&node.value)),
        );
        None
    };
    match read_file(&path, MAX_CA_FILE) {
        Err(why) => note(&why, FROM_HERE),
        Ok(pem) if holds_certificates(&pem) => Some(CaFile { path, pem }),
        Ok(_) => note(
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

fn parse_url(at: &At<Text>, text: &str, allow_http: bool, context: &Context<'_>) -> Option<Url> {
    let shown = found(&at.value.1.value);
    let note = |text: &str| {
        context.note(&at.place, &format!("{shown} {text}"));
        None
    };
    // The parser drops these in silence; an identifier with one never matches.
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return note("holds a blank; remove it");
    }
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(why) => return note(&format!("is no URL ({why}); write https://host/path")),
    };
    match url.scheme() {
        "https" => {}
        "http" if allow_http => {}
        "http" => return note("is plain http; use https, or set [insecure] allow_http = true"),
        _ => return note("is not https; write https://host/path"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return note("holds a user or a password, which is not sent; remove it");
    }
    Some(url)
}

/// Where an issuer's metadata may be: OpenID Connect Discovery 1.0 §4.1, then
/// RFC 8414 §3.1, and for an issuer with a path that section's form of the former (§5).
fn discovery(at: &At<Text>, issuer: &Url, context: &Context<'_>) -> Option<Vec<Url>> {
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
    const OPENID: &str = "/.well-known/openid-configuration";
    const OAUTH: &str = "/.well-known/oauth-authorization-server";
    let mut urls = vec![
        with(format!("{path}{OPENID}")),
        with(format!("{OAUTH}{path}")),
    ];
    if !path.is_empty() {
        urls.push(with(format!("{OPENID}{path}")));
    }
    Some(urls)
}
