//! Case: a token before a named audience. What does not change while keys are waited
//! for, and the step from there to a judgement. Never waits itself.

use std::sync::Arc;

use crate::clock::Now;
use crate::jwks::store::IssuerKeys;
use crate::keys::{Evidence, Finding, select};
use crate::policy::Candidate;
use crate::policy::audience::AudiencePolicy;
use crate::policy::caller::Caller;
use crate::token::Token;
use crate::token::claims::Claim;
use crate::verdict::Judgement;
use crate::verdict::check::Recorder;
use crate::verdict::judge::{Question, judge};
use crate::verdict::key_work::{KeyWork, key_work};
use crate::world::World;

/// Who asks, for what, and when.
#[derive(Clone, Copy)]
pub(crate) struct Asking<'a> {
    /// The configuration.
    pub(crate) world: &'a World,
    /// Who asks.
    pub(crate) caller: &'a Caller,
    /// Scopes they want beside the policy's.
    pub(crate) scopes: &'a [Box<str>],
    /// When.
    pub(crate) now: Now,
}

/// A token before an audience.
pub(crate) struct Case<'a> {
    asking: Asking<'a>,
    policy: &'a AudiencePolicy,
    /// The facts.
    pub(crate) token: Arc<Token>,
    /// Whose token it claims to be.
    pub(crate) candidate: Candidate,
}

impl<'a> Case<'a> {
    /// Looks for the issuer.
    pub(crate) fn open(asking: Asking<'a>, token: Arc<Token>, policy: &'a AudiencePolicy) -> Self {
        let policies = &asking.world.policies;
        let candidate = match &token.claims {
            Ok(claims) => policies.candidate(&claims.iss, policy),
            Err(_) => policies.candidate(&Claim::Malformed, policy),
        };
        Self {
            asking,
            policy,
            token,
            candidate,
        }
    }

    /// The issuer's keys, if it has any here.
    pub(crate) fn keys(&self) -> Option<&'a IssuerKeys> {
        self.asking.world.keys_of(self.candidate.with_keys()?)
    }

    /// Judges by the keys at hand.
    pub(crate) fn judge<R: Recorder>(&self, recorder: &mut R) -> Judgement {
        let evidence =
            key_work(&self.token, &self.candidate, self.policy).map(|work| self.evidence(&work));
        let question = Question {
            token: &self.token,
            candidate: &self.candidate,
            evidence: evidence.as_ref(),
            policy: self.policy,
            scopes: self.asking.scopes,
            caller: self.asking.caller,
            policies: &self.asking.world.policies,
            now: self.asking.now.wall,
        };
        judge(&question, recorder)
    }

    /// What the keys at hand say.
    fn evidence(&self, work: &KeyWork<'_>) -> Evidence {
        let Asking { world, now, .. } = &self.asking;
        let none = select::DenyList::default();
        let denied = world.denied.get(&work.issuer.name).unwrap_or(&none);
        let Some(keys) = world.keys_of(work.issuer) else {
            return Evidence {
                finding: Finding::NoKeys,
                standing: None,
            };
        };
        let at_hand = keys.at_hand(now);
        let set = at_hand.set.as_deref();
        Evidence {
            finding: select::verify(&self.token, work.kid, work.algorithm, set, denied),
            standing: at_hand.standing,
        }
    }
}
