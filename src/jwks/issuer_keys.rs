//! What a caller holds of an issuer's keys: it reads, asks and waits, and owns no
//! fetch.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::freshness;
use super::held::Held;
use super::source::Timing;
use super::status::IssuerStatus;
use super::store::{Sets, Source, SourceId};
use crate::clock::Now;
use crate::keys::{Standing, adopt::KeySet};

/// Where one issuer's keys are read. Cheap to clone.
#[derive(Clone)]
pub struct IssuerKeys(Kind);

#[derive(Clone)]
enum Kind {
    File {
        held: Arc<Held>,
        status: watch::Receiver<IssuerStatus>,
    },
    Remote {
        id: Arc<SourceId>,
        sets: Sets,
        timing: Timing,
        source: Arc<Source>,
    },
}

/// Keys at hand. Both or neither.
#[derive(Clone, Debug)]
pub struct AtHand {
    /// The set.
    pub set: Option<Arc<KeySet>>,
    /// How it stands.
    pub standing: Option<Standing>,
}

impl IssuerKeys {
    pub(super) fn of_file(held: Held) -> Self {
        let status = watch::channel(IssuerStatus::of_file(&held)).1;
        let held = Arc::new(held);
        Self(Kind::File { held, status })
    }

    pub(super) fn of_source(
        id: Arc<SourceId>,
        sets: Sets,
        timing: Timing,
        source: Arc<Source>,
    ) -> Self {
        Self(Kind::Remote {
            id,
            sets,
            timing,
            source,
        })
    }

    /// The keys at hand. Never waits.
    #[must_use]
    pub fn at_hand(&self, now: &Now) -> AtHand {
        let held = match &self.0 {
            Kind::File { held, .. } => Some(Arc::clone(held)),
            Kind::Remote { id, sets, .. } => sets.get(id),
        };
        let cooldown = self.cooldown();
        AtHand {
            standing: held.as_ref().map(|held| held.standing(cooldown, now)),
            set: held.map(|held| Arc::clone(&held.set)),
        }
    }

    /// Asks for a fetch, and waits until one that is in flight or started hereafter
    /// has ended, but not beyond `deadline`. Returns at once when the cool-down
    /// forbids a fetch and none is in flight. To stop waiting stops no fetch.
    pub async fn refresh(&self, deadline: Instant) {
        let Kind::Remote { source, timing, .. } = &self.0 else {
            return;
        };
        let mut status = source.status.clone();
        let seen = status.borrow_and_update().progress;
        if !seen.in_flight {
            let (cooldown, now) = (timing.unknown_kid_cooldown, Instant::now());
            if !freshness::may_be_asked_for(seen.last_start, cooldown, now) {
                return;
            }
            // Full: somebody's ask waits already.
            let _ = source.asks.try_send(());
        }
        let ended = status.wait_for(|status| status.progress.ended > seen.ended);
        // Late, or the task has ended: the keys at hand are all there are.
        let _ = timeout_at(deadline, ended).await;
    }

    /// How long until a fetch may start, planned or asked for: 1 s to 60 s.
    #[must_use]
    pub fn retry_after(&self, now: &Now) -> Duration {
        let progress = self.watched().borrow().progress;
        // The one in flight may end at any moment: so may the wait for the next.
        let planned = progress.next_planned.filter(|_| !progress.in_flight);
        let last = progress.last_start.filter(|_| !progress.in_flight);
        freshness::retry_after(last, planned, self.cooldown(), now.monotonic)
    }

    /// Longest wait of a call for a fetch.
    #[must_use]
    pub fn wait(&self) -> Duration {
        match &self.0 {
            Kind::File { .. } => Duration::ZERO,
            Kind::Remote { timing, .. } => timing.wait,
        }
    }

    /// What is known about the fetches, now.
    #[must_use]
    pub fn status(&self) -> IssuerStatus {
        self.watched().borrow().clone()
    }

    /// The same, to be followed. Of a file it never changes.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<IssuerStatus> {
        self.watched().clone()
    }

    fn watched(&self) -> &watch::Receiver<IssuerStatus> {
        match &self.0 {
            Kind::File { status, .. } => status,
            Kind::Remote { source, .. } => &source.status,
        }
    }

    fn cooldown(&self) -> Duration {
        match &self.0 {
            Kind::File { .. } => Duration::ZERO,
            Kind::Remote { timing, .. } => timing.unknown_kid_cooldown,
        }
    }
}

impl fmt::Debug for IssuerKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::File { .. } => f.write_str("IssuerKeys(file)"),
            Kind::Remote { .. } => f.write_str("IssuerKeys(remote)"),
        }
    }
}
