//! What the operator wrote, as meant: a [`Config`] in which nothing is wrong, or
//! every problem at once. Putting it in force is left to the server.

mod audiences;
mod claims;
mod digest;
pub(crate) mod duration;
mod files;
mod issuers;
mod key_source;
mod keys;
mod names;
mod problem;
mod reader;
mod server;
pub mod shown;
mod signers;
mod source;
mod urls;
mod values;
mod variables;
mod wording;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub(crate) use files::read_file;
pub(crate) use key_source::MAX_CA_FILE;
pub use problem::{Problem, Problems};
pub(crate) use wording::nearest;

use crate::jwks::source::KeySource;
use crate::policy::audience::AudiencePolicy;
use crate::policy::caller::Disclosure;
use crate::policy::issuer::Issuer;
use crate::token::numeric_date::NumericDate;

/// A configuration that can be served.
#[derive(Clone, Debug)]
pub struct Config {
    /// `[server]`
    pub server: Server,
    /// `[insecure]`
    pub insecure: Insecure,
    /// `[[issuers]]`, in order.
    pub issuers: Vec<ConfiguredIssuer>,
    /// `[[audiences]]`, in order.
    pub audiences: Vec<AudiencePolicy>,
}

/// An issuer and where its keys come from.
#[derive(Clone, Debug)]
pub struct ConfiguredIssuer {
    /// Who.
    pub issuer: Arc<Issuer>,
    /// Where its keys come from.
    pub keys: KeySource,
}

/// `[server]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Where gRPC is served.
    pub listen: SocketAddr,
    /// Where probes, metrics and diagnostics are served.
    pub admin_listen: SocketAddr,
    /// Whether reflection is served.
    pub reflection: bool,
    /// How much an inactive answer says.
    pub disclosure: Disclosure,
    /// Longest token that is read, in bytes.
    pub max_token_bytes: usize,
    /// How long a drain may take.
    pub drain: Duration,
}

/// `[insecure]`: each is logged at every start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Insecure {
    /// Plain http for issuers and key URLs.
    pub allow_http: bool,
    /// gRPC without TLS on addresses that are not loopback.
    pub plaintext: bool,
}

/// Reads files, folders (`*.toml` and `*.yaml`, by name) and the variables of the
/// environment that are ours, with the files that they name; `now` is when keys of a
/// `jwks_file` count as read.
///
/// # Errors
/// Every problem there is, not only the first.
pub fn load(
    paths: &[PathBuf],
    environment: &BTreeMap<String, String>,
    now: NumericDate,
) -> Result<Config, Problems> {
    read(paths, environment, now, None)
}

/// As [`load`], but every trusted issuer has its keys from this JWK Set file, under the
/// same checks as a `jwks_file`: no other key file is read, and nothing is to be fetched.
///
/// # Errors
/// Every problem there is, not only the first.
pub fn load_with_keys(
    paths: &[PathBuf],
    environment: &BTreeMap<String, String>,
    now: NumericDate,
    jwks: &Path,
) -> Result<Config, Problems> {
    read(paths, environment, now, Some(jwks))
}

fn read(
    paths: &[PathBuf],
    environment: &BTreeMap<String, String>,
    now: NumericDate,
    jwks: Option<&Path>,
) -> Result<Config, Problems> {
    let context = reader::Context::new(environment);
    let mut written = source::Written::read(paths, &context);

    let insecure = server::insecure(written.table("insecure"), &context);
    let server = server::server(written.table("server"), insecure, &context);
    let keys = keys::Written::read(written.table("keys"), &context);
    // Durations that no issuer uses are checked as well.
    let timing = keys.clone().timing();
    let around = issuers::Surroundings {
        context: &context,
        insecure,
        keys,
        jwks,
        now,
    };
    let nodes = written.named("issuers", "say who signs: [[issuers]]", &context);
    let known = issuers::read(written.table("issuer_defaults"), nodes, &around);
    let nodes = written.named(
        "audiences",
        "say what callers ask for: [[audiences]]",
        &context,
    );
    let audiences = audiences::read(written.table("audience_defaults"), nodes, &known, &context);

    let issuers: Option<Vec<_>> = known.into_iter().map(issuers::Known::into_issuer).collect();
    let problems = context.into_problems();
    match (server, timing, issuers) {
        (Some(server), Some(_), Some(issuers)) if problems.is_empty() => Ok(Config {
            server,
            insecure,
            issuers,
            audiences,
        }),
        _ => Err(problems),
    }
}

impl Config {
    /// What `[insecure]` lets through, a line each, for the log of every start.
    #[must_use]
    pub fn insecure_uses(&self) -> Vec<String> {
        let mut uses = Vec::new();
        if self.insecure.allow_http {
            uses.push("insecure.allow_http: issuers and key URLs may be plain http; whoever is on the way can replace keys".to_owned());
            uses.extend(
                (self.issuers.iter())
                    .filter(|one| urls::is_plain_http(&one.keys))
                    .map(|one| {
                        format!(
                            "insecure.allow_http: keys of issuer {} come over plain http",
                            one.issuer.name
                        )
                    }),
            );
        }
        if self.insecure.plaintext {
            uses.push("insecure.plaintext: gRPC may be served without TLS on addresses that are not loopback; whoever is on the way can read tokens".to_owned());
            let ports = [
                ("listen", self.server.listen),
                ("admin_listen", self.server.admin_listen),
            ];
            uses.extend(
                ports
                    .iter()
                    .filter(|(_, address)| !server::is_loopback(*address))
                    .map(|(key, address)| {
                        format!(
                            "insecure.plaintext: server.{key} {address} serves gRPC without TLS"
                        )
                    }),
            );
        }
        uses
    }
}
