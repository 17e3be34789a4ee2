//! What may have signed a token: an issuer's JWK Set, which of its keys fit, and
//! whether one of them verifies. How the set got here, and whether it is still
//! young enough to count, is left to `jwks` and `verdict`.

pub mod adopt;
pub mod jwk;
pub mod jwk_set;
mod material;
mod members;
pub mod select;
pub mod signature;
mod strength;
#[cfg(test)]
mod support;

use std::time::Duration;

use crate::token::numeric_date::NumericDate;

/// Why a key is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyProblem {
    /// `use` is neither `sig` nor `jwt-svid`.
    Use,
    /// `key_ops` lacks `verify`.
    KeyOps,
    /// `alg` is another one, or none that is implemented.
    Algorithm,
    /// `kty` or `crv`.
    Type,
    /// RSA under 2048 bits, a small exponent, a short secret.
    TooWeak,
    /// No readable JWK.
    Malformed,
    /// A secret in a set that others can read.
    Symmetric,
    /// The same key again.
    Duplicate,
    /// The operator denied it.
    Denied,
    /// It left the set, and its grace is over.
    Withdrawn,
    /// More keys under one kid than are ever tried.
    TooMany,
}

/// What came of looking for the key and checking the signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A key of the set verified it.
    Verified {
        /// `kid` of that key; it may have one though the token names none.
        kid: Option<Box<str>>,
        /// Its RFC 7638 thumbprint.
        thumbprint: Box<str>,
    },
    /// Fitting keys were tried, and none did.
    SignatureInvalid,
    /// The set has no key of this kid; or, for a token without, none that fits.
    NotFound,
    /// A token without a kid that more keys fit than are ever tried.
    Ambiguous,
    /// The kid is there, and nothing under it can verify this algorithm.
    Unsuitable(KeyProblem),
    /// The operator denied the key.
    Denied,
    /// There is no set, or no usable key in it.
    NoKeys,
}

/// How the set stands that was searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How it came here.
    pub state: KeySetState,
    /// When the issuer last confirmed it (200 or 304), or the file was read.
    pub fetched_at: NumericDate,
    /// How long ago that was, by a clock that is never set. Zero for a file.
    pub age: Duration,
    /// Whether a kid that is not in it is proven not to exist.
    pub proves_absence: bool,
    /// Of no other set in this process; a later one has a greater one.
    pub generation: u64,
}

impl Standing {
    /// How long the set may still serve, if it may for `bound` after it was confirmed;
    /// `None` where there is no bound. One from a file has none.
    ///
    /// # Errors
    /// It is past the bound: its keys are used for nothing.
    pub fn left(&self, bound: Option<Duration>) -> Result<Option<Duration>, TooStale> {
        match bound.filter(|_| self.state != KeySetState::Static) {
            None => Ok(None),
            Some(bound) => bound.checked_sub(self.age).map(Some).ok_or(TooStale),
        }
    }
}

/// A set is past its bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooStale;

/// Which keys vouch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeySetState {
    /// The last fetch succeeded.
    Fresh,
    /// The last fetch failed.
    Stale,
    /// No fetch has succeeded since start.
    Snapshot,
    /// From a file.
    Static,
}

/// What keys can say about a token: to be kept as long as the set is the same;
/// whether the set still counts is decided anew on every call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What came of it.
    pub finding: Finding,
    /// The set that was searched, if there was one.
    pub standing: Option<Standing>,
}
