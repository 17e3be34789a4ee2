//! 54, 70 to 74, 80: what a policy wants of the claims.

use super::support::{ACTIVE, Case, boxes};
use crate::policy::audience::{RequiredClaim, Scalar, SenderConstrained, SubjectMatch, Wanted};
use crate::token::decimal::Decimal;
use crate::verdict::rejection::{Reason, Rejection, ScopeEvidence, ValueEvidence};

fn value(case: &Case, reason: Reason) -> ValueEvidence {
    match case.rejection(reason) {
        Rejection::AuthorizedPartyNotAllowed(told)
        | Rejection::ClaimMissing(told)
        | Rejection::ClaimNotAllowed(told)
        | Rejection::SubjectNotAllowed(told)
        | Rejection::PossessionNotProven(told) => told,
        other => panic!("{other:?}"),
    }
}

fn string(text: &str) -> Scalar {
    Scalar::String(text.into())
}

fn number(text: &str) -> Scalar {
    Scalar::Number(Decimal::parse(text).unwrap(), text.into())
}

fn wants(path: &[&str], wanted: Wanted) -> RequiredClaim {
    RequiredClaim {
        path: boxes(path),
        is_path: path.len() > 1,
        wanted,
    }
}

fn any_of(path: &[&str], scalars: &[Scalar]) -> RequiredClaim {
    wants(path, Wanted::AnyOf(scalars.to_vec()))
}

/// Of one required claim, with the claim `x` of this JSON.
fn required(wanted: RequiredClaim, json: &str) -> Case {
    Case::bent(|case| {
        case.claim("x", json);
        case.policy.required_claims = vec![wanted];
    })
}

#[test]
fn present_is_anything_even_null() {
    for json in ["null", "false", "0", r#""""#, "[]", "{}"] {
        let case = required(wants(&["x"], Wanted::Present), json);
        assert_eq!(case.reasons(), ACTIVE, "{json}");
    }
    let absent = required(wants(&["y"], Wanted::Present), "1");
    assert_eq!(absent.reasons(), [71]);
}

