//! The checks of the form and the header: 1 to 9, 20 to 22. They need no keys.

use super::check::{Check, Recorder, Skip};
use super::hint;
use super::judge::{Bench, Question};
use super::key_work::allowed_algorithms;
use super::rejection::{KeyEvidence, Rejection, ValueEvidence};
use crate::policy::audience::AudiencePolicy;
use crate::token::Token;
use crate::token::header::{Header, NamedAlgorithm};

/// Runs the checks of the text's two JSON parts and of the header.
pub(super) fn check<R: Recorder>(bench: &mut Bench<'_, R>) {
    form(bench);
    let token = bench.question.token;
    let Ok(header) = &token.header else {
        bench.skip(Check::Crit, Skip::HeaderUnreadable);
        bench.skip(Check::Typ, Skip::HeaderUnreadable);
        if token.signature().is_empty() {
            let evidence = key_evidence(bench.question, None);
            bench.fail(Check::Alg, Rejection::AlgorithmNone(evidence));
        } else {
            bench.skip(Check::Alg, Skip::HeaderUnreadable);
        }
        return;
    };
    bench.settle(Check::Crit, crit(header));
    bench.settle(Check::Typ, typ(token, header, bench.question.policy));
    algorithm(bench, header);
}

fn algorithm<R: Recorder>(bench: &mut Bench<'_, R>, header: &Header) {
    let question = bench.question;
    let unsigned = question.token.signature().is_empty();
    let named = header.algorithm();
    let by_name = match named {
        NamedAlgorithm::None => None,
        NamedAlgorithm::Missing | NamedAlgorithm::Unsupported => {
            Some(Rejection::AlgorithmUnsupported as fn(KeyEvidence) -> Rejection)
        }
        NamedAlgorithm::Implemented(algorithm) => {
            let allowed = allowed_algorithms(question.candidate, question.policy);
            (!allowed.contains(algorithm))
                .then_some(Rejection::AlgorithmNotAllowed as fn(KeyEvidence) -> Rejection)
        }
    };
    if unsigned || named == NamedAlgorithm::None {
        let evidence = key_evidence(bench.question, Some(header));
        bench.fail(Check::Alg, Rejection::AlgorithmNone(evidence));
    } else if by_name.is_none() {
        bench.pass(Check::Alg);
    }
    if let Some(rejection) = by_name {
        let evidence = key_evidence(bench.question, Some(header));
        bench.fail(Check::Alg, rejection(evidence));
    }
}

fn form<R: Recorder>(bench: &mut Bench<'_, R>) {
    let token = bench.question.token;
    for fault in token.header.as_ref().err().into_iter().flatten() {
        bench.fail(Check::Form, Rejection::HeaderMalformed(fault.clone()));
    }
    if let Err(fault) = &token.claims {
        bench.fail(Check::Form, Rejection::PayloadMalformed(fault.clone()));
    }
    if token.header.is_ok() && token.claims.is_ok() {
        bench.pass(Check::Form);
    }
}

/// RFC 7515 §4.1.11: an extension that is not understood is a reason to refuse,
/// and none is.
fn crit(header: &Header) -> Option<Rejection> {
    if header.crit.is_empty() {
        return None;
    }
    let presented = header.json().get("crit").map(|value| value.text().into());
    Some(Rejection::CriticalHeaderUnsupported(ValueEvidence {
        field: "crit".into(),
        presented,
        ..ValueEvidence::default()
    }))
}

/// RFC 8725 §3.11: an ID token or a logout token must not pass for an access token.
fn typ(token: &Token, header: &Header, policy: &AudiencePolicy) -> Option<Rejection> {
    let media_type = header.media_type();
    if policy
        .token_types
        .iter()
        .any(|one| *one.media_type == *media_type)
    {
        return None;
    }
    Some(Rejection::TokenTypeNotAllowed(ValueEvidence {
        field: "typ".into(),
        expected: policy
            .token_types
            .iter()
            .map(|one| one.written.clone())
            .collect(),
        presented: header.typ.clone(),
        hint: hint::of_type(token),
        ..ValueEvidence::default()
    }))
}

/// What is told of a token's key and algorithm.
pub(super) fn key_evidence(question: &Question<'_>, header: Option<&Header>) -> KeyEvidence {
    let Question {
        token,
        candidate,
        policy,
        ..
    } = *question;
    KeyEvidence {
        kid: header.and_then(|header| header.kid.clone()),
        alg: header.and_then(|header| header.alg.clone()),
        allowed: allowed_algorithms(candidate, policy).iter().collect(),
        problem: None,
        unsigned: token.signature().is_empty(),
        key_set_fetched_at: None,
        hint: None,
    }
}
