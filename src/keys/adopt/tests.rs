use super::*;
use crate::keys::jwk::Kinds;
use crate::keys::jwk_set;
use crate::keys::support::{document, p256};

const GRACE: Duration = Duration::from_secs(100);

/// One P-256 key a letter, the letter being its kid.
fn jwks(kids: &str) -> JwkSet {
    let keys: Vec<String> = kids
        .chars()
        .map(|kid| format!(r#"{},"kid":"{kid}""#, p256(kid as usize % 6)))
        .collect();
    jwk_set::parse(document(&keys).as_bytes(), Kinds::Asymmetric).unwrap()
}

fn at(seconds: i64) -> NumericDate {
    NumericDate::from_seconds(seconds)
}

fn step(previous: &KeySet, kids: &str, seconds: i64, grace: Duration) -> (KeySet, String) {
    let (next, changes) = adopt(Some(previous), jwks(kids), at(seconds), grace);
    let told = format!("+{} -{}", changes.added.concat(), changes.removed.concat());
    (next, told)
}

/// `a0..10` is key a, first seen at 0 and last at 10; `!` since when withdrawn.
fn history(set: &KeySet) -> Vec<String> {
    let told = |member: &Member| {
        let seconds = NumericDate::floor_seconds;
        let (first, last) = (seconds(member.first_seen), seconds(member.last_seen));
        let since = member.withdrawn_at.map(|at| format!("!{}", seconds(at)));
        format!(
            "{}{first}..{last}{}",
            member.key.name(),
            since.unwrap_or_default()
        )
    };
    set.members().iter().map(told).collect()
}

#[test]
fn a_first_document_is_all_new() {
    let (set, changes) = adopt(None, jwks("ab"), at(5), Duration::ZERO);
    assert_eq!(history(&set), ["a5..5", "b5..5"]);
    assert_eq!(changes.added, ["a".into(), "b".into()]);
    assert!(changes.removed.is_empty() && set.has_usable());
}

#[test]
fn without_grace_a_missing_key_goes_at_once() {
    let (set, _) = adopt(None, jwks("ab"), at(0), Duration::ZERO);
    let (set, told) = step(&set, "bc", 10, Duration::ZERO);
    assert_eq!(
        (history(&set), &*told),
        (vec!["b0..10".into(), "c10..10".into()], "+c -a")
    );
    assert!(set.named("a").is_none() && set.named("c").is_some());
}

#[test]
fn within_its_grace_a_withdrawn_key_stays_usable() {
    let (set, _) = adopt(None, jwks("ab"), at(0), GRACE);
    let (set, told) = step(&set, "b", 10, GRACE);
    assert_eq!(
        (history(&set), &*told),
        (vec!["b0..10".into(), "a0..0!10".into()], "+ -a")
    );
    assert_eq!(set.named("a").unwrap().0.count(), 1);
    let expected = Counts {
        usable: 1,
        withdrawn: 1,
        ignored: 0,
    };
    assert_eq!(set.counts(), expected);

    let (last, told) = step(&set, "b", 109, GRACE);
    assert_eq!(
        (history(&last), &*told),
        (vec!["b0..109".into(), "a0..0!10".into()], "+ -")
    );
    let (over, told) = step(&last, "b", 110, GRACE);
    assert_eq!((history(&over), &*told), (vec!["b0..110".into()], "+ -"));
}

#[test]
fn a_key_that_returns_is_the_old_one() {
    let (first, _) = adopt(None, jwks("ab"), at(0), GRACE);
    let (second, _) = step(&first, "b", 10, GRACE);
    let (third, told) = step(&second, "ba", 20, GRACE);
    assert_eq!(
        (history(&third), &*told),
        (vec!["b0..20".into(), "a0..20".into()], "+a -")
    );
    assert!(Arc::ptr_eq(
        &first.members()[0].key,
        &third.members()[1].key
    ));
    // After the grace nobody remembers it.
    let (second, _) = step(&first, "b", 10, Duration::ZERO);
    let (third, _) = step(&second, "ba", 20, GRACE);
    assert_eq!(history(&third), ["b0..20", "a20..20"]);
}

#[test]
fn a_clock_set_back_withdraws_nothing_early() {
    let (set, _) = adopt(None, jwks("ab"), at(1000), GRACE);
    let (set, _) = step(&set, "b", 1000, GRACE);
    let (set, _) = step(&set, "b", 10, GRACE);
    assert_eq!(history(&set), ["b1000..10", "a1000..1000!1000"]);
}

#[test]
fn the_same_document_changes_nothing() {
    let (set, _) = adopt(None, jwks("abc"), at(0), GRACE);
    assert_eq!(step(&set, "cab", 1, GRACE).1, "+ -");
}

#[test]
fn another_key_under_the_same_kid_is_another_member() {
    let key = |which| format!(r#"{},"kid":"a""#, p256(which));
    let document = |which| document(&[key(which)]).into_bytes();
    let parse = |which| jwk_set::parse(&document(which), Kinds::Asymmetric).unwrap();
    let (set, _) = adopt(None, parse(0), at(0), GRACE);
    let (set, changes) = adopt(Some(&set), parse(1), at(1), GRACE);
    assert_eq!(history(&set), ["a1..1", "a0..0!1"]);
    assert_eq!((changes.added.len(), changes.removed.len()), (1, 1));
}

#[test]
fn ignored_keys_are_those_of_the_latest_document() {
    let bad = r#"{"keys":[{"kid":"x","kty":"AKP"},{"kid":"x","kty":"RSA"},{"kty":"oct"}]}"#;
    let parse = || jwk_set::parse(bad.as_bytes(), Kinds::Asymmetric).unwrap();
    let (set, _) = adopt(None, parse(), at(0), GRACE);
    assert!(!set.has_usable());
    assert_eq!((set.ignored().len(), set.counts().ignored), (3, 3));
    assert_eq!(set.named("x").unwrap().1, Some(KeyProblem::Type));
    let (set, _) = step(&set, "a", 1, GRACE);
    assert!(set.ignored().is_empty() && set.named("x").is_none());
}

#[test]
fn what_was_withdrawn_is_bounded() {
    let year = Duration::from_hours(8760);
    let all = |prefix: usize| {
        let keys: Vec<String> = (0..MAX_KEYS)
            .map(|index| format!(r#"{},"kid":"{prefix}-{index}""#, p256(0)))
            .collect();
        jwk_set::parse(document(&keys).as_bytes(), Kinds::Asymmetric).unwrap()
    };
    let (mut set, _) = adopt(None, all(0), at(0), year);
    for round in 1..4 {
        set = adopt(Some(&set), all(round), at(10), year).0;
    }
    let counts = set.counts();
    assert_eq!((counts.usable, counts.withdrawn), (MAX_KEYS, MAX_KEYS));
}
