//! Whether a token's signature can be checked at all, and with what. The judge
//! tells the same conditions as rejections.

use std::sync::Arc;

use crate::policy::Candidate;
use crate::policy::audience::AudiencePolicy;
use crate::policy::issuer::Issuer;
use crate::token::Token;
use crate::token::algorithm::{Algorithm, AlgorithmSet};
use crate::token::header::NamedAlgorithm;

/// What there is to be done with keys.
#[derive(Clone, Debug)]
pub struct KeyWork<'a> {
    /// Whose keys.
    pub issuer: &'a Arc<Issuer>,
    /// `kid` of the token.
    pub kid: Option<&'a str>,
    /// `alg` of the token.
    pub algorithm: Algorithm,
}

/// The key work of a token; `None` where something found without keys forbids it.
#[must_use]
pub fn key_work<'a>(
    token: &'a Token,
    candidate: &'a Candidate,
    policy: &AudiencePolicy,
) -> Option<KeyWork<'a>> {
    let header = token.header.as_ref().ok()?;
    let issuer = candidate.with_keys()?;
    let NamedAlgorithm::Implemented(algorithm) = header.algorithm() else {
        return None;
    };
    let wanted = allowed_algorithms(candidate, policy).contains(algorithm)
        && header.crit.is_empty()
        && !token.signature().is_empty();
    wanted.then_some(KeyWork {
        issuer,
        kid: header.kid.as_deref(),
        algorithm,
    })
}

/// What the policy lets a token of this issuer use. Without a known issuer, only
/// the audience's word counts.
#[must_use]
pub fn allowed_algorithms(candidate: &Candidate, policy: &AudiencePolicy) -> AlgorithmSet {
    match candidate.with_keys() {
        Some(issuer) => policy.algorithms.and(issuer.algorithms),
        None => policy.algorithms,
    }
}
