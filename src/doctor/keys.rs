//! The keys of a set: each for itself, then all of them together.

use std::collections::{BTreeMap, BTreeSet};

use super::report::{Check, KeyReport, Outcome, Step, count, quoted, shown};
use crate::keys::KeyProblem;
use crate::keys::adopt::KeySet;
use crate::keys::jwk::{IgnoredKey, Key};
use crate::keys::select::MAX_CANDIDATES;
use crate::token::algorithm::{Algorithm, AlgorithmSet};

/// Kids that one line names.
const MAX_TOLD: usize = 8;

/// What every key is, usable ones first.
pub(super) fn each(set: &KeySet, published: bool) -> Vec<KeyReport> {
    let usable = set
        .members()
        .iter()
        .map(|member| usable(&member.key, published));
    let ignored = set.ignored().iter().map(|key| ignored(key, published));
    usable.chain(ignored).collect()
}

fn usable(key: &Key, published: bool) -> KeyReport {
    let private = if published {
        key.private().to_vec()
    } else {
        Vec::new()
    };
    KeyReport {
        kid: key.kid().map(shown),
        key_type: shown(key.key_type()),
        usage: key.usage().map(shown),
        algorithm: key.algorithm().map(|algorithm| algorithm.name().to_owned()),
        thumbprint: Some(key.thumbprint().to_owned()).filter(|text| !text.is_empty()),
        verifies: verifies(key).map(Algorithm::name).collect(),
        outcome: if private.is_empty() {
            Outcome::Ok
        } else {
            Outcome::Failed
        },
        problem: is_public(&private),
        private,
    }
}

fn ignored(key: &IgnoredKey, published: bool) -> KeyReport {
    let private = if published {
        key.private.to_vec()
    } else {
        Vec::new()
    };
    let why = shown(&key.why);
    KeyReport {
        kid: key.kid.as_deref().map(shown),
        key_type: shown(&key.key_type),
        usage: key.usage.as_deref().map(shown),
        algorithm: key.algorithm.as_deref().map(shown),
        thumbprint: key.thumbprint.as_deref().map(str::to_owned),
        verifies: Vec::new(),
        outcome: if private.is_empty() {
            gravity(key.problem)
        } else {
            Outcome::Failed
        },
        problem: Some(match is_public(&private) {
            Some(public) => format!("{public}; not used: {why}"),
            None => why,
        }),
        private,
    }
}

/// A set may well hold keys for other uses, and of kinds that are not known here
/// (RFC 7517 §5); a key that is meant for us and cannot be used is a slip.
fn gravity(problem: KeyProblem) -> Outcome {
    use KeyProblem::{Algorithm, KeyOps, Type, Use};
    match problem {
        Use | KeyOps | Type | Algorithm => Outcome::Skipped,
        _ => Outcome::Warning,
    }
}

fn is_public(private: &[&str]) -> Option<String> {
    (!private.is_empty()).then(|| format!("its private part is published ({})", private.join(", ")))
}

fn verifies(key: &Key) -> impl Iterator<Item = Algorithm> {
    (Algorithm::ALL.into_iter()).filter(|algorithm| key.verifying(*algorithm).is_some())
}

/// What all keys can verify together.
pub(super) fn verifiable(set: &KeySet) -> AlgorithmSet {
    (set.members().iter())
        .flat_map(|member| verifies(&member.key))
        .collect()
}

/// How the set does as a set.
pub(super) fn together(set: &KeySet) -> Step {
    let counts = set.counts();
    let total = counts.usable + counts.ignored;
    let of_use = match counts.usable {
        1 if total == 1 => "of use".to_owned(),
        all if all == total && all > 0 => "all of use".to_owned(),
        some => format!("{some} of use"),
    };
    let found = format!("{}, {of_use}", count(total, "key", "keys"));
    if counts.usable == 0 {
        let fix = if total == 0 {
            "the issuer publishes an empty set: it must publish the keys that it signs with"
        } else if (set.ignored().iter())
            .all(|key| matches!(key.problem, KeyProblem::Use | KeyProblem::KeyOps))
        {
            "all its keys are for encryption: it must publish those that it signs with (use sig)"
        } else {
            "the issuer must publish a key that can be used here: RSA of 2048 bits or more, \
             P-256, P-384, P-521 or Ed25519"
        };
        return Step::failed(Check::Keys, found).fix(fix);
    }
    if let Some(crowd) = crowd(set) {
        return Step::failed(Check::Keys, format!("{found}; {crowd}"))
            .fix("the issuer must give each key a kid of its own");
    }
    let mut warnings = Vec::new();
    let twice = shared_kids(set);
    if !twice.is_empty() {
        warnings.push(format!("several keys under kid {}", list(&twice)));
    }
    let nameless = (set.members().iter())
        .filter(|one| one.key.kid().is_none())
        .count();
    if nameless > 0 && total > 1 {
        let keys = count(nameless, "key", "keys");
        warnings.push(format!(
            "{keys} without kid, which fits only tokens without kid"
        ));
    }
    let grave = |key: &&IgnoredKey| gravity(key.problem) == Outcome::Warning;
    let broken = set.ignored().iter().filter(grave).count();
    if broken > 0 {
        warnings.push(format!(
            "{} that should be of use and cannot",
            count(broken, "key", "keys")
        ));
    }
    if warnings.is_empty() {
        return Step::ok(Check::Keys, found);
    }
    Step::warning(Check::Keys, format!("{found}; {}", warnings.join("; ")))
        .fix("the issuer should publish each key once, with a kid of its own, whole")
}

