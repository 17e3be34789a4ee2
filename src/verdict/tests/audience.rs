//! 50 to 53: for whom a token is.

use super::support::{ACTIVE, Case, boxes, name, quoted};
use crate::policy::caller::{Caller, Disclosure};
use crate::policy::near_miss::Difference;
use crate::verdict::Verdict;
use crate::verdict::rejection::{AudienceEvidence, Reason, Rejection};

fn matched(case: &Case) -> String {
    match case.judge().verdict {
        Verdict::Active(active) => active.matched_audience().into(),
        other => panic!("{other:?}"),
    }
}

fn evidence(case: &Case, reason: Reason) -> AudienceEvidence {
    match case.rejection(reason) {
        Rejection::AudienceNotAllowed(told)
        | Rejection::AudienceMismatch(told)
        | Rejection::AudienceTooBroad(told) => told,
        other => panic!("{other:?}"),
    }
}

#[test]
fn comparison_is_byte_for_byte_after_unescaping() {
    for (accept, aud, active) in [
        ("urn:orders", r#""urn:orders""#, true),
        ("urn:orders", r#""\u0075rn:orders""#, true),
        ("urn:orders", r#"["urn:orders"]"#, true),
        ("ört", r#""\u00f6rt""#, true),
        ("ört", r#""o\u0308rt""#, false),
        ("urn:orders", r#""URN:orders""#, false),
        ("urn:orders", r#""urn:orders/""#, false),
        ("urn:orders", r#""urn:orders ""#, false),
        ("urn:orders", r#""urn:orders\u0000""#, false),
        ("urn:orders", r#""urn:orders,urn:x""#, false),
        ("urn:orders", r#""urn:*""#, false),
        ("urn:*", r#""urn:orders""#, false),
        ("a", r#""A""#, false),
    ] {
        let case = Case::bent(|case| {
            case.policy.accept = boxes(&[accept]);
            case.claim("aud", aud);
        });
        assert_eq!(case.reasons().is_empty(), active, "{accept} {aud}");
        if active {
            assert_eq!(matched(&case), accept);
        }
    }
}

#[test]
fn any_value_of_the_list_will_do() {
    let many: Vec<String> = (0..1000).map(|i| format!("urn:{i}")).collect();
    let case = Case::bent(|case| {
        case.claim("aud", &serde_json::to_string(&many).unwrap());
        case.policy.accept = boxes(&["urn:nobody", "urn:999", "urn:500"]);
    });
    // The first of the token's that is accepted, not the first that is configured.
    assert_eq!(matched(&case), "urn:500");
}

#[test]
fn missing_is_absent_or_empty() {
    for case in [
        Case::bent(|case| case.without("aud")),
        Case::bent(|case| case.claim("aud", "[]")),
        Case::bent(|case| case.claim("aud", "[ ]")),
    ] {
        assert_eq!(case.reasons(), [50]);
    }
    for aud in [
        r#""""#,
        r#"[""]"#,
        r#"["urn:orders",""]"#,
        "7",
        "null",
        "{}",
        r#"[["urn:orders"]]"#,
    ] {
        let case = Case::bent(|case| case.claim("aud", aud));
        assert_eq!(case.reasons(), [70], "{aud}");
    }
}

#[test]
fn private_names_of_a_json_library_are_no_syntax() {
    for aud in [
        r#"{"$serde_json::private::RawValue":"\"urn:orders\""}"#,
        r#"{"$serde_json::private::Number":"1"}"#,
    ] {
        assert_eq!(Case::bent(|case| case.claim("aud", aud)).reasons(), [70]);
    }
}

#[test]
fn a_mismatch_is_known_elsewhere_or_nearly_right() {
    let elsewhere = Case::bent(|case| case.claim("aud", r#"["urn:x","urn:shop"]"#));
    let told = evidence(&elsewhere, Reason::AudienceMismatch);
    assert_eq!(told.presented, boxes(&["urn:x", "urn:shop"]));
    // In the order of the configuration.
    assert_eq!(told.intended_for, boxes(&["refunds", "payments"]));
    assert!(told.near_misses.is_empty());

    let nearly = Case::bent(|case| case.claim("aud", r#""urn:orders/""#));
    let told = evidence(&nearly, Reason::AudienceMismatch);
    assert!(told.intended_for.is_empty());
    assert_eq!(&*told.near_misses[0].presented, "urn:orders/");
    assert_eq!(&*told.near_misses[0].accepted, "urn:orders");
    assert_eq!(told.near_misses[0].differences, [Difference::TrailingSlash]);

    let both = Case::bent(|case| case.claim("aud", r#"["urn:refunds","URN:ORDERS"]"#));
    let told = evidence(&both, Reason::AudienceMismatch);
    assert_eq!(told.intended_for, boxes(&["refunds"]));
    assert_eq!(told.near_misses[0].differences, [Difference::Case]);

    // Near misses of another audience's values are nobody's business here.
    let strange = Case::bent(|case| case.claim("aud", r#""urn:refunds/""#));
    assert_eq!(strange.reasons(), [51]);
}

#[test]
fn only_what_the_caller_may_ask_is_told() {
    let asked = |allowed: &[&str], aud: &str| {
        Case::bent(|case| {
            case.claim("aud", aud);
            case.caller = Caller {
                audiences: Some(allowed.iter().map(|one| name(one)).collect()),
                disclosure: Disclosure::Details,
            };
        })
    };
    let some = asked(&["orders", "payments"], r#""urn:shop""#);
    let told = evidence(&some, Reason::AudienceMismatch);
    assert_eq!(told.intended_for, boxes(&["payments"]));
    assert_eq!(asked(&["orders"], r#""urn:shop""#).reasons(), [51]);
    assert_eq!(
        asked(&["orders", "payments"], r#""urn:refunds""#).reasons(),
        [51]
    );
    // A near miss is of the audience that is asked for.
    assert_eq!(asked(&["orders"], r#""urn:order""#).reasons(), [52]);
}

#[test]
fn too_broad_comes_besides() {
    let broad = |aud: &[&str], most: usize| {
        Case::bent(|case| {
            let values: Vec<String> = aud.iter().map(|one| quoted(one)).collect();
            case.claim("aud", &format!("[{}]", values.join(",")));
            case.policy.max_audiences = Some(most);
        })
        .reasons()
    };
    assert_eq!(broad(&["urn:orders", "urn:a"], 2), ACTIVE);
    assert_eq!(broad(&["urn:orders", "urn:a", "urn:b"], 2), [53]);
    assert_eq!(broad(&["urn:a", "urn:b", "urn:c"], 2), [51, 53]);
    assert_eq!(broad(&["urn:a", "urn:b", "urn:shop"], 2), [52, 53]);
    assert_eq!(broad(&[], 1), [50]);
}
