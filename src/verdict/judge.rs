//! The judge: every check once, every rejection kept. A failed check stops only
//! those that could not mean anything after it.

use std::time::Duration;

use super::check::{Check, Outcome, Recorder, Skip};
use super::rejection::Rejection;
use super::{
    Cause, Inactive, Judgement, Signature, Verdict, claims, header, issuer, key, validity,
};
use crate::keys::{Evidence, Finding, Standing};
use crate::policy::audience::AudiencePolicy;
use crate::policy::caller::Caller;
use crate::policy::{Candidate, Policies};
use crate::token::claims::Claims;
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
    let leading = Rejection::from(fault);
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
    header::check(&mut bench);
    issuer::check(&mut bench);
    let signature = key::check(&mut bench);
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

    /// Only keys could say.
    pub(super) fn undecide(&mut self, check: Check, cause: Cause) {
        self.recorder.record(check, Outcome::Undecided(cause));
        self.undecided = Some(cause);
    }

    /// One outcome of a check that fails at most once.
    pub(super) fn settle(&mut self, check: Check, rejection: Option<Rejection>) {
        match rejection {
            Some(rejection) => self.fail(check, rejection),
            None => self.pass(check),
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
            .filter(|set| key::staleness_left(self.question, set).is_ok());
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
        &mut self,
        signature: Signature,
        matched: Option<Box<str>>,
        searched: Option<&Standing>,
    ) -> Verdict {
        let retry_after = self.retry_after(signature);
        let mut rejections = std::mem::take(&mut self.rejections).into_iter();
        if let Some(leading) = rejections.next() {
            return Verdict::Inactive(Inactive {
                leading,
                others: rejections.collect(),
                retry_after,
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
        let set = searched.and_then(|set| key::staleness_left(self.question, set).ok().flatten());
        validity::cacheable_for(claims, policy, now, set)
    }

    fn retry_after(&self, signature: Signature) -> Option<Duration> {
        let Question {
            policy, now, token, ..
        } = *self.question;
        let only_early = signature == Signature::Verified
            && (self.rejections.iter()).all(|one| {
                matches!(
                    one,
                    Rejection::NotYetValid(_) | Rejection::IssuedInFuture(_)
                )
            });
        let claims = token.claims.as_ref().ok().filter(|_| only_early)?;
        validity::retry_after(claims, policy, now)
    }
}
