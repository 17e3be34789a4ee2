//! One question from text to verdict: the only place where waiting meets deciding.
//! Knows nothing of the wire, so that every face of the service asks it alike.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::case::{Asking, Case};
use crate::clock::Now;
use crate::policy::Name;
use crate::policy::audience::AudiencePolicy;
use crate::policy::caller::Caller;
use crate::token::{TextFault, Token};
use crate::verdict::judge::judge_text;
use crate::verdict::rejection::Reason;
use crate::verdict::{Cause, Judgement, Verdict};
use crate::world::World;

/// What somebody wants to know.
#[derive(Clone, Copy)]
pub struct Query<'a> {
    /// The text that was presented to them.
    pub token: &'a str,
    /// Name of the audience.
    pub audience: &'a str,
    /// Scopes they want beside the policy's.
    pub scopes: &'a [Box<str>],
}

/// A question that cannot be put. Says nothing about the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The caller may not ask about this name, existing or not.
    NotPermitted,
    /// No audience is configured by this name.
    NotConfigured {
        /// What they probably meant.
        nearest: Option<Name>,
    },
}

/// The answer, and all it rests on.
#[derive(Debug)]
pub struct Decision {
    /// The audience asked about.
    pub audience: Name,
    /// The facts; a text that is no token has none.
    pub token: Option<Arc<Token>>,
    /// The verdict.
    pub judgement: Judgement,
    /// When it was judged.
    pub now: Now,
    /// If it cannot be told: when a fetch may start next.
    pub retry_after: Option<Duration>,
    /// If the set at hand lacked the key: what came of it.
    pub unknown_kid: Option<UnknownKid>,
}

/// What came of a token whose key was not in the set at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnknownKid {
    /// A fetch brought it.
    Found,
    /// There is no such key.
    Absent,
    /// It is not known yet.
    Pending,
}

/// Decides about a token for an audience. Keys that are at hand are used at once;
/// only a token that nothing but missing keys can decide waits for them, until
/// `deadline` at the longest, and for one fetch only.
///
/// # Errors
/// [`Refusal`]: the question itself cannot be put.
pub async fn decide(
    world: &World,
    query: Query<'_>,
    caller: &Caller,
    now: Now,
    deadline: impl FnOnce(Duration) -> Instant,
) -> Result<Decision, Refusal> {
    let policy = permitted(world, query.audience, caller)?;
    let token = match Token::parse(query.token, world.max_token_bytes) {
        Ok(token) => Arc::new(token),
        Err(fault) => return Ok(text_decision(policy, fault, now)),
    };
    let asking = Asking {
        world,
        caller,
        scopes: query.scopes,
        now,
    };
    let case = Case::open(asking, token, policy);
    let mut judgement = case.judge(&mut ());
    let mut pending = false;
    let mut retry_after = None;
    if let (Verdict::CannotTell(cause), Some(keys)) = (&judgement.verdict, case.keys()) {
        pending = *cause == Cause::KeyPending;
        keys.refresh(deadline(keys.wait())).await;
        judgement = case.judge(&mut ());
        // Told from the moment of the answer: the wait is over by then.
        let monotonic = Instant::now();
        retry_after = matches!(judgement.verdict, Verdict::CannotTell(_))
            .then(|| keys.retry_after(&Now { monotonic, ..now }));
    }
    let unknown_kid = unknown_kid(&judgement, pending);
    Ok(Decision {
        audience: policy.name.clone(),
        token: Some(case.token),
        judgement,
        now,
        retry_after,
        unknown_kid,
    })
}

fn text_decision(policy: &AudiencePolicy, fault: TextFault, now: Now) -> Decision {
    Decision {
        audience: policy.name.clone(),
        token: None,
        judgement: judge_text(fault, &mut ()),
        now,
        retry_after: None,
        unknown_kid: None,
    }
}

/// The policy, if this caller may ask for it. Permission comes before existence,
/// so that nobody learns which names exist by asking.
pub(crate) fn permitted<'w>(
    world: &'w World,
    audience: &str,
    caller: &Caller,
) -> Result<&'w AudiencePolicy, Refusal> {
    if !caller.may_ask(audience) {
        return Err(Refusal::NotPermitted);
    }
    (world.policies.audience(audience)).ok_or_else(|| Refusal::NotConfigured {
        // Nor by a suggestion.
        nearest: (world.policies.nearest_audience(audience))
            .filter(|name| caller.may_ask(name.as_str()))
            .cloned(),
    })
}

/// `pending`: the set at hand lacked the kid, and could not prove that it is nowhere.
fn unknown_kid(judgement: &Judgement, pending: bool) -> Option<UnknownKid> {
    match &judgement.verdict {
        Verdict::CannotTell(Cause::KeyPending) => Some(UnknownKid::Pending),
        Verdict::Inactive(inactive)
            if (inactive.rejections()).any(|one| one.reason() == Reason::KeyNotFound) =>
        {
            Some(UnknownKid::Absent)
        }
        Verdict::CannotTell(_) => None,
        _ => pending.then_some(UnknownKid::Found),
    }
}
