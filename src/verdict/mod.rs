//! The answer: Active, Inactive or CannotTell, never two of them. Pure: the same
//! facts, evidence, policy and instant give the same verdict.

pub mod check;
mod claims;
mod evidence;
mod header;
pub mod hint;
mod issuer;
pub mod judge;
mod key;
pub mod key_work;
mod reason;
pub mod rejection;
mod required;
mod validity;

use std::sync::Arc;
use std::time::Duration;

use rejection::{Reason, Rejection};

use crate::keys::Standing;
use crate::policy::issuer::Issuer;
use judge::ActiveToken;

/// The three kinds of answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Good for this audience.
    Active(ActiveToken),
    /// Not good for it.
    Inactive(Inactive),
    /// Good or bad: only keys that are not at hand could say.
    CannotTell(Cause),
}

/// Every reason, the leading one first. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inactive {
    /// The lowest number of all.
    pub leading: Rejection,
    /// The others, by number.
    pub others: Vec<Rejection>,
    /// Set only if waiting alone makes the token active.
    pub retry_after: Option<Duration>,
}

impl Inactive {
    /// All reasons in order of precedence.
    pub fn rejections(&self) -> impl Iterator<Item = &Rejection> {
        std::iter::once(&self.leading).chain(&self.others)
    }

    /// The different reasons in order of precedence. One may have many rejections: a
    /// stranger chooses how many names are there twice.
    pub fn reasons(&self) -> impl Iterator<Item = Reason> {
        let mut last = None;
        (self.rejections().map(Rejection::reason))
            .filter(move |reason| last.replace(*reason) != Some(*reason))
    }

    /// The reason that leads.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.leading.reason()
    }
}

/// Why it cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// No usable key of the issuer has ever been at hand.
    KeysUnavailable,
    /// The last good set is older than may serve.
    KeysTooStale,
    /// The kid is not in the set, and the set is not young enough to prove that
    /// it does not exist.
    KeyPending,
}

impl Cause {
    /// Its name in kebab-case: for labels and logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::KeysUnavailable => "keys-unavailable",
            Self::KeysTooStale => "keys-too-stale",
            Self::KeyPending => "key-pending",
        }
    }
}

/// How far the facts of a token can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signature {
    /// A key of the configured issuer verified it.
    Verified,
    /// It was checked and is wrong: everything in it is a stranger's claim.
    Invalid,
    /// It was not checked: likewise.
    NotChecked,
}

/// A verdict and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The answer.
    pub verdict: Verdict,
    /// How far the evidence can be trusted.
    pub signature: Signature,
    /// The configured issuer of the token's `iss`, if it is known which.
    pub issuer: Option<Arc<Issuer>>,
    /// `kid` of the key that verified it.
    pub verified_kid: Option<Box<str>>,
    /// The set that was searched for the key.
    pub keys: Option<Standing>,
}

#[cfg(test)]
mod tests;
