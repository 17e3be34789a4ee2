//! What the keys say: 40 to 43, or that it cannot be told.

use std::time::Duration;

use super::check::{Check, Recorder, Skip};
use super::header::key_evidence;
use super::hint;
use super::judge::{Bench, Question};
use super::key_work::key_work;
use super::rejection::{KeyEvidence, Rejection};
use super::{Cause, Signature};
use crate::keys::{Evidence, Finding, KeyProblem, Standing, TooStale};

/// What the keys say. Only here can a question stay undecided.
pub(super) fn check<R: Recorder>(bench: &mut Bench<'_, R>) -> Signature {
    let Question {
        token,
        candidate,
        policy,
        ..
    } = *bench.question;
    let work = key_work(token, candidate, policy);
    let (Some(_), Some(evidence)) = (work, bench.question.evidence) else {
        let why = match candidate.with_keys() {
            Some(_) => Skip::NoKeyWork,
            None => Skip::NoIssuer,
        };
        bench.skip(Check::Key, why);
        bench.skip(Check::Signature, why);
        return Signature::NotChecked;
    };
    let header = token.header.as_ref().ok();
    let question = bench.question;
    // Made only for a failure: an active token pays for none.
    let told = |problem| KeyEvidence {
        problem,
        key_set_fetched_at: evidence.standing.as_ref().map(|set| set.fetched_at),
        ..key_evidence(question, header)
    };
    let rejection = match believable(bench.question, evidence) {
        Ok(Finding::Verified { .. }) => {
            bench.pass(Check::Key);
            bench.pass(Check::Signature);
            return Signature::Verified;
        }
        Ok(Finding::SignatureInvalid) => {
            bench.pass(Check::Key);
            let evidence = KeyEvidence {
                hint: hint::of_signature(token),
                ..told(None)
            };
            bench.fail(Check::Signature, Rejection::SignatureInvalid(evidence));
            return Signature::Invalid;
        }
        Ok(Finding::NotFound | Finding::Ambiguous) => Rejection::KeyNotFound(told(None)),
        Ok(Finding::Unsuitable(problem)) => Rejection::KeyUnsuitable(told(Some(*problem))),
        Ok(Finding::Denied) => Rejection::KeyDenied(told(Some(KeyProblem::Denied))),
        Ok(Finding::NoKeys) => return undecided(bench, Cause::KeysUnavailable),
        Err(cause) => return undecided(bench, cause),
    };
    bench.fail(Check::Key, rejection);
    bench.skip(Check::Signature, Skip::NoKey);
    Signature::NotChecked
}

fn undecided<R: Recorder>(bench: &mut Bench<'_, R>, cause: Cause) -> Signature {
    bench.undecide(Check::Key, cause);
    bench.undecide(Check::Signature, cause);
    Signature::NotChecked
}

/// The finding, if the set it rests on may still be believed.
fn believable<'e>(question: &Question<'_>, evidence: &'e Evidence) -> Result<&'e Finding, Cause> {
    // The operator's word needs no set.
    if evidence.finding == Finding::Denied {
        return Ok(&evidence.finding);
    }
    let Some(standing) = &evidence.standing else {
        return Err(Cause::KeysUnavailable);
    };
    if staleness_left(question, standing).is_err() {
        return Err(Cause::KeysTooStale);
    }
    match evidence.finding {
        Finding::NotFound if !standing.proves_absence => Err(Cause::KeyPending),
        _ => Ok(&evidence.finding),
    }
}

/// How long the set may still serve; `None` where there is no bound.
pub(super) fn staleness_left(
    question: &Question<'_>,
    standing: &Standing,
) -> Result<Option<Duration>, TooStale> {
    standing.left(question.candidate.issuer().and_then(|one| one.max_stale))
}
