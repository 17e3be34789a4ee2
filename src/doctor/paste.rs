//! What to put into a configuration file for an issuer that was looked at.

use std::fmt::Write as _;

use crate::jwks::source::{Location, Remote};
use crate::keys::adopt::KeySet;
use crate::policy::issuer::Issuer;
use crate::token::algorithm::{Algorithm, AlgorithmSet};

/// An `[[issuers]]` entry (TOML).
pub(super) fn entry(
    issuer: &Issuer,
    remote: &Remote,
    set: &KeySet,
    advertised: &[Box<str>],
) -> String {
    let mut lines = String::from("[[issuers]]\n");
    let mut line = |key: &str, value: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(lines, "{key} = {value}");
    };
    line("name", &text(issuer.name.as_str()));
    line("issuer", &text(&issuer.identifier));
    let names: Vec<_> = signs(set, advertised)
        .iter()
        .map(|one| text(one.name()))
        .collect();
    // Narrower than what a configuration without it takes: that is to be known.
    let why = "what its keys and metadata name; without this line: every asymmetric one";
    line("algorithms", &format!("[{}] # {why}", names.join(", ")));
    let mut plain = false;
    match &remote.location {
        Location::JwksUri(url) => {
            line("jwks_uri", &text(url.as_str()));
            plain |= url.scheme() == "http";
        }
        Location::Discovery { urls } => plain |= urls.iter().any(|url| url.scheme() == "http"),
    }
    if let Some(ca) = &remote.ca {
        line("ca_file", &text(&ca.path.to_string_lossy()));
    }
    if plain {
        lines.push_str("\n[insecure]\nallow_http = true\n");
    }
    lines
}

/// What the issuer probably signs with: what its keys say; of keys that do not say,
/// what it advertises, or else all that they can verify.
fn signs(set: &KeySet, advertised: &[Box<str>]) -> AlgorithmSet {
    let advertised: AlgorithmSet = (advertised.iter())
        .filter_map(|name| Algorithm::from_name(name))
        .collect();
    let of_key = |key: &crate::keys::jwk::Key| {
        let able: AlgorithmSet = (Algorithm::ALL.into_iter())
            .filter(|one| key.verifying(*one).is_some())
            .collect();
        let both = able.and(advertised);
        let narrowed = key.algorithm().is_none() && both.iter().next().is_some();
        if narrowed { both } else { able }
    };
    (set.members().iter())
        .flat_map(|member| of_key(&member.key).iter().collect::<Vec<_>>())
        .collect()
}

/// A TOML basic string: every escape of JSON is one of TOML's.
fn text(value: &str) -> String {
    serde_json::Value::from(value)
        .to_string()
        .replace('\u{7f}', "\\u007f")
}
