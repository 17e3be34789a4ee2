//! The judge: every check once, every rejection kept. A failed check stops only
//! those that could not mean anything after it.

use std::time::Duration;

use super::check::{Check, Outcome, Recorder, Skip};
use super::claims;
use super::key_work::{allowed_algorithms, key_work};
use super::rejection::{IssuerEvidence, KeyEvidence, Rejection, ValueEvidence};
use super::{Cause, Inactive, Judgement, Signature, Verdict, validity};
use crate::keys::{Evidence, Finding, KeySetState, Standing};
use crate::policy::audience::AudiencePolicy;
use crate::policy::caller::Caller;
use crate::policy::near_miss::near_misses;
use crate::policy::{Candidate, Policies};
use crate::token::claims::Claims;
use crate::token::header::{Header, NamedAlgorithm};
use crate::token::numeric_date::NumericDate;
use crate::token::{TextFault, Token};

/// What is to be judged.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// What the token says.
    pub token: &'a Token,
    /// Whose token it claims to be.
    pub candidate: &'a Candidate,
    /// What keys say of it; `None` where there was no key work.
    pub evidence: Option<&'a Evidence>,
    /// What is required of it.
    pub policy: &'a AudiencePolicy,
    /// Scopes the caller wants beside the policy's.
    pub scopes: &'a [Box<str>],
    /// Who asks.
    pub caller: &'a Caller,
    /// All policies, to tell whom else it may be for.
    pub policies: &'a Policies,
    /// The instant it is judged at.
    pub now: NumericDate,
}

/// A token that is active. Only this file can make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveToken {
    matched_audience: Box<str>,
    cacheable_for: Option<Duration>,
}

impl ActiveToken {
    /// The first of its `aud` values that the policy accepts.
    #[must_use]
    pub fn matched_audience(&self) -> &str {
        &self.matched_audience
    }

    /// How long the answer may be kept, in whole seconds; `None`: not at all.
    #[must_use]
    pub fn cacheable_for(&self) -> Option<Duration> {
        self.cacheable_for
    }
}

/// Judges a text that is no token: one reason, alone.
pub fn judge_text<R: Recorder>(fault: TextFault, recorder: &mut R) -> Judgement {
    let leading = match fault {
        TextFault::Missing => Rejection::TokenMissing,
        TextFault::TooLarge(limit) => Rejection::TokenTooLarge(limit),
        TextFault::Opaque => Rejection::TokenOpaque,
        TextFault::Encrypted => Rejection::TokenEncrypted,
        TextFault::Malformed(fault) => Rejection::TokenMalformed(fault),
    };
    recorder.record(Check::Form, Outcome::Failed(&leading));
    for check in Check::ALL.into_iter().skip(1) {
        recorder.record(check, Outcome::Skipped(Skip::TextUnreadable));
    }
    Judgement {
        verdict: Verdict::Inactive(Inactive {
            leading,
            others: Vec::new(),
            retry_after: None,
        }),
        signature: Signature::NotChecked,
        issuer: None,
        verified_kid: None,
        keys: None,
    }
}

/// Judges a token.
pub fn judge<R: Recorder>(question: &Question<'_>, recorder: &mut R) -> Judgement {
    let mut bench = Bench {
        question,
        recorder,
        rejections: Vec::new(),
        undecided: None,
    };
    bench.form();
    bench.header();
    bench.issuer();
    let signature = bench.key();
    let matched = claims::check(&mut bench);
    bench.conclude(signature, matched)
}

/// Where the checks of one question are held.
pub(super) struct Bench<'a, R> {
    pub(super) question: &'a Question<'a>,
    recorder: &'a mut R,
    rejections: Vec<Rejection>,
    undecided: Option<Cause>,
}