/// Kids of several usable keys, each distinct.
fn shared_kids(set: &KeySet) -> Vec<&str> {
    let mut by_kid: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for member in set.members() {
        if let Some(kid) = member.key.kid() {
            by_kid
                .entry(kid)
                .or_default()
                .insert(member.key.thumbprint());
        }
    }
    (by_kid.into_iter())
        .filter(|(_, keys)| keys.len() > 1)
        .map(|(kid, _)| kid)
        .collect()
}

/// More keys under one kid than are ever tried for an algorithm.
fn crowd(set: &KeySet) -> Option<String> {
    let mut fitting: BTreeMap<(&str, Algorithm), BTreeSet<&str>> = BTreeMap::new();
    for member in set.members() {
        let Some(kid) = member.key.kid() else {
            continue;
        };
        for algorithm in verifies(&member.key) {
            let keys = fitting.entry((kid, algorithm)).or_default();
            keys.insert(member.key.thumbprint());
        }
    }
    let ((kid, algorithm), keys) = fitting
        .into_iter()
        .find(|(_, keys)| keys.len() > MAX_CANDIDATES)?;
    let (keys, kid) = (keys.len(), quoted(kid));
    Some(format!(
        "{keys} keys fit kid {kid} and {algorithm}, more than {MAX_CANDIDATES}: none is tried"
    ))
}

/// Whether what is published is public.
pub(super) fn private(keys: &[KeyReport]) -> Step {
    let bare: Vec<&str> = (keys.iter().filter(|key| !key.private.is_empty()))
        .map(|key| key.kid.as_deref().unwrap_or("without kid"))
        .collect();
    if bare.is_empty() {
        return Step::ok(Check::PrivateKeys, "none is published");
    }
    Step::failed(
        Check::PrivateKeys,
        format!(
            "PUBLISHED: whoever reads this set can sign as the issuer, with {} ({})",
            count(bare.len(), "key", "keys"),
            list(&bare)
        ),
    )
    .expected("public members only (n and e; crv, x and y)")
    .fix("stop trusting this issuer now; it must replace these keys, and publish public parts only")
}

/// Algorithms that are listed, and those that keys can verify.
pub(super) fn algorithms(set: &KeySet, listed: AlgorithmSet, advertised: &[Box<str>]) -> Step {
    let able = verifiable(set);
    let (both, beyond) = (
        able.and(listed),
        able.iter().filter(|one| !listed.contains(*one)),
    );
    let beyond: Vec<_> = beyond.map(Algorithm::name).collect();
    let mut found = format!("keys verify {}", names(able));
    if !advertised.is_empty() {
        let told: Vec<_> = advertised.iter().map(|name| &**name).collect();
        found = format!("{found}; ID tokens are signed with {}", list_plain(&told));
    }
    if both.iter().next().is_none() {
        return Step::failed(Check::Algorithms, found)
            .expected(format!("one of {}", names(listed)))
            .fix("list what the issuer signs with in algorithms");
    }
    // Without a list of one's own there is nothing to compare.
    if listed == AlgorithmSet::asymmetric() || beyond.is_empty() {
        return Step::ok(Check::Algorithms, found);
    }
    let found = format!("{found}; not listed here: {}", beyond.join(", "));
    Step::new(Check::Algorithms, Outcome::Ok, found)
        .expected(names(listed))
        .fix("tokens with another algorithm are refused; list it if the issuer signs with it")
}

/// In the order they are told in.
pub(super) fn names(set: AlgorithmSet) -> String {
    set.iter()
        .map(Algorithm::name)
        .collect::<Vec<_>>()
        .join(", ")
}

fn list(texts: &[&str]) -> String {
    let quoted: Vec<_> = texts
        .iter()
        .take(MAX_TOLD)
        .map(|text| quoted(text))
        .collect();
    more(quoted, texts.len())
}

fn list_plain(texts: &[&str]) -> String {
    let shown: Vec<_> = texts
        .iter()
        .take(MAX_TOLD)
        .map(|text| shown(text))
        .collect();
    more(shown, texts.len())
}

fn more(mut told: Vec<String>, all: usize) -> String {
    if all > told.len() {
        told.push(format!("{} more", all - told.len()));
    }
    told.join(", ")
}
