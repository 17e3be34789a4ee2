//! What an operator configured: issuers, and named audiences that trust them.
//! Values only; reading them is left to `config`, applying them to `verdict`.

pub mod audience;
pub mod caller;
pub mod issuer;
pub mod near_miss;

use std::borrow::Borrow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use audience::AudiencePolicy;
use caller::Caller;
use issuer::Issuer;

use crate::token::claims::Claim;

/// Longest name, in bytes: that of a DNS label.
pub const MAX_NAME: usize = 63;

/// The configured name of an issuer or audience: `[a-z0-9][a-z0-9._-]{0,62}`.
///
/// Safe as a metric label and in a log: it comes from the operator.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Name {
    /// Reads a name; `None` if it is none, or one of the words that metrics use.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let first = text.bytes().next()?;
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let fits = text.len() <= MAX_NAME
            && plain(first)
            && text.bytes().all(|b| plain(b) || b".-_".contains(&b))
            && !["none", "unknown"].contains(&text);
        fits.then(|| Self(text.into()))
    }

    /// The name's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Everything that decides about a token beside its keys.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    issuers: Vec<Arc<Issuer>>,
    audiences: Vec<AudiencePolicy>,
    by_name: HashMap<Name, usize>,
    by_identifier: HashMap<Box<str>, Vec<usize>>,
    by_accepted: HashMap<Box<str>, Vec<usize>>,
}

/// Whose token it claims to be, seen by one named audience.
#[derive(Clone, Debug)]
pub enum Candidate {
    /// No `iss`.
    Missing,
    /// An `iss` that is no string, or no readable claims.
    Unreadable,
    /// Nobody is configured by this identifier.
    Unknown,
    /// Configured, and listed by this audience.
    Listed(Arc<Issuer>),
    /// Configured, but not listed by this audience.
    NotListed(Arc<Issuer>),
    /// Several are configured by this identifier, none listed: whose it is cannot be said.
    Ambiguous,
}

impl Candidate {
    /// The configured issuer, if it is known which.
    #[must_use]
    pub fn issuer(&self) -> Option<&Arc<Issuer>> {
        match self {
            Self::Listed(issuer) | Self::NotListed(issuer) => Some(issuer),
            Self::Missing | Self::Unreadable | Self::Unknown | Self::Ambiguous => None,
        }
    }

    /// The issuer whose keys may be tried.
    #[must_use]
    pub fn with_keys(&self) -> Option<&Arc<Issuer>> {
        self.issuer().filter(|issuer| issuer.trusted)
    }
}

impl Policies {
    /// Puts the parts together, in configuration order.
    #[must_use]
    pub fn new(issuers: Vec<Arc<Issuer>>, audiences: Vec<AudiencePolicy>) -> Self {
        let by_name = (audiences.iter().enumerate())
            .map(|(index, audience)| (audience.name.clone(), index))
            .collect();
        let by_identifier =
            index((issuers.iter().enumerate()).map(|(i, one)| (&one.identifier, i)));
        let by_accepted = index(
            (audiences.iter().enumerate())
                .flat_map(|(i, one)| one.accept.iter().map(move |value| (value, i))),
        );
        Self {
            issuers,
            audiences,
            by_name,
            by_identifier,
            by_accepted,
        }
    }

    /// The issuers, in configuration order.
    #[must_use]
    pub fn issuers(&self) -> &[Arc<Issuer>] {
        &self.issuers
    }

    /// The audiences, in configuration order.
    #[must_use]
    pub fn audiences(&self) -> &[AudiencePolicy] {
        &self.audiences
    }

    /// The audience of a name.
    #[must_use]
    pub fn audience(&self, name: &str) -> Option<&AudiencePolicy> {
        self.audiences.get(*self.by_name.get(name)?)
    }

    /// The other audiences that accept one of these values and that the caller
    /// may ask about, in configuration order.
    #[must_use]
    pub fn intended_for<'a>(
        &'a self,
        aud: &[Box<str>],
        asked: &AudiencePolicy,
        caller: &Caller,
    ) -> Vec<&'a Name> {
        // By value, not by audience: a token may name many, and so may a configuration.
        // Each value once: it may be there a thousand times, and accepted as often.
        let values: HashSet<&Box<str>> = aud.iter().collect();
        let found: BTreeSet<usize> = (values.into_iter())
            .filter_map(|value| self.by_accepted.get(value))
            .flatten()
            .copied()
            .collect();
        (found.into_iter())
            .filter_map(|index| self.audiences.get(index))
            .map(|audience| &audience.name)
            .filter(|name| **name != asked.name && caller.may_ask(name.as_str()))
            .collect()
    }

    /// The configured audience that somebody who wrote `text` probably meant: one
    /// that accepts it as a value, else the nearest name.
    #[must_use]
    pub fn nearest_audience(&self, text: &str) -> Option<&Name> {
        let by_value =
            (self.by_accepted.get(text)).and_then(|indices| self.audiences.get(*indices.first()?));
        if let Some(audience) = by_value {
            return Some(&audience.name);
        }
        nearest(text, self.audiences.iter().map(|audience| &audience.name))
    }

    /// Whose token it claims to be. Two issuers may share an identifier; an
    /// audience lists at most one of them.
    #[must_use]
    pub fn candidate(&self, iss: &Claim<Box<str>>, policy: &AudiencePolicy) -> Candidate {
        let iss = match iss {
            Claim::Value(iss) => iss,
            Claim::Malformed => return Candidate::Unreadable,
            Claim::Absent => {
                return match policy.issuers.as_slice() {
                    [only] if policy.issuer_optional => Candidate::Listed(only.clone()),
                    _ => Candidate::Missing,
                };
            }
        };
        if let Some(listed) = policy.issuers.iter().find(|one| one.identifier == *iss) {
            return Candidate::Listed(listed.clone());
        }
        match self.by_identifier.get(iss).map(Vec::as_slice) {
            None | Some([]) => Candidate::Unknown,
            Some([one]) => {
                (self.issuers.get(*one).cloned()).map_or(Candidate::Unknown, Candidate::NotListed)
            }
            Some(_) => Candidate::Ambiguous,
        }
    }
}

/// The name that somebody who wrote `text` probably meant.
#[must_use]
pub fn nearest<'n>(text: &str, names: impl Iterator<Item = &'n Name>) -> Option<&'n Name> {
    if text.len() > 2 * MAX_NAME {
        return None;
    }
    let distance = |name: &Name| strsim::damerau_levenshtein(name.as_str(), text);
    names
        .min_by_key(|name| distance(name))
        // Half of a name that differs is no slip any more.
        .filter(|name| distance(name) * 2 <= text.len().max(name.as_str().len()))
}

fn index<'a>(pairs: impl Iterator<Item = (&'a Box<str>, usize)>) -> HashMap<Box<str>, Vec<usize>> {
    let mut index: HashMap<Box<str>, Vec<usize>> = HashMap::new();
    for (value, place) in pairs {
        index.entry(value.clone()).or_default().push(place);
    }
    index
}
