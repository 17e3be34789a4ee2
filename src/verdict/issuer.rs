//! The check of the issuer. A token of one that is configured for others is named
//! as such: the staging token in production.

use super::check::{Check, Recorder, Skip};
use super::hint;
use super::judge::{Bench, Question};
use super::rejection::{IssuerEvidence, Rejection};
use crate::policy::Candidate;
use crate::policy::near_miss::near_misses;

/// Whether this audience trusts the issuer: 30 to 32.
pub(super) fn check<R: Recorder>(bench: &mut Bench<'_, R>) {
    let Question {
        policy, candidate, ..
    } = *bench.question;
    let Ok(claims) = &bench.question.token.claims else {
        return bench.skip(Check::Iss, Skip::PayloadUnreadable);
    };
    let rejection: fn(IssuerEvidence) -> Rejection = match candidate {
        Candidate::Listed(_) => return bench.pass(Check::Iss),
        Candidate::Unreadable => return bench.skip(Check::Iss, Skip::ClaimMalformed),
        Candidate::Missing => Rejection::IssuerMissing,
        Candidate::Unknown => Rejection::IssuerUnknown,
        Candidate::NotListed(_) | Candidate::Ambiguous => Rejection::IssuerNotAllowed,
    };
    let presented = claims.iss.value().cloned();
    let accepted: Vec<_> = policy
        .issuers
        .iter()
        .map(|one| one.identifier.clone())
        .collect();
    let evidence = IssuerEvidence {
        near_misses: near_misses(presented.as_deref(), accepted.iter().map(|one| &**one)),
        presented,
        hint: hint::of_issuer(claims, &accepted),
        accepted,
        name: candidate.issuer().map(|one| one.name.as_str().into()),
        environment: (candidate.issuer()).map_or("".into(), |one| one.environment.clone()),
        untrusted: candidate.issuer().is_some_and(|one| !one.trusted),
    };
    bench.fail(Check::Iss, rejection(evidence));
}
