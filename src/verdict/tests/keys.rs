//! 40 to 43: what keys can say, and when only they could.

use serde_json::json;

use super::support::{ACTIVE, Case, Signer, jwk, strange_jwk};
use crate::keys::{Finding, KeyProblem, KeySetState};
use crate::verdict::rejection::{Reason, Rejection};
use crate::verdict::{Cause, Signature, Verdict};

#[test]
fn absence_counts_only_if_it_is_proven() {
    let absent = |proven: bool| {
        Case::bent(|case| {
            case.parameter("kid", r#""k2""#);
            case.standing().proves_absence = proven;
        })
    };
    assert_eq!(absent(true).reasons(), [40]);
    let pending = absent(false).judge();
    assert_eq!(pending.verdict, Verdict::CannotTell(Cause::KeyPending));
    // A token that is bad anyhow is answered without it.
    for (proven, reasons) in [(true, &[40, 70][..]), (false, &[70])] {
        let mut case = absent(proven);
        case.claim("jti", "7");
        assert_eq!(case.reasons(), reasons);
    }
    // No kid, and no key that fits.
    let unnamed = |proven: bool| {
        Case::bent(|case| {
            case.header.retain(|(name, _)| name != "kid");
            case.jwks.as_mut().unwrap()[0]["alg"] = json!("ES384");
            case.jwks.as_mut().unwrap().push(json!({
                "kty": "OKP", "crv": "Ed25519", "kid": "ed",
                "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            }));
            case.standing().proves_absence = proven;
        })
    };
    assert_eq!(unnamed(true).reasons(), [40]);
    assert_eq!(
        unnamed(false).judge().verdict,
        Verdict::CannotTell(Cause::KeyPending)
    );
}

#[test]
fn what_is_there_needs_no_proof() {
    let unproven = |bend: fn(&mut Case)| {
        Case::bent(|case| {
            case.standing().proves_absence = false;
            bend(case);
        })
    };
    assert_eq!(unproven(|_| ()).reasons(), ACTIVE);
    assert_eq!(
        unproven(|case| case.signer = Signer::Stranger).reasons(),
        [42]
    );
    let unsuitable = unproven(|case| case.jwks.as_mut().unwrap()[0]["key_ops"] = json!(["sign"]));
    assert_eq!(unsuitable.reasons(), [41]);
    let many = unproven(|case| {
        case.header.retain(|(name, _)| name != "kid");
        case.finding = Some(Finding::Ambiguous);
    });
    assert_eq!(many.reasons(), [40]);
    let by_thumbprint = unproven(|case| case.finding = Some(Finding::Denied));
    assert_eq!(by_thumbprint.reasons(), [43]);
}

#[test]
fn every_state_of_a_set_vouches_alike() {
    for state in [
        KeySetState::Fresh,
        KeySetState::Stale,
        KeySetState::Snapshot,
        KeySetState::Static,
    ] {
        let case = Case::bent(|case| case.standing().state = state);
        assert_eq!(case.reasons(), ACTIVE);
        assert_eq!(case.judge().keys.unwrap().state, state);
    }
}

#[test]
fn the_kid_is_opaque_and_looked_for_byte_for_byte() {
    for (kid, reasons) in [
        (r#""k1""#, &[][..]),
        (r#""\u006b1""#, &[]),
        (r#""K1""#, &[40]),
        (r#""k1 ""#, &[40]),
        (r#""""#, &[40]),
        (r#""../../etc/passwd""#, &[40]),
        (r#""k1\u0000""#, &[40]),
        ("null", &[6]),
        ("1", &[6]),
        (r#"["k1"]"#, &[6]),
    ] {
        let case = Case::bent(|case| case.parameter("kid", kid));
        assert_eq!(case.reasons(), reasons, "{kid}");
    }
    let unnamed = Case::bent(|case| case.header.retain(|(name, _)| name != "kid"));
    assert_eq!(unnamed.reasons(), ACTIVE);
    assert_eq!(unnamed.judge().verified_kid.as_deref(), Some("k1"));
    // A JWK without one does not fit a token with one.
    let nameless = Case::bent(|case| {
        case.jwks.as_mut().unwrap()[0]
            .as_object_mut()
            .unwrap()
            .remove("kid");
    });
    assert_eq!(nameless.reasons(), [40]);
}

#[test]
fn several_keys_under_one_kid_are_all_tried() {
    for keys in [
        vec![jwk("k1"), strange_jwk("k1")],
        vec![strange_jwk("k1"), jwk("k1")],
    ] {
        let case = Case::bent(|case| case.jwks = Some(keys));
        assert_eq!(case.reasons(), ACTIVE);
    }
    let only_other = Case::bent(|case| case.jwks = Some(vec![jwk("other"), strange_jwk("k1")]));
    assert_eq!(only_other.reasons(), [42]);
}

#[test]
fn an_ignored_key_explains_its_kid() {
    // The only key of the set: no usable one, and yet the kid is there.
    for (member, json, problem) in [
        ("use", json!("enc"), KeyProblem::Use),
        ("key_ops", json!(["encrypt"]), KeyProblem::KeyOps),
        ("alg", json!("ECDH-ES"), KeyProblem::Algorithm),
        ("crv", json!("P-384"), KeyProblem::Malformed),
        ("crv", json!("secp256k1"), KeyProblem::Type),
        ("kty", json!("oct"), KeyProblem::Symmetric),
    ] {
        let case = Case::bent(|case| case.jwks.as_mut().unwrap()[0][member] = json.clone());
        assert_eq!(case.reasons(), [41], "{member} {json}");
        let Rejection::KeyUnsuitable(told) = case.rejection(Reason::KeyUnsuitable) else {
            panic!()
        };
        assert_eq!(told.problem, Some(problem), "{member} {json}");
        assert_eq!(case.judge().signature, Signature::NotChecked);
        // Of another kid it says nothing, and without any key nobody can.
        let other = Case::bent(|case| {
            case.jwks.as_mut().unwrap()[0][member] = json.clone();
            case.parameter("kid", r#""k2""#);
        });
        assert_eq!(
            other.judge().verdict,
            Verdict::CannotTell(Cause::KeysUnavailable)
        );
    }
}

#[test]
fn denied_by_thumbprint() {
    let case = Case::bent(|case| {
        let set = super::support::key_set(&[jwk("k1")]);
        let thumbprint = set.members()[0].key.thumbprint().into();
        case.denied.thumbprints.insert(thumbprint);
    });
    assert_eq!(case.reasons(), [43]);
}
