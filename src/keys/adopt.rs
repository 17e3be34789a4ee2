//! An issuer's keys over time: what a new document changes. Whether a document
//! is worth adopting (an empty one after a good one is not) is left to `jwks`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use super::KeyProblem;
use super::jwk::{IgnoredKey, Key};
use super::jwk_set::{JwkSet, MAX_KEYS};
use super::select;
use crate::token::numeric_date::NumericDate;

/// The keys of one issuer: published, or withdrawn within their grace.
#[derive(Debug, Default)]
pub struct KeySet {
    members: Vec<Member>,
    ignored: Vec<IgnoredKey>,
    by_kid: HashMap<Box<str>, Named>,
}

/// A usable key and its history.
#[derive(Clone, Debug)]
pub struct Member {
    /// The key.
    pub key: Arc<Key>,
    /// When a document first held it.
    pub first_seen: NumericDate,
    /// When a document last held it.
    pub last_seen: NumericDate,
    /// When a document first lacked it; `None` while it is published.
    pub withdrawn_at: Option<NumericDate>,
}

/// All that goes by one kid.
#[derive(Debug, Default)]
struct Named {
    /// Indices of members.
    members: Vec<usize>,
    /// The most telling problem of its ignored keys.
    ignored: Option<KeyProblem>,
}

/// What a document changed about the published keys: each by its kid, else its
/// thumbprint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Published now, not before.
    pub added: Vec<Box<str>>,
    /// Published before, not now.
    pub removed: Vec<Box<str>>,
}

/// How many keys a set has of each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Published and usable.
    pub usable: usize,
    /// No longer published, still usable.
    pub withdrawn: usize,
    /// Published and not usable.
    pub ignored: usize,
}

/// Takes a document's keys over. A key that the document lacks stays usable for
/// `removal_grace`: replicas of an issuer disagree for hours. With a grace of zero
/// it goes at once. Of withdrawn keys at most [`MAX_KEYS`] stay, the latest.
#[must_use]
pub fn adopt(
    previous: Option<&KeySet>,
    document: JwkSet,
    now: NumericDate,
    removal_grace: Duration,
) -> (KeySet, Changes) {
    let before = previous.map_or(&[][..], KeySet::members);
    let known: HashMap<_, &Member> = before
        .iter()
        .map(|member| (member.key.member_identity(), member))
        .collect();
    let mut changes = Changes::default();
    let published = document.keys.iter().map(|key| {
        let known = known.get(&key.member_identity()).copied();
        if known.is_none_or(|member| member.withdrawn_at.is_some()) {
            changes.added.push(key.name().into());
        }
        Member {
            // The key as it was: its numbers are parsed already.
            key: Arc::clone(known.map_or(key, |member| &member.key)),
            first_seen: known.map_or(now, |member| member.first_seen),
            last_seen: now,
            withdrawn_at: None,
        }
    });
    let mut members: Vec<Member> = published.collect();

    let here: HashSet<_> = (document.keys.iter())
        .map(|key| key.member_identity())
        .collect();
    let mut withdrawn = Vec::new();
    for member in before {
        if here.contains(&member.key.member_identity()) {
            continue;
        }
        if member.withdrawn_at.is_none() {
            changes.removed.push(member.key.name().into());
        }
        let since = member.withdrawn_at.unwrap_or(now);
        if now < since.plus(removal_grace) {
            withdrawn.push(Member {
                withdrawn_at: Some(since),
                ..member.clone()
            });
        }
    }
    withdrawn.sort_by_key(|member| std::cmp::Reverse(member.withdrawn_at));
    withdrawn.truncate(MAX_KEYS);
    members.append(&mut withdrawn);
    (KeySet::new(members, document.ignored), changes)
}

impl KeySet {
    fn new(members: Vec<Member>, ignored: Vec<IgnoredKey>) -> Self {
        let mut by_kid: HashMap<Box<str>, Named> = HashMap::new();
        for (index, member) in members.iter().enumerate() {
            if let Some(kid) = member.key.kid() {
                by_kid.entry(kid.into()).or_default().members.push(index);
            }
        }
        for key in &ignored {
            if let Some(kid) = &key.kid {
                let named = by_kid.entry(kid.clone()).or_default();
                named.ignored = select::most_telling(named.ignored, Some(key.problem));
            }
        }
        Self {
            members,
            ignored,
            by_kid,
        }
    }

    /// Whether there is any key to verify with. A denied key counts.
    #[must_use]
    pub fn has_usable(&self) -> bool {
        !self.members.is_empty()
    }

    /// The usable keys, published ones first.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The document's other members.
    #[must_use]
    pub fn ignored(&self) -> &[IgnoredKey] {
        &self.ignored
    }

    /// How many there are of each state.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let published = |member: &&Member| member.withdrawn_at.is_none();
        let usable = self.members.iter().filter(published).count();
        Counts {
            usable,
            withdrawn: self.members.len() - usable,
            ignored: self.ignored.len(),
        }
    }

    /// What each key of the set is, for telling whether two sets are the same: sorted,
    /// and not to be shown, since of a secret it is a hash.
    #[must_use]
    pub fn identities(&self) -> Vec<String> {
        let usable = self.members.iter().map(|member| {
            let (kid, identity, algorithm, usage) = member.key.member_identity();
            format!("{kid:?} {identity} {algorithm:?} {usage:?}")
        });
        let ignored = self.ignored.iter().map(|key| {
            let (kid, identity) = (&key.kid, &key.thumbprint);
            format!("{kid:?} {identity:?} {:?}", key.problem)
        });
        let mut all: Vec<String> = usable.chain(ignored).collect();
        all.sort_unstable();
        all
    }

    /// The usable keys of a kid, and the most telling problem of its ignored ones;
    /// `None` if nothing goes by it.
    pub(super) fn named(
        &self,
        kid: &str,
    ) -> Option<(impl Iterator<Item = &Key> + Clone, Option<KeyProblem>)> {
        let named = self.by_kid.get(kid)?;
        let members = named.members.iter().filter_map(|at| self.members.get(*at));
        Some((members.map(|member| &*member.key), named.ignored))
    }
}

#[cfg(test)]
mod tests;
