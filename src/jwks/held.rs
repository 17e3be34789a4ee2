//! The set at hand of one issuer, and what an answer makes of it: the last good
//! set outlives every failure. Pure.

use std::sync::Arc;
use std::time::Duration;

use super::fault::{FetchError, FetchResult, Seen};
use super::fetch::{Fetched, Validator};
use super::freshness::{self, Origin};
use crate::clock::Now;
use crate::keys::Standing;
use crate::keys::adopt::{Changes, KeySet, adopt};
use crate::keys::jwk::Kinds;
use crate::keys::jwk_set::{self, JwkSet};

/// A key that left the document is not used any more.
const REMOVAL_GRACE: Duration = Duration::ZERO;

/// What an attempt brought, parsed.
#[derive(Debug)]
pub enum Brought {
    /// The set at hand is still the issuer's.
    NotModified,
    /// A JWK Set.
    Set {
        /// Its keys.
        set: JwkSet,
        /// To ask later whether it changed.
        validator: Option<Validator>,
        /// What an operator is told if none of its keys can be used.
        seen: Seen,
    },
}

/// Reads what the issuer said.
///
/// # Errors
/// [`FetchError::NotJwkSet`]
pub fn read(fetched: Fetched) -> Result<Brought, FetchError> {
    match fetched {
        Fetched::NotModified => Ok(Brought::NotModified),
        Fetched::Document(document) => {
            // A secret that others can read is none: HMAC keys come from files only.
            match jwk_set::parse(&document.body, Kinds::Asymmetric) {
                Ok(set) => Ok(Brought::Set {
                    set,
                    validator: document.validator,
                    seen: document.seen,
                }),
                Err(fault) => Err(FetchError::NotJwkSet {
                    seen: document.seen,
                    fault,
                }),
            }
        }
    }
}

/// A set at hand.
#[derive(Clone, Debug)]
pub struct Held {
    /// The keys.
    pub set: Arc<KeySet>,
    /// Where it came from.
    pub origin: Origin,
    /// Start of the fetch that last confirmed it (200 or 304): what the issuer
    /// published later, it may lack.
    pub confirmed: Now,
    /// Whether the last fetch failed.
    pub last_failed: bool,
    /// Of no other set in this process.
    pub generation: u64,
    /// Marks the document it was read from.
    pub validator: Option<Validator>,
}

impl Held {
    /// The set of a file. It never changes, so its age is of no interest.
    #[must_use]
    pub fn from_file(set: Arc<KeySet>, now: Now, generation: u64) -> Self {
        Self {
            set,
            origin: Origin::File,
            confirmed: now,
            last_failed: false,
            generation,
            validator: None,
        }
    }

    /// How it stands now.
    #[must_use]
    pub fn standing(&self, cooldown: Duration, now: &Now) -> Standing {
        let age = match self.origin {
            Origin::File => Duration::ZERO,
            Origin::Unconfirmed | Origin::Issuer => now.age_of(self.confirmed.monotonic),
        };
        Standing {
            state: freshness::state(self.origin, self.last_failed),
            fetched_at: self.confirmed.wall,
            age,
            proves_absence: freshness::proves_absence(self.origin, age, cooldown),
            generation: self.generation,
        }
    }
}

/// What is held after an attempt that started at `started`, and what came of it:
/// the changes it made, or why it made none.
///
/// A document without a usable key counts as a failure. It is kept only where there
/// is nothing better: then it at least tells why a kid cannot be used.
pub fn settle(
    previous: Option<Held>,
    brought: Result<Brought, FetchError>,
    started: Now,
    generation: u64,
) -> (Option<Held>, Result<Option<Changes>, FetchError>) {
    let failed = |previous: Option<Held>| {
        previous.map(|held| Held {
            last_failed: true,
            ..held
        })
    };
    let (set, validator, seen) = match brought {
        Err(error) => return (failed(previous), Err(error)),
        Ok(Brought::NotModified) => {
            return match previous.filter(|held| held.set.has_usable()) {
                None => (None, Err(FetchError::NothingToRenew)),
                Some(held) => {
                    let renewed = Held {
                        origin: Origin::Issuer,
                        confirmed: started,
                        last_failed: false,
                        ..held
                    };
                    (Some(renewed), Ok(None))
                }
            };
        }
        Ok(Brought::Set {
            set,
            validator,
            seen,
        }) => (set, validator, seen),
    };
    let unusable = set.keys.is_empty().then_some(FetchError::NoUsableKeys {
        seen,
        ignored: set.ignored.len(),
    });
    let good = (previous.as_ref()).is_some_and(|held| held.set.has_usable());
    if let Some(error) = &unusable
        && good
    {
        return (failed(previous), Err(error.clone()));
    }
    let before = previous.as_ref().map(|held| &*held.set);
    let (set, changes) = adopt(before, set, started.wall, REMOVAL_GRACE);
    let held = Held {
        set: Arc::new(set),
        // A fetch of an unusable document has not succeeded.
        origin: match unusable {
            None => Origin::Issuer,
            Some(_) => Origin::Unconfirmed,
        },
        confirmed: started,
        last_failed: unusable.is_some(),
        generation,
        // Of an unusable document it is of no interest that it is still the same.
        validator: validator.filter(|_| unusable.is_none()),
    };
    match unusable {
        Some(error) => (Some(held), Err(error)),
        None => (Some(held), Ok(Some(changes))),
    }
}

/// Its place in the closed set.
#[must_use]
pub fn label(outcome: &Result<Option<Changes>, FetchError>) -> FetchResult {
    match outcome {
        Ok(Some(_)) => FetchResult::Ok,
        Ok(None) => FetchResult::NotModified,
        Err(error) => error.label(),
    }
}
