//! Issuer: who may sign, and with what.

use std::time::Duration;

use super::Name;
use crate::token::algorithm::AlgorithmSet;

/// A configured issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// For metrics, logs and the policies that list it.
    pub name: Name,
    /// Compared byte for byte with `iss` (RFC 7519 §4.1.1).
    pub identifier: Box<str>,
    /// What an operator calls the place it belongs to; may be empty.
    pub environment: Box<str>,
    /// Algorithms its tokens may use.
    pub algorithms: AlgorithmSet,
    /// False: known by name and environment only. It has no keys.
    pub trusted: bool,
    /// How long the last good key set may serve; `None` for keys from a file.
    pub max_stale: Option<Duration>,
}
