use proptest::prelude::*;

use super::*;
use crate::keys::adopt::adopt;
use crate::keys::jwk::Kinds;
use crate::keys::jwk_set;
use crate::keys::support::{document, numbers, p256, read, secrets, set, token};
use crate::token::algorithm::Algorithm::{EdDsa, Es256, Es384, Hs256, Ps256, Rs256};
use crate::token::numeric_date::NumericDate;

/// P-256 key 0 signs every ES256 token here.
fn ec(which: usize, more: &str) -> String {
    format!("{}{more}", p256(which))
}

fn thumbprint(members: &str) -> Box<str> {
    read(members, Kinds::Asymmetric)
        .unwrap()
        .thumbprint()
        .into()
}

fn verified(kid: Option<&str>, members: &str) -> Finding {
    Finding::Verified {
        kid: kid.map(Into::into),
        thumbprint: thumbprint(members),
    }
}

fn find(jwks: &[String], kid: Option<&str>, algorithm: Algorithm) -> Finding {
    let none = DenyList::default();
    verify(&token(algorithm), kid, algorithm, Some(&set(jwks)), &none)
}

#[test]
fn a_kid_is_compared_byte_for_byte() {
    let jwks = [ec(0, r#","kid":"a""#), ec(1, r#","kid":"b""#), ec(0, "")];
    assert_eq!(find(&jwks, Some("a"), Es256), verified(Some("a"), &p256(0)));
    assert_eq!(find(&jwks, Some("b"), Es256), Finding::SignatureInvalid);
    for kid in ["A", "a ", "", "a\0", "\u{430}"] {
        assert_eq!(find(&jwks, Some(kid), Es256), Finding::NotFound, "{kid:?}");
    }
    let empty = [ec(0, r#","kid":"""#)];
    assert_eq!(find(&empty, Some(""), Es256), verified(Some(""), &p256(0)));
}

#[test]
fn a_key_without_kid_fits_no_token_with_one() {
    assert_eq!(find(&[ec(0, "")], Some("a"), Es256), Finding::NotFound);
    assert_eq!(find(&[ec(0, "")], None, Es256), verified(None, &p256(0)));
}

#[test]
fn without_kid_every_fitting_key_is_tried() {
    let jwks = [
        ec(1, r#","kid":"a""#),
        numbers(Rs256),
        ec(0, r#","kid":"b""#),
        ec(2, ""),
        ec(3, ""),
    ];
    assert_eq!(find(&jwks, None, Es256), verified(Some("b"), &p256(0)));
    assert_eq!(find(&jwks[..2], None, Es256), Finding::SignatureInvalid);
    assert_eq!(find(&jwks, None, EdDsa), Finding::NotFound);
    let five: Vec<String> = (0..5).map(|which| ec(which, "")).collect();
    assert_eq!(find(&five, None, Es256), Finding::Ambiguous);
    assert_eq!(find(&five[..4], None, Es256), verified(None, &p256(0)));
}

#[test]
fn several_keys_of_a_kid_are_all_tried_up_to_a_bound() {
    let mut jwks: Vec<String> = (0..5)
        .rev()
        .map(|which| ec(which, r#","kid":"a""#))
        .collect();
    let too_many = Finding::Unsuitable(KeyProblem::TooMany);
    assert_eq!(find(&jwks, Some("a"), Es256), too_many);
    assert_eq!(
        find(&jwks[1..], Some("a"), Es256),
        verified(Some("a"), &p256(0))
    );
    // Those that do not fit do not count.
    jwks[0] = format!(r#"{},"kid":"a""#, numbers(Rs256));
    assert_eq!(find(&jwks, Some("a"), Es256), verified(Some("a"), &p256(0)));
    assert!(matches!(
        find(&jwks, Some("a"), Rs256),
        Finding::Verified { .. }
    ));
}

#[test]
fn one_key_said_often_is_one_candidate() {
    let jwks: Vec<String> = (0..9)
        .map(|kid| ec(0, &format!(r#","kid":"{kid}""#)))
        .collect();
    assert_eq!(find(&jwks, None, Es256), verified(Some("0"), &p256(0)));
    let mixed: Vec<String> = ["", r#","use":"sig""#, r#","alg":"ES256""#]
        .iter()
        .flat_map(|more| (0..4).map(move |which| ec(which, &format!(r#","kid":"a"{more}"#))))
        .collect();
    assert_eq!(
        find(&mixed, Some("a"), Es256),
        verified(Some("a"), &p256(0))
    );
}

#[test]
fn a_kid_that_cannot_verify_says_what_stands_in_the_way() {
    use KeyProblem::{Algorithm, KeyOps, Malformed, Symmetric, TooWeak, Type, Use};
    let good = ec(0, r#","kid":"other""#);
    let rsa = |more: &str| format!(r#"{},"kid":"a"{more}"#, numbers(Rs256));
    let weak = r#""kid":"a","kty":"RSA","n":"AQ","e":"AQAB""#.to_owned();
    let only_weak = [weak.clone()];
    let cases: [(&[String], _); 14] = [
        (&[rsa(r#","alg":"RS512""#)], Algorithm),
        (&[rsa(r#","alg":"RSA-OAEP""#)], Algorithm),
        (&[rsa(r#","use":"enc""#)], Use),
        (&[rsa(r#","key_ops":["sign"]"#)], KeyOps),
        (&[rsa(r#","use":7"#)], Malformed),
        (&only_weak, TooWeak),
        (&[ec(0, r#","kid":"a""#)], Type),
        (&[r#""kid":"a","kty":"AKP""#.into()], Type),
        (&[format!(r#"{},"kid":"a""#, numbers(Hs256))], Symmetric),
        // The key that came closest is told of.
        (&[ec(0, r#","kid":"a""#), weak.clone()], TooWeak),
        (&[rsa(r#","use":"enc""#), ec(0, r#","kid":"a""#)], Use),
        (
            &[rsa(r#","use":"enc""#), rsa(r#","alg":"PS256""#)],
            Algorithm,
        ),
        (
            &[rsa(r#","alg":"PS256""#), rsa(r#","alg":"PS256""#)],
            Algorithm,
        ),
        (&[rsa(r#","use":7"#), weak], TooWeak),
    ];
    for (jwks, problem) in cases {
        let expected = Finding::Unsuitable(problem);
        assert_eq!(find(jwks, Some("a"), Rs256), expected, "{jwks:?}");
        let with_good = [jwks, std::slice::from_ref(&good)].concat();
        assert_eq!(
            find(&with_good, Some("a"), Rs256),
            expected,
            "{with_good:?}"
        );
        assert_eq!(find(&with_good, Some("z"), Rs256), Finding::NotFound);
    }
    let curve = [format!(r#"{},"kid":"a""#, numbers(Es384))];
    assert_eq!(find(&curve, Some("a"), Es256), Finding::Unsuitable(Type));
}

#[test]
fn a_set_without_usable_keys_is_no_set() {
    let none = DenyList::default();
    let token = token(Es256);
    for kid in [None, Some("a")] {
        assert_eq!(verify(&token, kid, Es256, None, &none), Finding::NoKeys);
        assert_eq!(find(&[], kid, Es256), Finding::NoKeys);
    }
    let unusable = [ec(0, r#","kid":"a","use":"enc""#)];
    assert_eq!(find(&unusable, None, Es256), Finding::NoKeys);
    assert_eq!(find(&unusable, Some("b"), Es256), Finding::NoKeys);
    assert_eq!(
        find(&unusable, Some("a"), Es256),
        Finding::Unsuitable(KeyProblem::Use)
    );
}

#[test]
fn denied_keys_are_told_of_before_anything_else() {
    let by_kid = |kid: &str| DenyList {
        kids: [kid.into()].into(),
        ..DenyList::default()
    };
    let by_thumbprint = |which| DenyList {
        thumbprints: [thumbprint(&p256(which))].into(),
        ..DenyList::default()
    };
    let jwks = [
        ec(0, r#","kid":"a""#),
        ec(0, r#","kid":"b""#),
        ec(1, r#","kid":"b""#),
    ];
    let keys = set(&jwks);
    let one = set(&jwks[..1]);
    let token = token(Es256);
    let verify = |kid, algorithm, set: Option<&KeySet>, denied: &DenyList| {
        verify(&token, kid, algorithm, set, denied)
    };
    // A denied kid needs no set, and no key.
    for set in [None, Some(&keys), Some(&one)] {
        for algorithm in [Es256, Rs256] {
            assert_eq!(
                verify(Some("z"), algorithm, set, &by_kid("z")),
                Finding::Denied
            );
        }
    }
    // Only denied keys fit.
    assert_eq!(
        verify(Some("a"), Es256, Some(&keys), &by_thumbprint(0)),
        Finding::Denied
    );
    assert_eq!(
        verify(None, Es256, Some(&one), &by_thumbprint(0)),
        Finding::Denied
    );
    assert_eq!(
        verify(None, Es256, Some(&one), &by_kid("a")),
        Finding::Denied
    );
    // Another one fits: it is tried, alone.
    let b = Some("b");
    assert_eq!(
        verify(b, Es256, Some(&keys), &by_thumbprint(0)),
        Finding::SignatureInvalid
    );
    assert_eq!(
        verify(b, Es256, Some(&keys), &by_thumbprint(1)),
        verified(b, &p256(0))
    );
    // The same key by another kid is denied as well, named or not.
    assert_eq!(
        verify(b, Es256, Some(&keys), &by_kid("a")),
        Finding::SignatureInvalid
    );
    assert_eq!(
        verify(b, Es256, Some(&set(&jwks[..2])), &by_kid("a")),
        Finding::Denied
    );
    assert_eq!(
        verify(None, Es256, Some(&keys), &by_kid("a")),
        Finding::SignatureInvalid
    );
    // None fits, denied or not.
    let unsuitable = Finding::Unsuitable(KeyProblem::Type);
    assert_eq!(
        verify(Some("a"), Rs256, Some(&keys), &by_thumbprint(0)),
        unsuitable
    );
    // A denied key is a usable key: what it does not fit is not found.
    assert_eq!(
        verify(Some("z"), Es256, Some(&one), &by_kid("a")),
        Finding::NotFound
    );
    assert_eq!(
        verify(None, Rs256, Some(&one), &by_kid("a")),
        Finding::NotFound
    );
    // Without a set nothing is known of thumbprints.
    assert_eq!(
        verify(Some("a"), Es256, None, &by_thumbprint(0)),
        Finding::NoKeys
    );
}

#[test]
fn denying_a_key_never_lets_a_token_pass() {
    for (many, denied, expected) in [
        (6, &[1, 2][..], None),
        (5, &[1], None),
        (4, &[1, 2], Some(verified(Some("a"), &p256(0)))),
        (4, &[0], Some(Finding::SignatureInvalid)),
        (6, &[0, 1, 2, 3, 4, 5], Some(Finding::Denied)),
    ] {
        let jwks: Vec<String> = (0..many).map(|which| ec(which, r#","kid":"a""#)).collect();
        let keys = set(&jwks);
        let denied = DenyList {
            thumbprints: denied
                .iter()
                .map(|which| thumbprint(&p256(*which)))
                .collect(),
            ..DenyList::default()
        };
        for (kid, crowd) in [
            (Some("a"), Finding::Unsuitable(KeyProblem::TooMany)),
            (None, Finding::Ambiguous),
        ] {
            let found = verify(&token(Es256), kid, Es256, Some(&keys), &denied);
            assert_eq!(
                found,
                expected.clone().unwrap_or(crowd),
                "{many} {denied:?}"
            );
        }
    }
}

#[test]
fn secrets_verify_and_show_no_thumbprint() {
    let jwks = [format!(r#"{},"kid":"a""#, numbers(Hs256))];
    let document = jwk_set::parse(document(&jwks).as_bytes(), secrets()).unwrap();
    let zero = std::time::Duration::ZERO;
    let (keys, _) = adopt(None, document, NumericDate::from_seconds(0), zero);
    let found = verify(
        &token(Hs256),
        None,
        Hs256,
        Some(&keys),
        &DenyList::default(),
    );
    let expected = Finding::Verified {
        kid: Some("a".into()),
        thumbprint: "".into(),
    };
    assert_eq!(found, expected);
}

/// Members of all sorts, under few kids, so that they meet.
fn pool() -> Vec<String> {
    let kids = ["", r#","kid":"a""#, r#","kid":"b""#];
    let ec = (0..6).map(p256);
    let others = [Rs256, EdDsa, Es384, Hs256].map(numbers);
    let bent = [
        r#","use":"enc""#,
        r#","alg":"PS256""#,
        r#","key_ops":[]"#,
        r#","x5t":1,"x5t":1"#,
    ];
    let bent = bent.map(|more| format!("{}{more}", numbers(Rs256)));
    let bases: Vec<String> = ec.chain(others).chain(bent).collect();
    let named = |base: &String| kids.map(|kid| format!("{base}{kid}"));
    bases.iter().flat_map(named).collect()
}

fn shuffled() -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    prop::collection::vec(prop::sample::select(pool()), 0..14)
        .prop_flat_map(|jwks| (Just(jwks.clone()), Just(jwks).prop_shuffle()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_keys_never_matters(
        (jwks, other) in shuffled(),
        deny_kid in any::<bool>(),
        deny_key in any::<bool>(),
    ) {
        let mut denied = DenyList::default();
        denied.kids.extend(deny_kid.then(|| Box::from("b")));
        denied.thumbprints.extend(deny_key.then(|| thumbprint(&p256(0))));
        let (one, other) = (set(&jwks), set(&other));
        for algorithm in [Es256, Es384, Rs256, Ps256, EdDsa] {
            let token = token(algorithm);
            for kid in [None, Some("a"), Some("b"), Some("c")] {
                let find = |set| verify(&token, kid, algorithm, Some(set), &denied);
                prop_assert_eq!(find(&one), find(&other), "{} {:?}", algorithm, kid);
            }
        }
    }
}
