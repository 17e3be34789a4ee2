//! As meant: a configuration in which nothing is wrong.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::jwks::source::KeySource;
use crate::policy::audience::AudiencePolicy;
use crate::policy::caller::Disclosure;
use crate::policy::issuer::Issuer;

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
