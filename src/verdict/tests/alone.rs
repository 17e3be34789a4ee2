//! Every reason alone: one thing bent, one rejection, its field and its evidence.

use std::time::Duration;

use serde_json::json;

use super::support::{ACTIVE, Case, NOW, Signer, at, boxes};
use crate::keys::KeyProblem;
use crate::policy::audience::{RequiredClaim, Scalar, SubjectMatch, Wanted};
use crate::token::algorithm::Algorithm;
use crate::token::form::{Limit, Part, Problem};
use crate::verdict::Signature;
use crate::verdict::rejection::{Reason, Rejection};

struct Row {
    reason: Reason,
    field: &'static str,
    signature: Signature,
    bend: fn(&mut Case),
    evidence: fn(&Rejection) -> bool,
}

const fn row(
    reason: Reason,
    field: &'static str,
    signature: Signature,
    bend: fn(&mut Case),
    evidence: fn(&Rejection) -> bool,
) -> Row {
    Row {
        reason,
        field,
        signature,
        bend,
        evidence,
    }
}

const HOUR: Duration = Duration::from_secs(3600);

#[rustfmt::skip]
const ROWS: [Row; 36] = {
    use Reason as R;
    use Rejection as J;
    use Signature::{Invalid, NotChecked, Verified};
    [
        row(R::TokenMissing, "", NotChecked, |c| c.text = Some(String::new()), |r| *r == J::TokenMissing),
        row(R::TokenTooLarge, "", NotChecked, |c| { c.text = Some("a".repeat(65)); c.max_bytes = 64; },
            |r| *r == J::TokenTooLarge(Limit { limit: 64, actual: 65 })),
        row(R::TokenOpaque, "", NotChecked, |c| c.text = Some("0a1b2c".into()), |r| *r == J::TokenOpaque),
        row(R::TokenEncrypted, "", NotChecked, |c| c.text = Some("e30....".into()), |r| *r == J::TokenEncrypted),
        row(R::TokenMalformed, "", NotChecked, |c| c.text = Some(c.token() + "="),
            |r| matches!(r, J::TokenMalformed(f) if f.problem == Problem::Padding && f.part == Part::Signature)),
        row(R::HeaderMalformed, "alg", NotChecked, |c| c.parameter("alg", "7"),
            |r| matches!(r, J::HeaderMalformed(f) if f.problem == Problem::WrongType && f.presented.as_deref() == Some("7"))),
        row(R::PayloadMalformed, "sub", NotChecked, |c| c.claims.push(("sub".into(), r#""bob""#.into())),
            |r| matches!(r, J::PayloadMalformed(f) if f.problem == Problem::DuplicateMember && f.part == Part::Payload)),
        row(R::CriticalHeaderUnsupported, "crit", NotChecked, |c| c.parameter("crit", r#"["exp"]"#),
            |r| matches!(r, J::CriticalHeaderUnsupported(v) if v.presented.as_deref() == Some(r#"["exp"]"#))),
        row(R::TokenTypeNotAllowed, "typ", Verified, |c| c.parameter("typ", r#""logout+jwt""#),
            |r| matches!(r, J::TokenTypeNotAllowed(v) if v.presented.as_deref() == Some("logout+jwt")
                && v.expected == boxes(&["at+jwt", "JWT"]))),
        row(R::AlgorithmNone, "alg", NotChecked, |c| { c.parameter("alg", r#""none""#); c.signer = Signer::Nobody; },
            |r| matches!(r, J::AlgorithmNone(k) if k.unsigned && k.alg.as_deref() == Some("none"))),
        row(R::AlgorithmUnsupported, "alg", NotChecked, |c| c.parameter("alg", r#""ES256K""#),
            |r| matches!(r, J::AlgorithmUnsupported(k) if !k.unsigned && k.alg.as_deref() == Some("ES256K"))),
        row(R::AlgorithmNotAllowed, "alg", NotChecked,
            |c| c.policy.algorithms = [Algorithm::Rs256].into_iter().collect(),
            |r| matches!(r, J::AlgorithmNotAllowed(k) if k.allowed == [Algorithm::Rs256])),
        row(R::IssuerMissing, "iss", NotChecked, |c| c.without("iss"),
            |r| matches!(r, J::IssuerMissing(i) if i.presented.is_none() && i.accepted == boxes(&["https://id.example"]))),
        row(R::IssuerUnknown, "iss", NotChecked, |c| c.claim("iss", r#""urn:nobody""#),
            |r| matches!(r, J::IssuerUnknown(i) if i.presented.as_deref() == Some("urn:nobody") && i.name.is_none())),
        row(R::IssuerNotAllowed, "iss", Verified, |c| c.claim("iss", r#""https://id.staging.example""#),
            |r| matches!(r, J::IssuerNotAllowed(i) if i.name.as_deref() == Some("staging")
                && &*i.environment == "staging" && !i.untrusted)),
        row(R::KeyNotFound, "kid", NotChecked, |c| c.parameter("kid", r#""k2""#),
            |r| matches!(r, J::KeyNotFound(k) if k.kid.as_deref() == Some("k2") && k.key_set_fetched_at == Some(at(NOW - 60)))),
        row(R::KeyUnsuitable, "kid", NotChecked, |c| c.jwks.as_mut().unwrap()[0]["use"] = json!("enc"),
            |r| matches!(r, J::KeyUnsuitable(k) if k.problem == Some(KeyProblem::Use))),
        row(R::SignatureInvalid, "", Invalid, |c| c.signer = Signer::Stranger,
            |r| matches!(r, J::SignatureInvalid(k) if k.kid.as_deref() == Some("k1") && k.problem.is_none())),
        row(R::KeyDenied, "kid", NotChecked, |c| { c.denied.kids.insert("k1".into()); },
            |r| matches!(r, J::KeyDenied(k) if k.problem == Some(KeyProblem::Denied))),
        row(R::AudienceMissing, "aud", Verified, |c| c.without("aud"),
            |r| matches!(r, J::AudienceMissing(a) if a.presented.is_empty() && a.accepted == boxes(&["urn:orders"]))),
        row(R::AudienceNotAllowed, "aud", Verified, |c| c.claim("aud", r#""urn:nobody""#),
            |r| matches!(r, J::AudienceNotAllowed(a) if a.presented == boxes(&["urn:nobody"])
                && a.near_misses.is_empty() && a.intended_for.is_empty())),
        row(R::AudienceMismatch, "aud", Verified, |c| c.claim("aud", r#""urn:payments""#),
            |r| matches!(r, J::AudienceMismatch(a) if a.intended_for == boxes(&["payments"]) && a.max_audiences.is_none())),
        row(R::AudienceTooBroad, "aud", Verified,
            |c| { c.claim("aud", r#"["urn:orders","urn:x"]"#); c.policy.max_audiences = Some(1); },
            |r| matches!(r, J::AudienceTooBroad(a) if a.max_audiences == Some(1) && a.presented.len() == 2)),
        row(R::AuthorizedPartyNotAllowed, "client_id", Verified, |c| c.policy.authorized_parties = Some(boxes(&["cli"])),
            |r| matches!(r, J::AuthorizedPartyNotAllowed(v) if v.expected == boxes(&["cli"]) && v.presented.as_deref() == Some("app"))),
        row(R::Expired, "exp", Verified, |c| c.now = at(NOW + 3631),
            |r| matches!(r, J::Expired(t) if t.claim == Some(at(NOW + 3600)) && t.now == at(NOW + 3631)
                && t.leeway.as_secs() == 30 && t.off_by.as_secs() == 1)),
        row(R::ExpiryMissing, "exp", Verified, |c| c.without("exp"),
            |r| matches!(r, J::ExpiryMissing(t) if t.claim.is_none())),
        row(R::NotYetValid, "nbf", Verified, |c| c.claim("nbf", "1800000040"),
            |r| matches!(r, J::NotYetValid(t) if t.claim == Some(at(NOW + 40)) && t.off_by.as_secs() == 10)),
        row(R::IssuedInFuture, "iat", Verified, |c| c.claim("iat", "1800000040"),
            |r| matches!(r, J::IssuedInFuture(t) if t.claim == Some(at(NOW + 40)) && t.off_by.as_secs() == 10)),
        row(R::LifetimeTooLong, "exp", Verified, |c| c.policy.max_lifetime = Some(HOUR),
            |r| matches!(r, J::LifetimeTooLong(t) if t.limit == Some(HOUR) && t.off_by.as_secs() == 100
                && t.claim == Some(at(NOW + 3600)) && t.leeway.is_zero())),
        row(R::TokenTooOld, "iat", Verified, |c| c.policy.max_age = Some(Duration::from_secs(60)),
            |r| matches!(r, J::TokenTooOld(t) if t.limit == Some(Duration::from_secs(60)) && t.off_by.as_secs() == 40
                && t.claim == Some(at(NOW - 100)) && t.leeway.is_zero())),
        row(R::ClaimMalformed, "jti", Verified, |c| c.claim("jti", "7"),
            |r| matches!(r, J::ClaimMalformed(f) if f.problem == Problem::WrongType && f.presented.as_deref() == Some("7"))),
        row(R::ClaimMissing, "tid", Verified, |c| c.policy.required_claims = vec![tenant()],
            |r| matches!(r, J::ClaimMissing(v) if v.presented.is_none() && v.expected == boxes(&["acme"]))),
        row(R::ClaimNotAllowed, "tid", Verified,
            |c| { c.policy.required_claims = vec![tenant()]; c.claim("tid", r#""other""#); },
            |r| matches!(r, J::ClaimNotAllowed(v) if v.presented.as_deref() == Some("other"))),
        row(R::SubjectNotAllowed, "sub", Verified, |c| c.policy.subjects = Some(vec![SubjectMatch::Prefix("repo:".into())]),
            |r| matches!(r, J::SubjectNotAllowed(v) if v.expected == boxes(&["repo:*"]) && v.presented.as_deref() == Some("alice"))),
        row(R::ScopeInsufficient, "scope", Verified, |c| c.policy.required_scopes = boxes(&["read", "admin"]),
            |r| matches!(r, J::ScopeInsufficient(s) if s.required == boxes(&["read", "admin"])
                && s.presented == boxes(&["read", "write"]) && s.missing == boxes(&["admin"]))),
        row(R::PossessionNotProven, "cnf", Verified, |c| c.claim("cnf", r#"{"jkt":"x"}"#),
            |r| matches!(r, J::PossessionNotProven(v) if v.presented.as_deref() == Some(r#"{"jkt":"x"}"#))),
    ]
};

fn tenant() -> RequiredClaim {
    RequiredClaim {
        path: boxes(&["tid"]),
        is_path: false,
        wanted: Wanted::AnyOf(vec![Scalar::String("acme".into())]),
    }
}

#[test]
fn a_good_token_is_active() {
    let judgement = Case::good().judge();
    assert_eq!(Case::good().reasons(), ACTIVE);
    assert_eq!(judgement.signature, Signature::Verified);
    assert_eq!(judgement.issuer.unwrap().name.as_str(), "prod");
    assert_eq!(judgement.verified_kid.as_deref(), Some("k1"));
    assert!(judgement.keys.is_some());
}

#[test]
fn every_reason_stands_alone() {
    for Row {
        reason,
        field,
        signature,
        bend,
        evidence,
    } in ROWS
    {
        let case = Case::bent(bend);
        assert_eq!(case.reasons(), [reason.number()], "{reason:?}");
        let leading = case.inactive().leading;
        assert_eq!(leading.reason(), reason);
        assert_eq!(leading.field(), field, "{reason:?}");
        assert!(evidence(&leading), "{reason:?}: {leading:?}");
        assert_eq!(case.judge().signature, signature, "{reason:?}");
    }
}

#[test]
fn every_reason_has_a_row() {
    let rows: Vec<Reason> = ROWS.iter().map(|row| row.reason).collect();
    assert_eq!(rows, Reason::ALL);
}

#[test]
fn numbers_are_those_of_the_wire() {
    let numbers: Vec<u8> = Reason::ALL.iter().map(|one| one.number()).collect();
    assert_eq!(
        numbers,
        [
            1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 21, 22, 30, 31, 32, 40, 41, 42, 43, 50, 51, 52, 53, 54,
            60, 61, 62, 63, 64, 65, 70, 71, 72, 73, 74, 80
        ]
    );
}
