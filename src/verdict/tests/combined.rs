//! Many things wrong at once: the order they are told in, and what each of them
//! makes meaningless.

use std::time::Duration;

use super::support::{ACTIVE, Case, NOW, Signer, at, boxes, numbers};
use crate::keys::KeySetState;
use crate::policy::audience::{RequiredClaim, SubjectMatch, Wanted};
use crate::token::algorithm::Algorithm;
use crate::verdict::rejection::{Reason, Rejection};
use crate::verdict::{Cause, Signature, Verdict};

fn present(claim: &str) -> RequiredClaim {
    RequiredClaim {
        path: boxes(&[claim]),
        is_path: false,
        wanted: Wanted::Present,
    }
}

/// Nothing is of these values.
fn unmet(claim: &str) -> RequiredClaim {
    RequiredClaim {
        wanted: Wanted::AnyOf(Vec::new()),
        ..present(claim)
    }
}

/// All that can be wrong with the claims at once.
fn break_claims(case: &mut Case) {
    case.policy.max_audiences = Some(1);
    case.policy.authorized_parties = Some(boxes(&["cli"]));
    case.policy.max_lifetime = Some(Duration::from_secs(60));
    case.policy.max_age = Some(Duration::from_secs(60));
    case.policy.required_claims = vec![present("tid"), unmet("client_id"), present("acr")];
    case.policy.subjects = Some(vec![SubjectMatch::Exact("bob".into())]);
    case.policy.required_scopes = boxes(&["admin"]);
    case.claim("aud", r#"["urn:payments","urn:x"]"#);
    case.claim("nbf", "1900000000");
    case.claim("exp", "1799999999");
    case.claim("iat", "1700000000");
    case.claim("azp", "7");
    case.claim("jti", "7");
    case.claim("cnf", "null");
    case.now = at(NOW + 60);
}

const BROKEN_CLAIMS: [u8; 15] = [52, 53, 54, 60, 62, 64, 65, 70, 70, 71, 71, 72, 73, 74, 80];

#[test]
fn a_reason_with_many_rejections_is_one_reason() {
    let case = Case::bent(|case| {
        break_claims(case);
        case.parameter("kid", "7");
        case.parameter("typ", "7");
    });
    let inactive = case.inactive();
    let distinct: Vec<u8> = inactive.reasons().map(Reason::number).collect();
    let mut told = numbers(&inactive);
    assert_eq!(told[..2], [6, 6]);
    told.dedup();
    assert_eq!(distinct, told);
}

#[test]
fn everything_wrong_is_told_in_order() {
    let case = Case::bent(|case| {
        break_claims(case);
        case.parameter("crit", r#"["b64"]"#);
        case.parameter("typ", r#""""#);
        case.policy.algorithms = [Algorithm::Rs256].into_iter().collect();
        case.claim("iss", r#""urn:nobody""#);
        case.signer = Signer::Nobody;
    });
    assert_eq!(
        case.reasons(),
        [&[8, 9, 20, 22, 31][..], &BROKEN_CLAIMS].concat()
    );
    let inactive = case.inactive();
    let fields: Vec<&str> = (inactive.rejections())
        .filter(|one| (70..=72).contains(&one.reason().number()))
        .map(Rejection::field)
        .collect();
    // 70 in the order of its row, 71 and 72 in that of the configuration.
    assert_eq!(fields, ["jti", "azp", "tid", "acr", "client_id"]);
    assert_eq!(inactive.reason(), Reason::CriticalHeaderUnsupported);
    assert_eq!(inactive.retry_after, None);
}

#[test]
fn everything_wrong_with_a_signature_that_can_be_checked() {
    let case = Case::bent(|case| {
        break_claims(case);
        case.parameter("typ", r#""""#);
        case.claim("iss", r#""https://id.staging.example""#);
        case.signer = Signer::Stranger;
    });
    assert_eq!(case.reasons(), [&[9, 32, 42][..], &BROKEN_CLAIMS].concat());
    assert_eq!(case.judge().signature, Signature::Invalid);
}

#[test]
fn the_other_one_of_each_pair() {
    let case = Case::bent(|case| {
        case.claim("aud", "[]");
        case.claim("iat", "1900000000");
        case.without("exp");
        case.without("iss");
        case.without("client_id");
        case.parameter("alg", r#""RS1""#);
        case.policy.authorized_parties = Some(boxes(&["cli"]));
        case.signer = Signer::Nobody;
    });
    assert_eq!(case.reasons(), [20, 21, 30, 50, 54, 61, 63]);
    assert_eq!(
        case.rejection(Reason::AuthorizedPartyNotAllowed).field(),
        "client_id"
    );
}

#[test]
fn a_text_that_is_no_token_has_one_reason() {
    for (text, number) in [
        ("", 1),
        ("opaque", 3),
        ("....", 4),
        (".", 5),
        ("...", 5),
        ("e30.e30.AA=", 5),
    ] {
        let case = Case::bent(|case| {
            break_claims(case);
            case.text = Some(text.into());
        });
        assert_eq!(case.reasons(), [number], "{text:?}");
        let judgement = case.judge();
        assert_eq!(judgement.signature, Signature::NotChecked);
        assert!(judgement.issuer.is_none() && judgement.keys.is_none());
    }
    let too_large = Case::bent(|case| {
        case.max_bytes = 8;
        case.text = Some("a.b.c.d.e".into());
    });
    assert_eq!(too_large.reasons(), [2], "nothing is parsed");
    let at_limit = Case::bent(|case| case.max_bytes = case.token().len());
    // Signatures differ, their length does not.
    assert_eq!(at_limit.reasons(), ACTIVE);
}

#[test]
fn an_unreadable_header_leaves_the_claims() {
    let broken = |case: &mut Case| {
        break_claims(case);
        case.claim("iss", r#""urn:nobody""#);
        case.header_json = Some(r#"{"alg":"none","typ":7,"crit":[],"kid":null}"#.into());
    };
    let case = Case::bent(broken);
    let expected = [&[6, 6, 6, 31][..], &BROKEN_CLAIMS].concat();
    assert_eq!(case.reasons(), expected);
    let unsigned = Case::bent(|case| {
        broken(case);
        case.signer = Signer::Nobody;
    });
    let expected = [&[6, 6, 6, 20, 31][..], &BROKEN_CLAIMS].concat();
    assert_eq!(unsigned.reasons(), expected);
}

#[test]
fn an_unreadable_payload_leaves_the_header() {
    let broken = |case: &mut Case| {
        break_claims(case);
        case.payload_json = Some("[]".into());
        case.parameter("crit", r#"["b64"]"#);
        case.parameter("typ", r#""x""#);
    };
    let case = Case::bent(broken);
    assert_eq!(case.reasons(), [7, 8, 9]);
    // Without a known issuer only the audience's algorithms count.
    let alg = |alg: &str, signer| {
        Case::bent(|case| {
            case.payload_json = Some("7".into());
            case.parameter("alg", alg);
            case.signer = signer;
        })
        .reasons()
    };
    assert_eq!(alg(r#""HS256""#, Signer::Key), [7]);
    assert_eq!(alg(r#""none""#, Signer::Key), [7, 20]);
    assert_eq!(alg(r#""None""#, Signer::Nobody), [7, 20]);
    assert_eq!(alg(r#""x""#, Signer::Nobody), [7, 20, 21]);
    let both = Case::bent(|case| {
        case.header_json = Some("7".into());
        case.payload_json = Some("7".into());
    });
    assert_eq!(both.reasons(), [6, 7]);
}

#[test]
fn what_forbids_key_work_hides_the_key() {
    // The key is wrong in all of them, and in none of them is that told.
    type Bend = fn(&mut Case);
    let rows: [(&[u8], Bend); 8] = [
        (&[8], |case| case.parameter("crit", r#"["exp"]"#)),
        (&[20], |case| case.parameter("alg", r#""NONE""#)),
        (&[20], |case| case.signer = Signer::Nobody),
        (&[21], |case| case.parameter("alg", r#""es256""#)),
        (&[22], |case| case.parameter("alg", r#""HS256""#)),
        (&[30], |case| case.without("iss")),
        (&[31], |case| case.claim("iss", r#""urn:nobody""#)),
        (&[70], |case| case.claim("iss", "7")),
    ];
    for (reasons, bend) in rows {
        let wrong_keys: [Bend; 4] = [
            |case| case.signer = Signer::Stranger,
            |case| case.parameter("kid", r#""k2""#),
            |case| case.jwks = None,
            |case| {
                case.denied.kids.insert("k1".into());
            },
        ];
        for wrong_key in wrong_keys {
            let case = Case::bent(|case| {
                wrong_key(case);
                bend(case);
            });
            assert_eq!(case.reasons(), reasons);
            assert_eq!(case.judge().signature, Signature::NotChecked);
        }
    }
}

#[test]
fn without_trusted_keys_the_issuers_algorithms_do_not_count() {
    for (iss, alone) in [
        (r#""https://sandbox.invalid""#, 32),
        (r#""https://twin.invalid""#, 32),
        (r#""urn:nobody""#, 31),
        ("7", 70),
    ] {
        let bent = |alg: &str| {
            Case::bent(|case| {
                case.claim("iss", iss);
                case.parameter("alg", alg);
                case.signer = Signer::Stranger;
            })
        };
        // Not of the issuers' asymmetric ones, but of the audience's.
        assert_eq!(bent(r#""HS256""#).reasons(), [alone], "{iss}");
        assert_eq!(bent(r#""HS256""#).judge().signature, Signature::NotChecked);
        let narrow = Case::bent(|case| {
            case.claim("iss", iss);
            case.policy.algorithms = [Algorithm::Rs256].into_iter().collect();
        });
        let mut reasons = narrow.reasons();
        reasons.sort_unstable();
        assert_eq!(reasons, [22, alone], "{iss}");
    }
    let listed = Case::bent(|case| case.parameter("alg", r#""HS256""#));
    assert_eq!(listed.reasons(), [22]);
    let not_listed = Case::bent(|case| {
        case.parameter("alg", r#""HS256""#);
        case.claim("iss", r#""https://id.staging.example""#);
    });
    assert_eq!(not_listed.reasons(), [22, 32]);
}

#[test]
fn without_usable_keys_only_keys_could_say() {
    type Bend = fn(&mut Case);
    let no_keys: [(Bend, Cause); 5] = [
        (|case| case.jwks = None, Cause::KeysUnavailable),
        (
            |case| {
                case.jwks = None;
                case.standing = None;
            },
            Cause::KeysUnavailable,
        ),
        (|case| case.jwks = Some(Vec::new()), Cause::KeysUnavailable),
        (
            |case| case.standing().age = Duration::from_secs(3601),
            Cause::KeysTooStale,
        ),
        (
            |case| {
                case.parameter("kid", r#""k2""#);
                case.standing().proves_absence = false;
            },
            Cause::KeyPending,
        ),
    ];
    for (bend, cause) in no_keys {
        let case = Case::bent(bend);
        assert_eq!(case.judge().verdict, Verdict::CannotTell(cause));
        assert_eq!(case.judge().signature, Signature::NotChecked);
        let bad = Case::bent(|case| {
            break_claims(case);
            bend(case);
        });
        assert_eq!(bad.reasons(), BROKEN_CLAIMS, "{cause:?}");
        assert_eq!(bad.judge().signature, Signature::NotChecked);
    }
}

#[test]
fn what_stops_nothing_leaves_the_signature_checked() {
    for verified in [true, false] {
        let case = Case::bent(|case| {
            break_claims(case);
            case.parameter("typ", r#""x""#);
            case.claim("iss", r#""https://id.staging.example""#);
            if !verified {
                case.signer = Signer::Stranger;
            }
        });
        let key: &[u8] = if verified { &[9, 32] } else { &[9, 32, 42] };
        assert_eq!(case.reasons(), [key, &BROKEN_CLAIMS].concat());
        let signature = if verified {
            Signature::Verified
        } else {
            Signature::Invalid
        };
        assert_eq!(case.judge().signature, signature);
    }
}

#[test]
fn a_malformed_claim_is_read_by_no_other_check() {
    type Bend = fn(&mut Case);
    // Each of these would be a second rejection if the claim were absent instead.
    let rows: [(&str, &str, Bend); 16] = [
        ("iss", "null", |_| ()),
        ("aud", r#"["urn:orders",7]"#, |_| ()),
        ("aud", r#"["urn:x","urn:y",7]"#, |case| {
            case.policy.max_audiences = Some(1);
        }),
        ("aud", r#""""#, |_| ()),
        ("exp", r#""1900000000""#, |_| ()),
        ("exp", "null", |case| {
            case.policy.max_lifetime = Some(Duration::from_secs(1));
        }),
        ("exp", "1800003600000", |_| ()),
        ("nbf", "-1", |_| ()),
        ("iat", "true", |case| {
            case.policy.max_age = Some(Duration::from_secs(1));
        }),
        ("iat", "[]", |case| {
            case.policy.max_lifetime = Some(Duration::from_secs(1));
        }),
        ("sub", "7", |case| {
            case.policy.subjects = Some(vec![SubjectMatch::Exact("7".into())]);
        }),
        ("client_id", "7", |case| {
            case.policy.authorized_parties = Some(boxes(&["x"]));
        }),
        ("scope", "7", |case| {
            case.policy.required_scopes = boxes(&["admin"]);
        }),
        ("scp", "[7]", |case| {
            case.policy.required_scopes = boxes(&["admin"]);
        }),
        ("sub", "null", |case| {
            case.policy.required_claims = vec![unmet("sub")];
        }),
        ("jti", "{}", |case| {
            case.policy.required_claims = vec![RequiredClaim {
                path: boxes(&["jti", "x"]),
                is_path: true,
                wanted: Wanted::Present,
            }];
        }),
    ];
    for (claim, json, bend) in rows {
        let case = Case::bent(|case| {
            bend(case);
            case.claim(claim, json);
        });
        assert_eq!(case.reasons(), [70], "{claim} {json}");
        assert_eq!(case.rejection(Reason::ClaimMalformed).field(), claim);
    }
}

#[test]
fn the_operators_word_needs_no_set() {
    let denied = |case: &mut Case| {
        case.denied.kids.insert("k1".into());
    };
    for bend in [
        (|_: &mut Case| ()) as fn(&mut Case),
        |case| case.jwks = None,
        |case| {
            case.jwks = None;
            case.standing = None;
        },
        |case| case.standing().age = Duration::from_secs(9999),
        |case| case.standing().state = KeySetState::Stale,
        // Before 40 and 41.
        |case| case.jwks = Some(vec![super::support::strange_jwk("other")]),
        |case| case.jwks.as_mut().unwrap()[0]["use"] = "enc".into(),
    ] {
        let case = Case::bent(|case| {
            denied(case);
            bend(case);
        });
        assert_eq!(case.reasons(), [43]);
        assert_eq!(case.judge().signature, Signature::NotChecked);
    }
}