#[test]
fn scalars_compare_by_type_and_exact_value() {
    for (wanted, json, met) in [
        (string("a"), r#""a""#, true),
        (string("a"), r#""\u0061""#, true),
        (string("a"), r#""A""#, false),
        (string("1"), "1", false),
        (number("1"), r#""1""#, false),
        (number("1"), "1.0", true),
        (number("1000"), "1e3", true),
        (number("0.1"), "0.10000000000000001", false),
        (number("9007199254740993"), "9007199254740992", false),
        (number("9007199254740993"), "9007199254740993", true),
        (number("0"), "-0", true),
        (Scalar::Bool(true), "true", true),
        (Scalar::Bool(true), "false", false),
        (Scalar::Bool(true), r#""true""#, false),
        (string("null"), "null", false),
        (string("a"), r#"["b","a"]"#, true),
        (string("a"), r#"[["a"]]"#, false),
        (string("a"), r#"{"a":"a"}"#, false),
        (string("a"), "[]", false),
    ] {
        let case = required(any_of(&["x"], std::slice::from_ref(&wanted)), json);
        let expected: &[u8] = if met { &[] } else { &[72] };
        assert_eq!(case.reasons(), expected, "{wanted:?} {json}");
    }
}

#[test]
fn all_of_wants_each_of_them() {
    let all = || wants(&["x"], Wanted::AllOf(vec![string("a"), number("1")]));
    assert_eq!(required(all(), r#"["a","b",1.0]"#).reasons(), ACTIVE);
    assert_eq!(required(all(), r#"["a","b"]"#).reasons(), [72]);
    let scalar = required(all(), r#""a""#);
    assert_eq!(scalar.reasons(), [72]);
    let told = value(&scalar, Reason::ClaimNotAllowed);
    assert!(told.all_of);
    assert_eq!(told.expected, boxes(&["a", "1"]));
    assert_eq!(told.presented.as_deref(), Some("a"));
    let one = wants(&["x"], Wanted::AllOf(vec![string("a")]));
    assert_eq!(required(one, r#""a""#).reasons(), ACTIVE);
}

#[test]
fn paths_go_through_objects_and_no_name_that_is_there_twice() {
    let role = || any_of(&["x", "roles"], &[string("admin")]);
    for (json, reasons) in [
        (r#"{"roles":["user","admin"]}"#, &[][..]),
        (r#"{"roles":"admin"}"#, &[]),
        (r#"{"roles":["user"]}"#, &[72]),
        (r#"{"rôles":["admin"]}"#, &[71]),
        (r#"[{"roles":["admin"]}]"#, &[71]),
        (r#"{"roles":["admin"],"roles":["admin"]}"#, &[71]),
        (r#"{"roles":["admin"],"\u0072oles":["admin"]}"#, &[71]),
        // A name that is twice beside the path is nobody's business.
        (r#"{"roles":["admin"],"a":1,"a":1}"#, &[]),
        ("null", &[71]),
    ] {
        assert_eq!(required(role(), json).reasons(), reasons, "{json}");
    }
    let through = required(
        any_of(&["x", "a", "b"], &[number("1")]),
        r#"{"a":{"b":1},"a":{"b":1}}"#,
    );
    assert_eq!(through.reasons(), [71]);
    // A name with a dot is one name.
    let dotted = required(any_of(&["x", "a.b"], &[number("1")]), r#"{"a.b":1}"#);
    assert_eq!(dotted.reasons(), ACTIVE);
}

#[test]
fn fields_are_names_or_pointers() {
    let path = required(any_of(&["x", "a/b~c"], &[string("v")]), "{}");
    assert_eq!(path.rejection(Reason::ClaimMissing).field(), "/x/a~1b~0c");
    let name = required(any_of(&["a/b"], &[string("v")]), "{}");
    assert_eq!(name.rejection(Reason::ClaimMissing).field(), "a/b");
}

#[test]
fn a_claim_is_told_once() {
    let twice = |json: &str| {
        Case::bent(|case| {
            case.claim("x", json);
            case.policy.required_claims = vec![
                wants(&["x"], Wanted::Present),
                any_of(&["x"], &[string("a")]),
                any_of(&["x"], &[string("b")]),
            ];
        })
    };
    let case = twice(r#""c""#);
    assert_eq!(case.reasons(), [72]);
    assert_eq!(
        value(&case, Reason::ClaimNotAllowed).expected,
        boxes(&["a"])
    );
    assert_eq!(twice(r#"["a","b"]"#).reasons(), ACTIVE);
    assert_eq!(twice(r#""a""#).reasons(), [72]);
    // iat is wanted by two rules and a claim, and missing once.
    let hour = Some(std::time::Duration::from_secs(3600));
    let iat = Case::bent(|case| {
        case.without("iat");
        case.policy.max_age = hour;
        case.policy.max_lifetime = hour;
        case.policy.required_claims = vec![wants(&["iat"], Wanted::Present)];
    });
    assert_eq!(iat.reasons(), [71]);
    for rule in [
        (|case: &mut Case| case.policy.max_age = Some(std::time::Duration::from_secs(1)))
            as fn(&mut Case),
        |case| case.policy.max_lifetime = Some(std::time::Duration::from_secs(1)),
    ] {
        let case = Case::bent(|case| {
            rule(case);
            case.without("iat");
        });
        assert_eq!(case.reasons(), [71]);
        assert_eq!(case.rejection(Reason::ClaimMissing).field(), "iat");
    }
}

#[test]
fn subjects_match_exactly_or_by_prefix() {
    for (sub, fits) in [
        (Some(r#""alice""#), true),
        (Some(r#""alice2""#), false),
        (Some(r#""Alice""#), false),
        (Some(r#""repo:acme/x""#), true),
        (Some(r#""repo:acme""#), false),
        (Some(r#""""#), false),
        (None, false),
    ] {
        let case = Case::bent(|case| {
            case.policy.subjects = Some(vec![
                SubjectMatch::Exact("alice".into()),
                SubjectMatch::Prefix("repo:acme/".into()),
            ]);
            match sub {
                Some(sub) => case.claim("sub", sub),
                None => case.without("sub"),
            }
        });
        let expected: &[u8] = if fits { &[] } else { &[73] };
        assert_eq!(case.reasons(), expected, "{sub:?}");
    }
}

#[test]
fn the_client_is_the_first_claim_present_and_that_alone() {
    let party = |claims: &[(&str, &str)]| {
        Case::bent(|case| {
            case.policy.authorized_parties = Some(boxes(&["cli", "web"]));
            case.without("client_id");
            for (name, json) in claims {
                case.claim(name, json);
            }
        })
    };
    let (good, bad) = (r#""cli""#, r#""evil""#);
    let order = ["client_id", "azp", "cid", "appid"];
    for (place, first) in order.into_iter().enumerate() {
        assert_eq!(party(&[(first, good)]).reasons(), ACTIVE, "{first}");
        let alone = party(&[(first, bad)]);
        assert_eq!(alone.reasons(), [54], "{first}");
        assert_eq!(
            value(&alone, Reason::AuthorizedPartyNotAllowed).field,
            first.into()
        );
        for later in &order[place + 1..] {
            // Written before the other, too: the order of the text is none.
            assert_eq!(party(&[(later, bad), (first, good)]).reasons(), ACTIVE);
            let case = party(&[(later, good), (first, bad)]);
            assert_eq!(case.reasons(), [54], "{first} before {later}");
            assert_eq!(
                case.rejection(Reason::AuthorizedPartyNotAllowed).field(),
                first
            );
        }
    }
    let absent = party(&[]);
    assert_eq!(absent.reasons(), [54]);
    let told = value(&absent, Reason::AuthorizedPartyNotAllowed);
    assert_eq!((&*told.field, told.presented), ("client_id", None));
    // cid and appid have no type of their own to be checked; no string is no client.
    let odd = party(&[("cid", "7")]);
    assert_eq!(odd.reasons(), [54]);
    assert_eq!(
        value(&odd, Reason::AuthorizedPartyNotAllowed)
            .presented
            .as_deref(),
        Some("7")
    );
    assert_eq!(party(&[("appid", "null")]).reasons(), [54]);
    // 70 on the claim that is read skips 54; 70 on another does not.
    assert_eq!(party(&[("azp", "7"), ("cid", good)]).reasons(), [70]);
    assert_eq!(
        party(&[("client_id", bad), ("azp", "7")]).reasons(),
        [54, 70]
    );
    assert_eq!(
        party(&[("client_id", "null"), ("azp", good)]).reasons(),
        [70]
    );
}

#[test]
fn scopes_are_of_both_claims_and_wanted_by_both_sides() {
    let scopes = |scope: Option<&str>, scp: Option<&str>, required: &[&str], asked: &[&str]| {
        Case::bent(|case| {
            case.without("scope");
            for (name, json) in [("scope", scope), ("scp", scp)] {
                if let Some(json) = json {
                    case.claim(name, json);
                }
            }
            case.policy.required_scopes = boxes(required);
            case.scopes = boxes(asked);
        })
    };
    let (read, both) = (Some(r#""read""#), Some(r#""read write""#));
    for (scope, scp, required, asked, active) in [
        (both, None, &["read"][..], &["write"][..], true),
        (None, both, &["read"], &["write"], true),
        (read, Some(r#"["write"]"#), &["read"], &["write"], true),
        (
            Some(r#"["read","write"]"#),
            None,
            &["write", "read"],
            &[],
            true,
        ),
        (
            Some(r#""  read   write ""#),
            None,
            &["read", "write"],
            &[],
            true,
        ),
        (read, None, &["read"], &["write"], false),
        (read, None, &["write"], &[], false),
        (read, None, &["Read"], &[], false),
        (Some(r#"["read write"]"#), None, &["read"], &[], false),
        (Some(r#""read,write""#), None, &["read"], &[], false),
        (Some(r#""read\twrite""#), None, &["read"], &[], false),
        (None, None, &["read"], &[], false),
        (Some("[]"), Some(r#""""#), &["read"], &[], false),
        (None, None, &[], &[], true),
    ] {
        let case = scopes(scope, scp, required, asked);
        let expected: &[u8] = if active { &[] } else { &[74] };
        assert_eq!(case.reasons(), expected, "{scope:?} {scp:?} {required:?}");
    }
    let case = scopes(
        both,
        Some(r#"["write","x"]"#),
        &["admin", "read"],
        &["read", "audit"],
    );
    let Rejection::ScopeInsufficient(told) = case.rejection(Reason::ScopeInsufficient) else {
        panic!()
    };
    let expected = ScopeEvidence {
        required: boxes(&["admin", "read", "audit"]),
        presented: boxes(&["read", "write", "x"]),
        missing: boxes(&["admin", "audit"]),
        hint: None,
    };
    assert_eq!(told, expected);
}

#[test]
fn whoever_is_bound_to_a_key_must_prove_it() {
    for cnf in [
        "null",
        "{}",
        "7",
        r#"{"jkt":"x"}"#,
        r#"{"x5t#S256":"x"}"#,
        r#"{"jkt":"x","jkt":"y"}"#,
        r#"{"jwk":{}}"#,
    ] {
        let case = Case::bent(|case| case.claim("cnf", cnf));
        assert_eq!(case.reasons(), [80], "{cnf}");
        let told = value(&case, Reason::PossessionNotProven);
        assert_eq!(told.presented.as_deref(), Some(cnf));
        let checked = Case::bent(|case| {
            case.claim("cnf", cnf);
            case.policy.sender_constrained = SenderConstrained::CallerChecks;
        });
        assert_eq!(checked.reasons(), ACTIVE, "{cnf}");
    }
}

#[test]
fn exactly_eleven_claims_have_a_type() {
    let (text, date, list) = (
        &["7", "null", "[]", "{}", "true"][..],
        &[
            r#""1800000000""#,
            "null",
            "true",
            "[]",
            "-1",
            "-1e-9",
            "253402300800",
            "1800000000000",
            "1e400",
            "18446744073709551616",
        ][..],
        &["7", "null", "{}", "[7]", r#"["a",null]"#, r#"[["a"]]"#][..],
    );
    let order = [
        ("iss", text),
        ("sub", text),
        (
            "aud",
            &["7", "null", "{}", "[7]", r#"["urn:orders",7]"#, "[[]]"][..],
        ),
        ("exp", date),
        ("nbf", date),
        ("iat", date),
        ("jti", text),
        ("azp", text),
        ("client_id", text),
        ("scope", list),
        ("scp", list),
    ];
    for (claim, wrong) in order {
        for json in wrong {
            let case = Case::bent(|case| case.claim(claim, json));
            assert_eq!(case.reasons(), [70], "{claim} {json}");
            let rejection = case.rejection(Reason::ClaimMalformed);
            assert_eq!(rejection.field(), claim);
            let Rejection::ClaimMalformed(fault) = rejection else {
                panic!()
            };
            assert_eq!(fault.presented.as_deref(), Some(*json));
        }
    }
    let all = Case::bent(|case| {
        case.claims.clear();
        for (claim, wrong) in order.iter().rev() {
            case.claim(claim, wrong[0]);
        }
    });
    let inactive = all.inactive();
    let fields: Vec<&str> = inactive.rejections().map(Rejection::field).collect();
    assert_eq!(fields, order.map(|(claim, _)| claim));
    for claim in [
        "auth_time",
        "acr",
        "nonce",
        "cid",
        "appid",
        "roles",
        "email",
    ] {
        for json in ["7", "null", "{}", "1e400"] {
            let case = Case::bent(|case| case.claim(claim, json));
            assert_eq!(case.reasons(), ACTIVE, "{claim} {json}");
        }
    }
}
