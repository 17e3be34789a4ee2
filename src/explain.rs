//! One token before one audience, or before all of them, with every check kept. Uses
//! the judge's own checks; fetches nothing and waits for nobody.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::case::{Asking, Case};
use crate::clock::Now;
use crate::escape::MAX_ITEMS;
use crate::introspect::{Query, Refusal, permitted};
use crate::jwks::store::AtHand;
use crate::policy::Candidate;
use crate::policy::audience::AudiencePolicy;
use crate::policy::caller::Caller;
use crate::token::numeric_date::NumericDate;
use crate::token::{TextFault, Token};
use crate::verdict::check::{Check, Outcome, Recorder, Skip};
use crate::verdict::judge::judge_text;
use crate::verdict::rejection::{Reason, Rejection};
use crate::verdict::{Cause, Judgement, Verdict};
use crate::world::World;

/// Most audiences that are explained in full.
pub const MAX_IN_FULL: usize = 16;

/// What there is to say about a token.
#[derive(Debug)]
pub struct Explanation<'w> {
    /// The facts, or why the text is no token.
    pub token: Result<Arc<Token>, TextFault>,
    /// The time it was judged at.
    pub judged_at: NumericDate,
    /// The audiences in full: first the one that comes nearest to yes.
    pub audiences: Vec<Explained<'w>>,
    /// How many more there are, all further away.
    pub omitted: usize,
    /// For how many of all it is active.
    pub active: usize,
}

/// A token before one audience.
#[derive(Debug)]
pub struct Explained<'w> {
    /// What that audience requires.
    pub policy: &'w AudiencePolicy,
    /// Whose token it claims to be; a text that is no token claims nothing.
    pub candidate: Option<Candidate>,
    /// That issuer's keys at hand, whether they were used or not.
    pub keys: Option<AtHand>,
    /// How far our clock is ahead of that issuer's, in seconds, when last heard.
    pub clock_skew: Option<i64>,
    /// The judgement.
    pub judgement: Judgement,
    /// Every check in order, and each failure of it.
    pub checks: Vec<(Check, Kept)>,
}

/// How a check went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// As wanted.
    Passed,
    /// Not so.
    Failed(Rejection),
    /// Not wanted, or not possible.
    Skipped(Skip),
    /// Only keys could say.
    Undecided(Cause),
}

/// Explains a token: for one audience, or for all that the caller may ask about if
/// `query` names none. `at` moves the time it is judged at, not keys and policies.
///
/// # Errors
/// [`Refusal`]: the question itself cannot be put.
pub async fn explain<'w>(
    world: &'w World,
    query: Query<'_>,
    caller: &Caller,
    now: Now,
    at: Option<NumericDate>,
) -> Result<Explanation<'w>, Refusal> {
    let policies: Vec<&AudiencePolicy> = match query.audience {
        "" => (world.policies.audiences().iter())
            .filter(|policy| caller.may_ask(policy.name.as_str()))
            .collect(),
        name => vec![permitted(world, name, caller)?],
    };
    let asking = Asking {
        world,
        caller,
        scopes: query.scopes,
        now: Now {
            wall: at.unwrap_or(now.wall),
            ..now
        },
    };
    let token = Token::parse(query.token, world.max_token_bytes).map(Arc::new);
    let (all, mut active) = (policies.len(), 0);
    let mut best: Vec<Explained<'w>> = Vec::new();
    for policy in policies {
        let one = explained(asking, &token, policy);
        active += usize::from(matches!(one.judgement.verdict, Verdict::Active(_)));
        best.push(one);
        best.sort_by_cached_key(Explained::distance);
        best.truncate(MAX_IN_FULL);
        // Near misses of many audiences take their time, and probes share this thread.
        tokio::task::yield_now().await;
    }
    Ok(Explanation {
        token,
        judged_at: asking.now.wall,
        omitted: all - best.len(),
        audiences: best,
        active,
    })
}

fn explained<'w>(
    asking: Asking<'_>,
    token: &Result<Arc<Token>, TextFault>,
    policy: &'w AudiencePolicy,
) -> Explained<'w> {
    let mut recorder = Everything::default();
    let case = match token {
        Ok(token) => Case::open(asking, Arc::clone(token), policy),
        Err(fault) => {
            let judgement = judge_text(fault.clone(), &mut recorder);
            return Explained {
                policy,
                candidate: None,
                keys: None,
                clock_skew: None,
                judgement,
                checks: recorder.in_order(),
            };
        }
    };
    let judgement = case.judge(&mut recorder);
    let keys = case.keys();
    Explained {
        policy,
        keys: keys.map(|keys| keys.at_hand(&asking.now)),
        clock_skew: keys.and_then(|keys| keys.status().clock_skew),
        candidate: Some(case.candidate),
        judgement,
        checks: recorder.in_order(),
    }
}

impl Explained<'_> {
    /// From yes, the least first: the answer; then whose token it is by `aud`, and by
    /// `iss`; then how much is wrong with it.
    fn distance(&self) -> impl Ord + use<> {
        let (answer, failures, nearly) = match &self.judgement.verdict {
            Verdict::Active(_) => (0, 0, false),
            Verdict::CannotTell(_) => (1, 0, false),
            Verdict::Inactive(inactive) => {
                let reasons = || inactive.reasons();
                let nearly = reasons().any(|reason| reason == Reason::AudienceMismatch);
                (2, reasons().count(), nearly)
            }
        };
        let passed = |wanted: Check| self.checks.contains(&(wanted, Kept::Passed));
        (
            answer,
            Reverse(passed(Check::Aud)),
            Reverse(nearly),
            Reverse(passed(Check::Iss)),
            failures,
            self.policy.name.clone(),
        )
    }
}

/// Keeps every check, and of one check as many failures as a list may have.
#[derive(Default)]
struct Everything(Vec<(Check, Kept)>);

impl Everything {
    fn in_order(mut self) -> Vec<(Check, Kept)> {
        self.0.sort_by_key(|(check, _)| *check);
        self.0
    }
}

impl Recorder for Everything {
    fn record(&mut self, check: Check, outcome: Outcome<'_>) {
        let kept = match outcome {
            Outcome::Passed => Kept::Passed,
            Outcome::Failed(rejection) => Kept::Failed(rejection.clone()),
            Outcome::Skipped(why) => Kept::Skipped(why),
            Outcome::Undecided(cause) => Kept::Undecided(cause),
        };
        let before = self.0.iter().rev().take(MAX_ITEMS);
        let full = before.filter(|(one, _)| *one == check).count() == MAX_ITEMS;
        if !full {
            self.0.push((check, kept));
        }
    }
}
