//! Readiness: may calls be sent here? A projection of what keys are at hand.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::watch;

use crate::clock::{Clock, Now};
use crate::grpc::health::State;
use crate::keys::Standing;
use crate::policy::Name;
use crate::policy::audience::AudiencePolicy;
use crate::policy::issuer::Issuer;
use crate::world::World;

/// An issuer that has not answered by then is not waited for any longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often to look: a rolling update waits for the first answer.
const UNTIL_READY: Duration = Duration::from_millis(25);

/// How often after that: only an outage beyond `max_stale` can end it.
const ONCE_READY: Duration = Duration::from_millis(500);

/// Keeps the state true for as long as anybody reads it.
pub async fn run(world: Arc<ArcSwap<World>>, clock: Arc<dyn Clock>, state: watch::Sender<State>) {
    let started = clock.now().monotonic;
    while !state.is_closed() {
        let now = clock.now();
        let seen = look(&world.load(), &now);
        let waited = now.age_of(started) >= PATIENCE;
        state.send_if_modified(|state| {
            let ready = seen.ready(state.ready, waited);
            let changed = state.ready != ready || state.decidable != seen.decidable;
            state.ready = ready;
            state.decidable = seen.decidable;
            changed
        });
        let ready = state.borrow().ready;
        tokio::time::sleep(if ready { ONCE_READY } else { UNTIL_READY }).await;
    }
}

struct Seen {
    /// Every issuer was asked for its keys once.
    tried: bool,
    decidable: BTreeMap<Name, bool>,
}

impl Seen {
    fn ready(&self, before: bool, waited: bool) -> bool {
        let any = self.decidable.values().any(|decidable| *decidable);
        any && (before || self.tried || waited)
    }
}

fn look(world: &World, now: &Now) -> Seen {
    Seen {
        tried: world.keys.values().all(|keys| keys.watch().borrow().tried),
        decidable: (world.policies.audiences().iter())
            .map(|audience| {
                let decidable = is_decidable(world, audience, now);
                (audience.name.clone(), decidable)
            })
            .collect(),
    }
}

/// Whether tokens for this audience can be told good from bad: one of its issuers has
/// usable keys that are young enough.
#[must_use]
pub fn is_decidable(world: &World, audience: &AudiencePolicy, now: &Now) -> bool {
    let mut issuers = audience.issuers.iter();
    issuers.any(|one| has_keys(world, one, now))
}

fn has_keys(world: &World, issuer: &Issuer, now: &Now) -> bool {
    let Some(at_hand) = world.keys_of(issuer).map(|keys| keys.at_hand(now)) else {
        return false;
    };
    let usable = at_hand.set.is_some_and(|set| set.has_usable());
    let serves = |standing: Standing| standing.left(issuer.max_stale).is_ok();
    usable && at_hand.standing.is_some_and(serves)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(tried: bool, decidable: &[bool]) -> Seen {
        let names = ["a", "b", "c"].map(|name| Name::new(name).unwrap());
        Seen {
            tried,
            decidable: names.into_iter().zip(decidable.iter().copied()).collect(),
        }
    }

    #[test]
    fn ready_once_tried_and_lost_only_when_nothing_is_decidable() {
        for (seen, before, waited, expected) in [
            (seen(true, &[true, false]), false, false, true),
            (seen(false, &[true, false]), false, false, false),
            (seen(false, &[true, false]), false, true, true),
            (seen(true, &[false, false]), false, true, false),
            (seen(true, &[false, true]), true, true, true),
            (seen(true, &[false, false]), true, true, false),
        ] {
            assert_eq!(seen.ready(before, waited), expected);
        }
    }
}
