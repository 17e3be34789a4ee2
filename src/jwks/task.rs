//! The one who fetches for an issuer: at once, then as planned or asked for, until
//! nobody holds a handle any more.

use std::hash::{BuildHasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use moka::ops::compute::Op;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};
use tokio_util::task::AbortOnDropHandle;

use super::fault::FetchError;
use super::fetch::{FetchJwkSet, Validator};
use super::freshness::{self, Attempt, Jitter};
use super::held::{Brought, Held, label, read, settle};
use super::source::Timing;
use super::status::IssuerStatus;
use super::store::{Common, SourceId};
use crate::clock::Now;
use crate::escape::escape_to;
use crate::keys::adopt::Changes;
use crate::policy::Name;

/// Keys that a log line names.
const MAX_LISTED: usize = 16;

/// What the latest configuration says.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) name: Name,
    pub(super) timing: Timing,
    pub(super) fetch: Arc<dyn FetchJwkSet>,
}

pub(super) struct Task {
    common: Common,
    id: Arc<SourceId>,
    /// Closed: nobody holds a handle.
    settings: watch::Receiver<Settings>,
    /// Closed: likewise.
    asks: mpsc::Receiver<()>,
    status: watch::Sender<IssuerStatus>,
}

/// What an attempt brought.
struct Loaded {
    result: Result<Brought, FetchError>,
    clock_skew: Option<i64>,
}

impl Task {
    pub(super) fn new(
        common: Common,
        id: Arc<SourceId>,
        settings: watch::Receiver<Settings>,
        asks: mpsc::Receiver<()>,
    ) -> (Self, watch::Receiver<IssuerStatus>) {
        let mut status = IssuerStatus::default();
        status.describe(common.sets.get(&id).as_deref());
        // The first fetch is about to start: whoever comes before it waits for it.
        status.progress.in_flight = true;
        let (status, watched) = watch::channel(status);
        let task = Self {
            common,
            id,
            settings,
            asks,
            status,
        };
        (task, watched)
    }

    pub(super) async fn run(mut self) {
        let stop = self.common.stop.clone();
        tokio::select! {
            () = stop.cancelled() => {}
            () = async {
                self.attempt().await;
                while self.next_is_due().await {
                    self.attempt().await;
                }
            } => {}
        }
    }

    /// Waits until a fetch is due; false if none is wanted any more.
    async fn next_is_due(&mut self) -> bool {
        loop {
            let progress = self.status.borrow().progress;
            let Some(planned) = progress.next_planned else {
                return true;
            };
            tokio::select! {
                () = sleep_until(planned) => return true,
                ask = self.asks.recv() => {
                    let cooldown = self.settings.borrow().timing.unknown_kid_cooldown;
                    match ask {
                        None => return false,
                        Some(()) if freshness::may_be_asked_for(
                            progress.last_start, cooldown, Instant::now(),
                        ) => return true,
                        // Asked before the last fetch, which answered it.
                        Some(()) => {}
                    }
                }
                changed = self.settings.changed() => match changed {
                    Err(_) => return false,
                    // A reload is rare, and what it mends is wanted at once.
                    Ok(()) => return true,
                },
            }
        }
    }

    async fn attempt(&mut self) {
        // Told without waking anybody: whoever waits, waits for the end.
        self.status.send_if_modified(|status| {
            status.progress.in_flight = true;
            false
        });
        // Closed never; without a permit a fetch is still better than none.
        let permit = Arc::clone(&self.common.permits).acquire_owned().await;
        let settings = self.settings.borrow_and_update().clone();
        let started = self.common.clock.now();
        self.status.send_modify(|status| {
            status.last_attempt_at = Some(started.wall);
            status.progress.last_start = Some(started.monotonic);
        });
        let validator = (self.common.sets.get(&self.id)).and_then(|held| held.validator.clone());
        // A task of its own, so that a panic is a failed fetch and not the last one.
        let load = tokio::spawn(load(Arc::clone(&settings.fetch), validator));
        let loaded = (AbortOnDropHandle::new(load).await).unwrap_or(Loaded {
            result: Err(FetchError::Panic),
            clock_skew: None,
        });
        drop(permit);
        self.publish(&settings, started, loaded);
    }

