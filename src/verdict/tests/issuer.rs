//! 30 to 32: whose a token is.

use std::sync::Arc;

use super::support::{ACTIVE, Case, boxes};
use crate::keys::Standing;
use crate::policy::issuer::Issuer;
use crate::policy::near_miss::Difference;
use crate::verdict::rejection::{IssuerEvidence, Reason, Rejection};
use crate::verdict::{Signature, Verdict};

fn evidence(case: &Case, reason: Reason) -> IssuerEvidence {
    match case.rejection(reason) {
        Rejection::IssuerMissing(told)
        | Rejection::IssuerUnknown(told)
        | Rejection::IssuerNotAllowed(told) => told,
        other => panic!("{other:?}"),
    }
}

fn from(iss: &str) -> Case {
    Case::bent(|case| case.claim("iss", &format!("{iss:?}")))
}

#[test]
fn identifiers_compare_byte_for_byte() {
    use Difference::{Case as Folded, Scheme, TrailingSlash};
    for (iss, near) in [
        ("https://id.example/", Some(TrailingSlash)),
        ("http://id.example", Some(Scheme)),
        ("https://ID.example", Some(Folded)),
        ("https://id.example.evil.invalid", None),
        ("", None),
    ] {
        let case = from(iss);
        assert_eq!(case.reasons(), [31], "{iss}");
        let told = evidence(&case, Reason::IssuerUnknown);
        assert_eq!(told.presented.as_deref(), Some(iss));
        assert_eq!(told.accepted, boxes(&["https://id.example"]));
        let found = told
            .near_misses
            .first()
            .map(|near| near.differences.clone());
        assert_eq!(found, near.map(|near| vec![near]), "{iss}");
        assert!(case.judge().issuer.is_none());
    }
}

#[test]
fn one_that_is_configured_for_others_is_named() {
    let staging = from("https://id.staging.example");
    let told = evidence(&staging, Reason::IssuerNotAllowed);
    assert_eq!(told.name.as_deref(), Some("staging"));
    assert_eq!(&*told.environment, "staging");
    assert!(!told.untrusted);
    // Its keys are tried all the same.
    assert_eq!(staging.judge().signature, Signature::Verified);
    assert_eq!(staging.judge().issuer.unwrap().name.as_str(), "staging");

    let sandbox = from("https://sandbox.invalid");
    assert_eq!(sandbox.reasons(), [32]);
    let told = evidence(&sandbox, Reason::IssuerNotAllowed);
    assert_eq!(
        (told.name.as_deref(), told.untrusted),
        (Some("sandbox"), true)
    );
    assert_eq!(&*told.environment, "sandbox");
    assert_eq!(sandbox.judge().signature, Signature::NotChecked);
}

#[test]
fn of_two_with_one_identifier_none_can_be_named() {
    let twin = from("https://twin.invalid");
    assert_eq!(twin.reasons(), [32]);
    let told = evidence(&twin, Reason::IssuerNotAllowed);
    assert_eq!((told.name, &*told.environment), (None, ""));
    assert_eq!(twin.judge().signature, Signature::NotChecked);
    assert!(twin.judge().issuer.is_none());
    // Unless this audience lists one of them.
    let listed = Case::bent(|case| {
        case.claim("iss", r#""https://twin.invalid""#);
        case.policy.issuers.push(Arc::clone(&case.issuers[4]));
    });
    assert_eq!(listed.reasons(), ACTIVE);
    assert_eq!(listed.judge().issuer.unwrap().name.as_str(), "twin-b");
}

#[test]
fn one_issuer_may_be_left_out_where_the_policy_says_so() {
    let optional = |bend: fn(&mut Case)| {
        Case::bent(|case| {
            case.policy.issuer_optional = true;
            bend(case);
        })
    };
    let absent = optional(|case| case.without("iss"));
    assert_eq!(absent.reasons(), ACTIVE);
    assert_eq!(absent.judge().issuer.unwrap().name.as_str(), "prod");
    assert_eq!(optional(|_| ()).reasons(), ACTIVE);
    // What is there counts.
    assert_eq!(optional(|case| case.claim("iss", r#""x""#)).reasons(), [31]);
    assert_eq!(optional(|case| case.claim("iss", "null")).reasons(), [70]);
    assert_eq!(Case::bent(|case| case.without("iss")).reasons(), [30]);
}

#[test]
fn an_algorithm_is_wanted_by_issuer_and_audience() {
    use crate::token::algorithm::Algorithm::{Es256, Es384, Rs256};
    for (issuer, audience, reasons) in [
        (vec![Es256, Rs256], vec![Es256, Es384], &[][..]),
        (vec![Rs256], vec![Es256], &[22]),
        (vec![Es256], vec![Es384], &[22]),
    ] {
        let case = Case::bent(|case| {
            case.bend_issuer(|one: &mut Issuer| {
                one.algorithms = issuer.iter().copied().collect();
            });
            case.policy.algorithms = audience.iter().copied().collect();
        });
        assert_eq!(case.reasons(), reasons);
    }
}

#[test]
fn keys_tell_what_was_searched() {
    let standing: Option<Standing> = Case::good().standing;
    assert_eq!(Case::good().judge().keys, standing);
    for case in [
        from("urn:nobody"),
        from("https://sandbox.invalid"),
        Case::bent(|case| case.parameter("crit", r#"["x"]"#)),
        Case::bent(|case| case.jwks = None),
    ] {
        assert_eq!(case.judge().keys, None);
    }
    let invalid = Case::bent(|case| case.parameter("kid", r#""k2""#));
    assert!(matches!(invalid.judge().verdict, Verdict::Inactive(_)));
    assert_eq!(invalid.judge().keys, standing);
}
