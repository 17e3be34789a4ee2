//! Near misses: a presented value that is not an accepted one but resembles it.
//!
//! Comparison stays exact (RFC 7519 §4.1.3); this only explains a refusal.
//! The presented values are a stranger's choice, so the work is bounded: each
//! value is brought into its forms once, and pairs compare fingerprints.

mod difference;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::hash::{BuildHasher, RandomState};
use std::num::NonZero;

pub use difference::Difference;
use difference::{STEPS, split_authority};

const MAX_PRESENTED: usize = 32;
const MAX_ACCEPTED: usize = 64;
const MAX_BYTES: usize = 512;

/// A presented value, the accepted one it resembles, and how the two differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// In the token.
    pub presented: Box<str>,
    /// In the policy.
    pub accepted: Box<str>,
    /// The one kind, or the smallest set, that explains the pair.
    pub differences: Vec<Difference>,
}

/// Near misses among the first 32 presented × 64 accepted values, by presented,
/// then accepted, each pair once. Values over 512 bytes count, but are left out.
pub fn near_misses<'a>(
    presented: impl IntoIterator<Item = &'a str>,
    accepted: impl IntoIterator<Item = &'a str> + Clone,
) -> Vec<NearMiss> {
    let hasher = RandomState::new();
    let accepted = considered(accepted, MAX_ACCEPTED, &hasher);
    let mut found = Vec::new();
    for presented in considered(presented, MAX_PRESENTED, &hasher) {
        found.extend(accepted.iter().filter_map(|accepted| {
            Some(NearMiss {
                differences: presented.differences(accepted)?,
                presented: presented.text.into(),
                accepted: accepted.text.into(),
            })
        }));
    }
    found.sort_by(|a, b| (&a.presented, &a.accepted).cmp(&(&b.presented, &b.accepted)));
    found.dedup();
    found
}

/// How two different values nearly match; `None` if they are equal or not near.
/// The caller bounds their length.
#[must_use]
pub fn differences(presented: &str, accepted: &str) -> Option<Vec<Difference>> {
    let hasher = RandomState::new();
    Value::new(presented, &hasher).differences(&Value::new(accepted, &hasher))
}

fn considered<'a>(
    values: impl IntoIterator<Item = &'a str>,
    most: usize,
    hasher: &RandomState,
) -> Vec<Value<'a>> {
    let first = values.into_iter().take(most);
    first
        .filter(|value| value.len() <= MAX_BYTES)
        .map(|value| Value::new(value, hasher))
        .collect()
}

/// Some of the kinds that combine: bit n is `Difference::ALL[n]`.
#[derive(Clone, Copy)]
struct Set(u8);

impl Set {
    fn with(self, kind: Difference) -> Self {
        Self(self.0 | 1 << kind as u8)
    }

    fn has(self, kind: Difference) -> bool {
        self.0 & 1 << kind as u8 != 0
    }

    fn kinds(self) -> Vec<Difference> {
        let mut kinds: Vec<_> = STEPS.into_iter().filter(|kind| self.has(*kind)).collect();
        kinds.sort_unstable();
        kinds
    }

    /// Smaller sets first; of the same size the one with the earlier kind where
    /// they first differ, which is the highest bit once reversed.
    fn precedence(self) -> impl Ord {
        (self.0.count_ones(), Reverse(self.0.reverse_bits()))
    }
}

/// A form by its keyed hash, `None` if it is empty. A collision cannot be
/// prepared, and by chance (2⁻⁶⁴ a comparison) it would spoil an explanation,
/// never a verdict.
type Fingerprint = Option<NonZero<u64>>;

struct Value<'a> {
    text: &'a str,
    chars: Vec<char>,
    /// By [`Set`]: what is left without its kinds.
    forms: Box<[Fingerprint; 256]>,
    /// Whether percent-decoding leaves it ASCII.
    decodes_to_ascii: bool,
}

impl<'a> Value<'a> {
    /// A kind that changes nothing adds no form: an ordinary value has few, and
    /// only a hostile one has 256.
    #[expect(clippy::indexing_slicing, reason = "a u8 is below 256")]
    fn new(text: &'a str, hasher: &RandomState) -> Self {
        let mut distinct = vec![(text.as_bytes().to_vec(), vec![Set(0)])];
        for kind in STEPS {
            let mut changed = Vec::new();
            for (form, sets) in &mut distinct {
                let with_kind: Vec<_> = sets.iter().map(|set| set.with(kind)).collect();
                match kind.remove(form) {
                    Some(left) => changed.push((left, with_kind)),
                    None => sets.extend(with_kind),
                }
            }
            distinct.append(&mut changed);
        }

        let mut forms = Box::new([None; 256]);
        for (form, sets) in distinct {
            let fingerprint = NonZero::new(hasher.hash_one(&form)).filter(|_| !form.is_empty());
            for set in sets {
                forms[usize::from(set.0)] = fingerprint;
            }
        }
        let decoded = Difference::PercentEncoding.remove(text.as_bytes());
        Self {
            text,
            chars: text.chars().collect(),
            forms,
            decodes_to_ascii: decoded.map_or(text.is_ascii(), |decoded| decoded.is_ascii()),
        }
    }

    fn differences(&self, other: &Self) -> Option<Vec<Difference>> {
        if self.text == other.text {
            return None;
        }
        let smallest = (1..=u8::MAX)
            .map(Set)
            .filter(|set| self.equals_without(*set, other))
            .min_by_key(|set| set.precedence());
        match smallest.map(Set::kinds) {
            Some(single) if single.len() == 1 => Some(single),
            _ if is_typo(&self.chars, &other.chars) => Some(vec![Difference::Typo]),
            Some(several) => Some(several),
            None => same_authority(self.text, other.text).then(|| vec![Difference::Path]),
        }
    }

    /// `https://` and `http://` share nothing, so an empty form equals none.
    #[expect(clippy::indexing_slicing, reason = "a u8 is below 256")]
    fn equals_without(&self, set: Set, other: &Self) -> bool {
        let form = self.forms[usize::from(set.0)];
        form.is_some()
            && form == other.forms[usize::from(set.0)]
            && !(set.has(Difference::Lookalike) && self.is_plain(set) && other.is_plain(set))
    }

    /// ASCII where its skeleton is taken. That of ASCII can be another text too
    /// (`m` becomes `rn`), so one side must be not plain.
    fn is_plain(&self, set: Set) -> bool {
        if set.has(Difference::PercentEncoding) {
            self.decodes_to_ascii
        } else {
            self.text.is_ascii()
        }
    }
}

fn same_authority(a: &str, b: &str) -> bool {
    let authority = |text| split_authority(str::as_bytes(text)).map(|(authority, _)| authority);
    authority(a).is_some_and(|a| authority(b) == Some(a))
}

/// One insertion, deletion, substitution or transposition of neighbours. In
/// shorter values than four characters one edit is another word.
fn is_typo(mut a: &[char], mut b: &[char]) -> bool {
    if a.len() < 4 || b.len() < 4 {
        return false;
    }
    while let ([first, rest @ ..], [others_first, others @ ..]) = (a, b)
        && first == others_first
    {
        (a, b) = (rest, others);
    }
    while let ([rest @ .., last], [others @ .., others_last]) = (a, b)
        && last == others_last
    {
        (a, b) = (rest, others);
    }
    match (a, b) {
        ([_], [] | [_]) | ([], [_]) => true,
        ([first, second], others) => others == [*second, *first],
        _ => false,
    }
}
