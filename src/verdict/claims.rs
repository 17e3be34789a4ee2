//! The checks of the claims. They need no keys and no clock of their own, and a
//! claim that is malformed is read by none of them.

use super::check::{Check, Recorder, Skip};
use super::hint;
use super::judge::Bench;
use super::rejection::{AudienceEvidence, Rejection, ScopeEvidence, ValueEvidence};
use super::required::{is_malformed, presented, required};
use super::validity;
use crate::policy::audience::SenderConstrained;
use crate::policy::near_miss::near_misses;
use crate::token::claims::{Claim, Claims, Client};

/// Runs them all; returns the `aud` value that is accepted, if one is.
pub(super) fn check<R: Recorder>(bench: &mut Bench<'_, R>) -> Option<Box<str>> {
    let question = bench.question;
    let Ok(claims) = &question.token.claims else {
        for check in Check::of_claims() {
            bench.skip(check, Skip::PayloadUnreadable);
        }
        return None;
    };
    let matched = audience(bench, claims);
    authorized_party(bench, claims);
    times(bench, claims);
    contents(bench, claims);
    subject(bench, claims);
    scope(bench, claims);
    possession(bench, claims);
    matched
}

fn audience<R: Recorder>(bench: &mut Bench<'_, R>, claims: &Claims) -> Option<Box<str>> {
    let question = bench.question;
    let policy = question.policy;
    // Made only for a failure: an active token pays for none.
    let evidence = |presented: &[Box<str>]| AudienceEvidence {
        presented: presented.to_vec(),
        accepted: policy.accept.clone(),
        ..AudienceEvidence::default()
    };
    let presented = match &claims.aud {
        Claim::Malformed => {
            bench.skip(Check::Aud, Skip::ClaimMalformed);
            return None;
        }
        Claim::Value(values) if !values.is_empty() => values,
        Claim::Absent | Claim::Value(_) => {
            let told = AudienceEvidence {
                hint: hint::of_audience(claims),
                ..evidence(&[])
            };
            bench.fail(Check::Aud, Rejection::AudienceMissing(told));
            return None;
        }
    };
    let too_broad = policy.max_audiences.filter(|most| presented.len() > *most);
    // Any one will do, byte for byte, over all of them (RFC 7519 §4.1.3).
    let matched = presented.iter().find(|value| policy.accepts(value));
    if matched.is_none() {
        let told = AudienceEvidence {
            near_misses: near_misses(
                presented.iter().map(|value| &**value),
                policy.accept.iter().map(|value| &**value),
            ),
            intended_for: (question.policies)
                .intended_for(presented, policy, question.caller)
                .into_iter()
                .map(|name| name.as_str().into())
                .collect(),
            hint: hint::of_audience(claims),
            ..evidence(presented)
        };
        let stranger = told.near_misses.is_empty() && told.intended_for.is_empty();
        let rejection = match stranger {
            true => Rejection::AudienceNotAllowed(told),
            false => Rejection::AudienceMismatch(told),
        };
        bench.fail(Check::Aud, rejection);
    }
    if too_broad.is_some() {
        let told = AudienceEvidence {
            max_audiences: too_broad,
            ..evidence(presented)
        };
        bench.fail(Check::Aud, Rejection::AudienceTooBroad(told));
    }
    if matched.is_some() && too_broad.is_none() {
        bench.pass(Check::Aud);
    }
    matched.cloned()
}

fn authorized_party<R: Recorder>(bench: &mut Bench<'_, R>, claims: &Claims) {
    let Some(allowed) = &bench.question.policy.authorized_parties else {
        return bench.skip(Check::Azp, Skip::NotWanted);
    };
    let (field, presented) = match claims.client() {
        Client::Absent => ("client_id", None),
        Client::Malformed { claim, .. } if is_malformed(claims, claim) => {
            return bench.skip(Check::Azp, Skip::ClaimMalformed);
        }
        Client::Malformed { claim, text } => (claim, Some(text.into())),
        Client::Value { claim, client } => {
            if allowed.iter().any(|one| **one == *client) {
                return bench.pass(Check::Azp);
            }
            (claim, Some(client))
        }
    };
    let rejection = Rejection::AuthorizedPartyNotAllowed(ValueEvidence {
        field: field.into(),
        expected: allowed.clone(),
        presented: presented.map(|text| text.into_owned().into()),
        ..ValueEvidence::default()
    });
    bench.fail(Check::Azp, rejection);
}