impl<R: Recorder> Bench<'_, R> {
    pub(super) fn pass(&mut self, check: Check) {
        self.recorder.record(check, Outcome::Passed);
    }

    pub(super) fn skip(&mut self, check: Check, why: Skip) {
        self.recorder.record(check, Outcome::Skipped(why));
    }

    pub(super) fn fail(&mut self, check: Check, rejection: Rejection) {
        self.recorder.record(check, Outcome::Failed(&rejection));
        self.rejections.push(rejection);
    }

    /// One outcome of a check that fails at most once.
    pub(super) fn settle(&mut self, check: Check, rejection: Option<Rejection>) {
        match rejection {
            Some(rejection) => self.fail(check, rejection),
            None => self.pass(check),
        }
    }

    fn form(&mut self) {
        let token = self.question.token;
        for fault in token.header.as_ref().err().into_iter().flatten() {
            self.fail(Check::Form, Rejection::HeaderMalformed(fault.clone()));
        }
        if let Err(fault) = &token.claims {
            self.fail(Check::Form, Rejection::PayloadMalformed(fault.clone()));
        }
        if token.header.is_ok() && token.claims.is_ok() {
            self.pass(Check::Form);
        }
    }

    fn header(&mut self) {
        let token = self.question.token;
        let Ok(header) = &token.header else {
            self.skip(Check::Crit, Skip::HeaderUnreadable);
            self.skip(Check::Typ, Skip::HeaderUnreadable);
            if token.signature().is_empty() {
                let evidence = self.key_evidence(None);
                self.fail(Check::Alg, Rejection::AlgorithmNone(evidence));
            } else {
                self.skip(Check::Alg, Skip::HeaderUnreadable);
            }
            return;
        };
        self.settle(Check::Crit, crit(header));
        self.settle(Check::Typ, typ(header, self.question.policy));
        self.algorithm(header);
    }

    fn algorithm(&mut self, header: &Header) {
        let question = self.question;
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
            let evidence = self.key_evidence(Some(header));
            self.fail(Check::Alg, Rejection::AlgorithmNone(evidence));
        } else if by_name.is_none() {
            self.pass(Check::Alg);
        }
        if let Some(rejection) = by_name {
            let evidence = self.key_evidence(Some(header));
            self.fail(Check::Alg, rejection(evidence));
        }
    }

    fn issuer(&mut self) {
        let Question {
            policy, candidate, ..
        } = *self.question;
        let Ok(claims) = &self.question.token.claims else {
            return self.skip(Check::Iss, Skip::PayloadUnreadable);
        };
        let rejection: fn(IssuerEvidence) -> Rejection = match candidate {
            Candidate::Listed(_) => return self.pass(Check::Iss),
            Candidate::Unreadable => return self.skip(Check::Iss, Skip::ClaimMalformed),
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
            accepted,
            name: candidate.issuer().map(|one| one.name.as_str().into()),
            environment: (candidate.issuer()).map_or("".into(), |one| one.environment.clone()),
            untrusted: candidate.issuer().is_some_and(|one| !one.trusted),
        };
        self.fail(Check::Iss, rejection(evidence));
    }

    /// What the keys say. Only here can a question stay undecided.
    fn key(&mut self) -> Signature {
        let Question {
            token,
            candidate,
            policy,
            ..
        } = *self.question;
        let work = key_work(token, candidate, policy);
        let (Some(_), Some(evidence)) = (work, self.question.evidence) else {
            let why = match candidate.with_keys() {
                Some(_) => Skip::NoKeyWork,
                None => Skip::NoIssuer,
            };
            self.skip(Check::Key, why);
            self.skip(Check::Signature, why);
            return Signature::NotChecked;
        };
        let header = token.header.as_ref().ok();
        let mut told = self.key_evidence(header);
        told.key_set_fetched_at = evidence.standing.as_ref().map(|set| set.fetched_at);
        let rejection = match self.believable(evidence) {
            Ok(Finding::Verified { .. }) => {
                self.pass(Check::Key);
                self.pass(Check::Signature);
                return Signature::Verified;
            }
            Ok(Finding::SignatureInvalid) => {
                self.pass(Check::Key);
                self.fail(Check::Signature, Rejection::SignatureInvalid(told));
                return Signature::Invalid;
            }
            Ok(Finding::NotFound | Finding::Ambiguous | Finding::NoKeys) => {
                Rejection::KeyNotFound(told)
            }
            Ok(Finding::Unsuitable(problem)) => {
                told.problem = Some(*problem);
                Rejection::KeyUnsuitable(told)
            }
            Ok(Finding::Denied) => {
                told.problem = Some(crate::keys::KeyProblem::Denied);
                Rejection::KeyDenied(told)
            }
            Err(cause) => {
                self.recorder.record(Check::Key, Outcome::Undecided(cause));
                self.recorder
                    .record(Check::Signature, Outcome::Undecided(cause));
                self.undecided = Some(cause);
                return Signature::NotChecked;
            }
        };
        self.fail(Check::Key, rejection);
        self.skip(Check::Signature, Skip::NoKey);
        Signature::NotChecked
    }

    /// The finding, if the set it rests on may still be believed.
    fn believable<'e>(&self, evidence: &'e Evidence) -> Result<&'e Finding, Cause> {
        // The operator's word needs no set.
        if evidence.finding == Finding::Denied {
            return Ok(&evidence.finding);
        }
        let Some(standing) = &evidence.standing else {
            return Err(Cause::KeysUnavailable);
        };
        if self.staleness_left(standing).is_err() {
            return Err(Cause::KeysTooStale);
        }
        match evidence.finding {
            Finding::NoKeys => Err(Cause::KeysUnavailable),
            Finding::NotFound if !standing.proves_absence => Err(Cause::KeyPending),
            _ => Ok(&evidence.finding),
        }
    }

    /// How long the set may still serve; `None` where there is no bound.
    fn staleness_left(&self, standing: &Standing) -> Result<Option<Duration>, TooStale> {
        let bound = self
            .question
            .candidate
            .issuer()
            .and_then(|one| one.max_stale);
        match bound.filter(|_| standing.state != KeySetState::Static) {
            None => Ok(None),
            Some(bound) => bound.checked_sub(standing.age).map(Some).ok_or(TooStale),
        }
    }

    fn key_evidence(&self, header: Option<&Header>) -> KeyEvidence {
        let Question {
            token,
            candidate,
            policy,
            ..
        } = *self.question;
        KeyEvidence {
            kid: header.and_then(|header| header.kid.clone()),
            alg: header.and_then(|header| header.alg.clone()),
            allowed: allowed_algorithms(candidate, policy).iter().collect(),
            problem: None,
            unsigned: token.signature().is_empty(),
            key_set_fetched_at: None,
        }
    }

    fn conclude(mut self, signature: Signature, matched: Option<Box<str>>) -> Judgement {
        // Stable: reasons that share a number keep the order they were found in.
        self.rejections
            .sort_by_key(|rejection| rejection.reason().number());
        let evidence = self.question.evidence;
        let searched = evidence
            .filter(|found| found.finding != Finding::NoKeys)
            .and_then(|found| found.standing.as_ref())
            .filter(|set| self.staleness_left(set).is_ok());
        let verified_kid = match evidence.map(|found| &found.finding) {
            Some(Finding::Verified { kid, .. }) if signature == Signature::Verified => kid.clone(),
            _ => None,
        };
        let verdict = self.verdict(signature, matched, searched);
        Judgement {
            verdict,
            signature,
            issuer: self.question.candidate.issuer().cloned(),
            verified_kid,
            keys: searched.cloned(),
        }
    }

    fn verdict(
        &self,
        signature: Signature,
        matched: Option<Box<str>>,
        searched: Option<&Standing>,
    ) -> Verdict {
        if let Some((leading, others)) = self.rejections.split_first() {
            return Verdict::Inactive(Inactive {
                leading: leading.clone(),
                others: others.to_vec(),
                retry_after: self.retry_after(signature),
            });
        }
        match (
            self.undecided,
            signature,
            matched,
            &self.question.token.claims,
        ) {
            (None, Signature::Verified, Some(matched_audience), Ok(claims)) => {
                Verdict::Active(ActiveToken {
                    matched_audience,
                    cacheable_for: self.cacheable_for(claims, searched),
                })
            }
            // Nothing was found wrong, and nothing proven right: only keys could say.
            (cause, ..) => Verdict::CannotTell(cause.unwrap_or(Cause::KeysUnavailable)),
        }
    }

    fn cacheable_for(&self, claims: &Claims, searched: Option<&Standing>) -> Option<Duration> {
        let Question { policy, now, .. } = *self.question;
        let set = searched.and_then(|set| self.staleness_left(set).ok().flatten());
        validity::cacheable_for(claims, policy, now, set)
    }

    fn retry_after(&self, signature: Signature) -> Option<Duration> {
        let Question {
            policy, now, token, ..
        } = *self.question;
        let only_early = signature == Signature::Verified
            && (self.rejections.iter()).all(|one| matches!(one.reason().number(), 62 | 63));
        let claims = token.claims.as_ref().ok().filter(|_| only_early)?;
        validity::retry_after(claims, policy, now)
    }
}

/// The set is past its bound.
struct TooStale;

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
fn typ(header: &Header, policy: &AudiencePolicy) -> Option<Rejection> {
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
        ..ValueEvidence::default()
    }))
}