    /// Settles an attempt: first the set, then the news of it.
    fn publish(&mut self, settings: &Settings, started: Now, loaded: Loaded) {
        let generation = self.common.next_generation();
        let mut settled = None;
        (self.common.sets.entry_by_ref(&self.id)).and_compute_with(|entry| {
            let previous = entry.map(|entry| Held::clone(&entry.into_value()));
            // Here, too, a panic over what an issuer sent is a failed fetch.
            let kept = previous.clone();
            let settle_it = || settle(previous, loaded.result, started, generation);
            let (held, outcome) = catch_unwind(AssertUnwindSafe(settle_it))
                .unwrap_or_else(|_| settle(kept, Err(FetchError::Panic), started, generation));
            let held = held.map(Arc::new);
            settled = Some((held.clone(), outcome));
            held.map_or(Op::Nop, Op::Put)
        });
        let Some((held, outcome)) = settled else {
            return;
        };
        let now = self.common.clock.now();
        let serves = held.as_deref().is_some_and(|held| {
            held.set.has_usable()
                && now.age_of(held.confirmed.monotonic) <= settings.timing.max_stale
        });
        report(&settings.name, held.as_deref(), serves, &outcome);

        // Asked during the attempt: answered by it.
        while self.asks.try_recv().is_ok() {}
        self.status.send_modify(|status| {
            let failures = match outcome {
                Ok(_) => 0,
                Err(_) => (status.progress.last).map_or(1, |last| last.failures.saturating_add(1)),
            };
            let last = Attempt {
                started: started.monotonic,
                ended: now.monotonic,
                failures,
            };
            let planned = freshness::next_planned(&last, &settings.timing, serves, jitter());
            status.progress.last = Some(last);
            status.progress.next_planned = Some(planned);
            status.progress.in_flight = false;
            status.progress.ended += 1;
            status.tried = true;
            status.next_refresh_at = Some((now.wall).plus(planned - now.monotonic));
            status.last_error = (outcome.as_ref().err()).map(|error| error.to_string().into());
            status.clock_skew = loaded.clock_skew.or(status.clock_skew);
            status.count(label(&outcome));
            status.describe(held.as_deref());
        });
        self.common.changes.send_modify(|count| *count += 1);
    }
}

async fn load(fetch: Arc<dyn FetchJwkSet>, held: Option<Validator>) -> Loaded {
    let answer = fetch.fetch(held).await;
    let result = answer.result.and_then(read);
    Loaded {
        result,
        clock_skew: answer.clock_skew,
    }
}

fn report(
    name: &Name,
    held: Option<&Held>,
    serves: bool,
    outcome: &Result<Option<Changes>, FetchError>,
) {
    let issuer = name.as_str();
    match outcome {
        Ok(Some(changes)) if !changes.added.is_empty() || !changes.removed.is_empty() => {
            let counts = held.map(|held| held.set.counts()).unwrap_or_default();
            tracing::info!(
                issuer,
                added = list(&changes.added),
                removed = list(&changes.removed),
                usable = counts.usable,
                ignored = counts.ignored,
                "key set changed"
            );
        }
        Ok(_) => tracing::debug!(
            issuer,
            result = label(outcome).as_str(),
            "key set confirmed"
        ),
        Err(error) => {
            let result = error.label().as_str();
            if serves {
                tracing::warn!(issuer, result, %error, "key set not refreshed, the last one serves");
            } else {
                tracing::error!(issuer, result, %error, "no keys serve");
            }
        }
    }
}

fn list(kids: &[Box<str>]) -> String {
    let shown = kids.iter().take(MAX_LISTED).map(|kid| escape_to(kid, 64));
    shown.collect::<Vec<_>>().join(", ")
}

fn jitter() -> Jitter {
    // Every RandomState has keys of its own: random enough to spread fetches.
    Jitter::from_random(RandomState::new().hash_one(()))
}