fn times<R: Recorder>(bench: &mut Bench<'_, R>, claims: &Claims) {
    let policy = bench.question.policy;
    let now = bench.question.now;
    match &claims.exp {
        Claim::Malformed => bench.skip(Check::Exp, Skip::ClaimMalformed),
        Claim::Absent if !policy.requires_expiry() => bench.skip(Check::Exp, Skip::NotWanted),
        exp => {
            let rejection = validity::expiry(exp, policy, now);
            bench.settle(Check::Exp, rejection);
        }
    }
    for (check, claim) in [(Check::Nbf, &claims.nbf), (Check::Iat, &claims.iat)] {
        match claim {
            Claim::Malformed => bench.skip(check, Skip::ClaimMalformed),
            Claim::Absent => bench.skip(check, Skip::NotWanted),
            Claim::Value(start) => {
                let evidence = validity::too_early(*start, policy, now);
                let rejection = evidence.map(|evidence| match check {
                    Check::Nbf => Rejection::NotYetValid(evidence),
                    _ => Rejection::IssuedInFuture(evidence),
                });
                bench.settle(check, rejection);
            }
        }
    }
    if policy.max_lifetime.is_none() && policy.max_age.is_none() {
        return bench.skip(Check::Lifetime, Skip::NotWanted);
    }
    let found = validity::lifetime(claims, policy, now);
    if found.is_empty() {
        // An absent iat is told as 71.
        match (&claims.iat, &claims.exp) {
            (Claim::Malformed, _) => bench.skip(Check::Lifetime, Skip::ClaimMalformed),
            (_, Claim::Malformed) if policy.max_lifetime.is_some() => {
                bench.skip(Check::Lifetime, Skip::ClaimMalformed);
            }
            (Claim::Absent, _) => bench.skip(Check::Lifetime, Skip::NotWanted),
            (Claim::Value(_), _) => bench.pass(Check::Lifetime),
        }
    }
    for rejection in found {
        bench.fail(Check::Lifetime, rejection);
    }
}

/// 70 to 72: the types of the claims that are read, and the claims that must be there.
fn contents<R: Recorder>(bench: &mut Bench<'_, R>, claims: &Claims) {
    let mut found: Vec<Rejection> = (claims.faults().iter().cloned())
        .map(Rejection::ClaimMalformed)
        .collect();
    found.extend(required(bench.question.policy, claims));
    if found.is_empty() {
        bench.pass(Check::Claims);
    }
    for rejection in found {
        bench.fail(Check::Claims, rejection);
    }
}

fn subject<R: Recorder>(bench: &mut Bench<'_, R>, claims: &Claims) {
    let Some(subjects) = &bench.question.policy.subjects else {
        return bench.skip(Check::Sub, Skip::NotWanted);
    };
    let presented = match &claims.sub {
        Claim::Malformed => return bench.skip(Check::Sub, Skip::ClaimMalformed),
        Claim::Absent => None,
        Claim::Value(sub) => Some(sub),
    };
    if presented.is_some_and(|sub| subjects.iter().any(|one| one.matches(sub))) {
        return bench.pass(Check::Sub);
    }
    let rejection = Rejection::SubjectNotAllowed(ValueEvidence {
        field: "sub".into(),
        expected: subjects
            .iter()
            .map(ToString::to_string)
            .map(Box::from)
            .collect(),
        presented: presented.cloned(),
        ..ValueEvidence::default()
    });
    bench.fail(Check::Sub, rejection);
}

fn scope<R: Recorder>(bench: &mut Bench<'_, R>, claims: &Claims) {
    let question = bench.question;
    let mut required: Vec<Box<str>> = Vec::new();
    for scope in question
        .policy
        .required_scopes
        .iter()
        .chain(question.scopes)
    {
        if !required.contains(scope) {
            required.push(scope.clone());
        }
    }
    if required.is_empty() {
        return bench.skip(Check::Scope, Skip::NotWanted);
    }
    if claims.scope == Claim::Malformed || claims.scp == Claim::Malformed {
        return bench.skip(Check::Scope, Skip::ClaimMalformed);
    }
    let presented = claims.scopes();
    let missing: Vec<_> = (required.iter())
        .filter(|scope| !presented.contains(&&***scope))
        .cloned()
        .collect();
    let rejection = (!missing.is_empty()).then(|| {
        Rejection::ScopeInsufficient(ScopeEvidence {
            hint: hint::of_scopes(claims, &presented, &missing),
            presented: presented.iter().map(|scope| (*scope).into()).collect(),
            required,
            missing,
        })
    });
    bench.settle(Check::Scope, rejection);
}

/// RFC 7800: whoever presents a token with `cnf` must prove to hold a key, and an
/// introspection request carries no such proof.
fn possession<R: Recorder>(bench: &mut Bench<'_, R>, claims: &Claims) {
    let constrained = claims.json().get("cnf");
    match (constrained, bench.question.policy.sender_constrained) {
        (None, _) | (_, SenderConstrained::CallerChecks) => bench.skip(Check::Cnf, Skip::NotWanted),
        (Some(value), SenderConstrained::Refuse) => {
            let rejection = Rejection::PossessionNotProven(ValueEvidence {
                field: "cnf".into(),
                presented: Some(presented(value)),
                ..ValueEvidence::default()
            });
            bench.fail(Check::Cnf, rejection);
        }
    }
}
