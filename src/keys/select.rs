//! Which keys may have signed a token, and whether one did. The order in which
//! an issuer lists its keys never matters.

use std::collections::HashSet;

use super::adopt::KeySet;
use super::jwk::Key;
use super::{Finding, KeyProblem};
use crate::token::Token;
use crate::token::algorithm::Algorithm;

/// Most keys that are tried for one signature: each costs a stranger nothing and
/// us a verification.
pub const MAX_CANDIDATES: usize = 4;

/// Keys of one issuer that the operator denied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DenyList {
    /// By `kid`, byte for byte.
    pub kids: HashSet<Box<str>>,
    /// By RFC 7638 thumbprint with SHA-256, base64url.
    pub thumbprints: HashSet<Box<str>>,
}

impl DenyList {
    /// Whether it denies this key.
    #[must_use]
    pub fn denies(&self, key: &Key) -> bool {
        self.thumbprints.contains(key.identity())
            || key.kid().is_some_and(|kid| self.kids.contains(kid))
    }

    /// Whether it denies each member of a set, in their order.
    #[must_use]
    pub fn denied_members(&self, set: &KeySet) -> Vec<bool> {
        let denied = self.identities(set);
        let is_denied = |key: &Key| denied.contains(key.identity());
        let members = set.members().iter();
        members.map(|member| is_denied(&member.key)).collect()
    }

    /// The identities of all keys of a set that it denies. One that is denied by one
    /// of its kids is denied by all of them: who stole the key picks the kid.
    fn identities<'s>(&self, set: &'s KeySet) -> HashSet<&'s str> {
        let keys = set.members().iter().map(|member| &*member.key);
        let denied = keys.filter(|key| self.denies(key));
        denied.map(Key::identity).collect()
    }
}

/// Looks for the key of a token that says `kid` and `algorithm`, and checks the
/// signature with those that fit.
#[must_use]
pub fn verify(
    token: &Token,
    kid: Option<&str>,
    algorithm: Algorithm,
    set: Option<&KeySet>,
    denied: &DenyList,
) -> Finding {
    if kid.is_some_and(|kid| denied.kids.contains(kid)) {
        return Finding::Denied;
    }
    let Some(set) = set else {
        return Finding::NoKeys;
    };
    let denied = denied.identities(set);
    let Some(kid) = kid else {
        let keys = set.members().iter().map(|member| &*member.key);
        return match Fitting::among(keys, algorithm, &denied) {
            Fitting::Keys(keys) => check(token, algorithm, &keys),
            Fitting::OnlyDenied => Finding::Denied,
            Fitting::TooMany => Finding::Ambiguous,
            Fitting::None if set.has_usable() => Finding::NotFound,
            Fitting::None => Finding::NoKeys,
        };
    };
    let Some((keys, ignored)) = set.named(kid) else {
        return if set.has_usable() {
            Finding::NotFound
        } else {
            Finding::NoKeys
        };
    };
    match Fitting::among(keys.clone(), algorithm, &denied) {
        Fitting::Keys(keys) => check(token, algorithm, &keys),
        Fitting::OnlyDenied => Finding::Denied,
        Fitting::TooMany => Finding::Unsuitable(KeyProblem::TooMany),
        Fitting::None => {
            let problem = keys
                .map(|key| key.problem_with(algorithm))
                .fold(ignored, most_telling);
            // A kid is only there with a key that has it and does not fit.
            Finding::Unsuitable(problem.unwrap_or(KeyProblem::Malformed))
        }
    }
}

/// The keys that fit an algorithm.
enum Fitting<'a> {
    None,
    OnlyDenied,
    /// 1 to [`MAX_CANDIDATES`] distinct ones.
    Keys(Vec<&'a Key>),
    TooMany,
}

impl<'a> Fitting<'a> {
    /// A denied key counts like any other: denying one must never turn a token that
    /// is refused into one that is not.
    fn among(
        keys: impl Iterator<Item = &'a Key> + Clone,
        algorithm: Algorithm,
        denied: &HashSet<&str>,
    ) -> Self {
        let fitting = keys.filter(|key| key.verifying(algorithm).is_some());
        let denied: HashSet<&str> = (fitting.clone().map(Key::identity))
            .filter(|identity| denied.contains(identity))
            .collect();
        let mut found: Vec<&Key> = Vec::new();
        for key in fitting.filter(|key| !denied.contains(key.identity())) {
            let same = (found.iter_mut()).find(|one| one.identity() == key.identity());
            if let Some(same) = same {
                // One key by several kids: the first in order of bytes stands for it.
                *same = if key.kid() < same.kid() { key } else { *same };
            } else if found.len() + denied.len() >= MAX_CANDIDATES {
                return Self::TooMany;
            } else {
                found.push(key);
            }
        }
        match (found.is_empty(), denied.is_empty()) {
            (false, _) => Self::Keys(found),
            (true, false) => Self::OnlyDenied,
            (true, true) => Self::None,
        }
    }
}

fn check(token: &Token, algorithm: Algorithm, keys: &[&Key]) -> Finding {
    let (input, signature) = (token.signing_input(), token.signature());
    let verifies = |key: &Key| {
        key.verifying(algorithm)
            .is_some_and(|key| key.verify(input, signature))
    };
    match keys.iter().find(|key| verifies(key)) {
        Some(key) => Finding::Verified {
            kid: key.kid().map(Into::into),
            thumbprint: key.thumbprint().into(),
        },
        None => Finding::SignatureInvalid,
    }
}

/// Of two problems under one kid the one that says more: the key that came
/// closest to being used.
pub(super) fn most_telling(a: Option<KeyProblem>, b: Option<KeyProblem>) -> Option<KeyProblem> {
    let distance = |problem: &KeyProblem| match problem {
        KeyProblem::TooMany => 0,
        KeyProblem::Denied => 1,
        KeyProblem::Withdrawn => 2,
        KeyProblem::Algorithm => 3,
        KeyProblem::TooWeak => 4,
        KeyProblem::Use => 5,
        KeyProblem::KeyOps => 6,
        KeyProblem::Symmetric => 7,
        KeyProblem::Type => 8,
        KeyProblem::Malformed => 9,
        KeyProblem::Duplicate => 10,
    };
    a.into_iter().chain(b).min_by_key(distance)
}

#[cfg(test)]
mod tests;
