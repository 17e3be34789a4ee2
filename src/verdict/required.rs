//! Claims that the policy requires: 71, 72.

use super::rejection::{Rejection, ValueEvidence};
use crate::policy::audience::{AudiencePolicy, RequiredClaim, Scalar, Wanted};
use crate::token::claims::{Claim, Claims};
use crate::token::decimal::Decimal;
use crate::token::json::{Kind, Value};

/// The required claims that are not met, in configuration order, each claim once.
pub(super) fn required(policy: &AudiencePolicy, claims: &Claims) -> Vec<Rejection> {
    let mut told: Vec<&[Box<str>]> = Vec::new();
    let mut found = Vec::new();
    for wanted in &policy.required_claims {
        let read = wanted
            .path
            .first()
            .is_some_and(|name| is_malformed(claims, name));
        if read || told.contains(&wanted.path.as_slice()) {
            continue;
        }
        if let Some(rejection) = unmet(wanted, claims.at(&wanted.path)) {
            told.push(&wanted.path);
            found.push(rejection);
        }
    }
    let iat = told
        .iter()
        .any(|path| matches!(path, [name] if **name == *"iat"));
    if policy.requires_issue_time() && claims.iat == Claim::Absent && !iat {
        found.push(Rejection::ClaimMissing(ValueEvidence {
            field: "iat".into(),
            ..ValueEvidence::default()
        }));
    }
    found
}

fn unmet(wanted: &RequiredClaim, value: Option<Value<'_>>) -> Option<Rejection> {
    let (scalars, all_of) = match &wanted.wanted {
        Wanted::Present => (&[][..], false),
        Wanted::AnyOf(scalars) => (scalars.as_slice(), false),
        Wanted::AllOf(scalars) => (scalars.as_slice(), true),
    };
    let evidence = ValueEvidence {
        field: wanted.field().into(),
        expected: scalars.iter().map(|one| one.to_string().into()).collect(),
        all_of,
        presented: value.map(presented),
        hint: None,
    };
    let Some(value) = value else {
        return Some(Rejection::ClaimMissing(evidence));
    };
    // A scalar counts as a list of one.
    let members = value.elements().unwrap_or_else(|| vec![value]);
    let has = |scalar: &Scalar| members.iter().any(|member| equals(*member, scalar));
    let met = match &wanted.wanted {
        Wanted::Present => true,
        Wanted::AnyOf(scalars) => scalars.iter().any(has),
        Wanted::AllOf(scalars) => scalars.iter().all(has),
    };
    (!met).then_some(Rejection::ClaimNotAllowed(evidence))
}

fn equals(value: Value<'_>, scalar: &Scalar) -> bool {
    match (scalar, value.kind()) {
        (Scalar::String(wanted), Kind::String) => value.as_str().as_deref() == Some(&**wanted),
        (Scalar::Number(wanted, _), Kind::Number) => {
            Decimal::parse(value.text()).as_ref() == Some(wanted)
        }
        (Scalar::Bool(wanted), Kind::Bool) => {
            value.text() == if *wanted { "true" } else { "false" }
        }
        _ => false,
    }
}

/// A string as it is, else its JSON text.
pub(super) fn presented(value: Value<'_>) -> Box<str> {
    value
        .as_str()
        .map_or_else(|| value.text().into(), |text| text.into_owned().into())
}

/// A claim that is malformed is read by no check.
pub(super) fn is_malformed(claims: &Claims, name: &str) -> bool {
    (claims.faults().iter()).any(|fault| fault.member.as_deref() == Some(name))
}
