//! One entry per key source, one fetch in flight, owned by no caller. Outlives
//! configurations: what a reload keeps, it neither fetches anew nor forgets.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::fetch::{FetchJwkSet, HttpFetch, Limits};
use super::held::Held;
pub use super::issuer_keys::{AtHand, IssuerKeys};
use super::source::{KeySource, Location, Remote};
use super::status::IssuerStatus;
use super::task::{Settings, Task};
use crate::clock::Clock;
use crate::keys::adopt::KeySet;
use crate::policy::issuer::Issuer;

/// Sets that are kept. More than anybody configures issuers: a full cache may
/// decline a new entry.
const CAPACITY: u64 = 100_000;

/// Fetches at once, over all issuers.
const MAX_FETCHES: usize = 8;

/// What a set is kept under. Never text from a token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct SourceId {
    issuer: Box<str>,
    location: Location,
}

/// Sets at hand. Only an issuer's task writes, to its own entry. No TTL: moka's
/// clock can neither be injected nor paused, and ages are judged per audience.
pub(super) type Sets = moka::sync::Cache<Arc<SourceId>, Arc<Held>>;

/// Makes the client of an issuer.
type Connect = dyn Fn(&Issuer, &Remote) -> Arc<dyn FetchJwkSet> + Send + Sync;

/// Every issuer's keys.
#[derive(Clone)]
pub struct KeyStore {
    shared: Arc<Shared>,
}

struct Shared {
    connect: Box<Connect>,
    sources: Mutex<HashMap<Arc<SourceId>, Weak<Source>>>,
    common: Common,
}

/// What every task uses.
#[derive(Clone)]
pub(super) struct Common {
    pub(super) runtime: Handle,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) sets: Sets,
    pub(super) permits: Arc<Semaphore>,
    pub(super) generations: Arc<AtomicU64>,
    pub(super) changes: watch::Sender<u64>,
    pub(super) stop: CancellationToken,
}

/// Where a task is reached. Its end is the task's end.
pub(super) struct Source {
    remote: Mutex<Remote>,
    settings: watch::Sender<Settings>,
    pub(super) asks: mpsc::Sender<()>,
    pub(super) status: watch::Receiver<IssuerStatus>,
}

impl KeyStore {
    /// A store that fetches over HTTP, in tasks on `runtime`.
    #[must_use]
    pub fn over_http(runtime: Handle, clock: Arc<dyn Clock>) -> Self {
        let its_clock = Arc::clone(&clock);
        Self::new(runtime, clock, move |issuer, remote| {
            let clock = Arc::clone(&its_clock);
            Arc::new(HttpFetch::new(issuer, remote, Limits::default(), clock))
        })
    }

    /// A store that fetches with what `connect` makes, in tasks on `runtime`.
    #[must_use]
    pub fn new(
        runtime: Handle,
        clock: Arc<dyn Clock>,
        connect: impl Fn(&Issuer, &Remote) -> Arc<dyn FetchJwkSet> + Send + Sync + 'static,
    ) -> Self {
        let common = Common {
            runtime,
            clock,
            sets: Sets::new(CAPACITY),
            permits: Arc::new(Semaphore::new(MAX_FETCHES)),
            generations: Arc::default(),
            changes: watch::Sender::new(0),
            stop: CancellationToken::new(),
        };
        Self {
            shared: Arc::new(Shared {
                connect: Box::new(connect),
                sources: Mutex::default(),
                common,
            }),
        }
    }

    /// Where the keys of an issuer are read; `None` for one without any. The first
    /// handle to a published document starts fetching it, the end of the last one
    /// ends that. Timing, CA file and name are those of the latest call.
    #[must_use]
    pub fn handle(&self, issuer: &Issuer, source: &KeySource) -> Option<IssuerKeys> {
        match source {
            KeySource::Untrusted => None,
            KeySource::File { keys, .. } => Some(self.of_file(Arc::clone(keys))),
            KeySource::Remote(remote) => Some(self.of_remote(issuer, remote)),
        }
    }

    /// Counts what became of fetches, over all issuers: whoever projects the state
    /// of several waits for this to change.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.shared.common.changes.subscribe()
    }

    /// The clock by which it tells ages.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        &*self.shared.common.clock
    }

    /// Ends all fetching. Sets at hand stay.
    pub fn shut_down(&self) {
        self.shared.common.stop.cancel();
    }

    fn of_file(&self, keys: Arc<KeySet>) -> IssuerKeys {
        let common = &self.shared.common;
        IssuerKeys::of_file(Held::from_file(
            keys,
            common.clock.now(),
            common.next_generation(),
        ))
    }

    fn of_remote(&self, issuer: &Issuer, remote: &Remote) -> IssuerKeys {
        let id = Arc::new(SourceId {
            issuer: issuer.identifier.clone(),
            location: remote.location.clone(),
        });
        let common = &self.shared.common;
        let mut sources = (self.shared.sources.lock()).unwrap_or_else(PoisonError::into_inner);
        sources.retain(|_, source| source.strong_count() > 0);
        let source = if let Some(source) = sources.get(&id).and_then(Weak::upgrade) {
            source.follow(issuer, remote, &*self.shared.connect);
            source
        } else {
            let source = Arc::new(self.start(&id, issuer, remote));
            sources.insert(Arc::clone(&id), Arc::downgrade(&source));
            source
        };
        IssuerKeys::of_source(id, common.sets.clone(), remote.timing, source)
    }

    fn start(&self, id: &Arc<SourceId>, issuer: &Issuer, remote: &Remote) -> Source {
        let common = self.shared.common.clone();
        let settings = watch::Sender::new(Settings {
            name: issuer.name.clone(),
            timing: remote.timing,
            fetch: (self.shared.connect)(issuer, remote),
        });
        // One: an ask that waits already is as good as any further one.
        let (asks, asked) = mpsc::channel(1);
        let runtime = common.runtime.clone();
        let (task, status) = Task::new(common, Arc::clone(id), settings.subscribe(), asked);
        runtime.spawn(task.run());
        Source {
            remote: Mutex::new(remote.clone()),
            settings,
            asks,
            status,
        }
    }
}

impl Common {
    pub(super) fn next_generation(&self) -> u64 {
        self.generations.fetch_add(1, Ordering::Relaxed) + 1
    }
}

impl Source {
    /// Takes over what a later configuration says of the same source.
    fn follow(&self, issuer: &Issuer, remote: &Remote, connect: &Connect) {
        let mut known = self.remote.lock().unwrap_or_else(PoisonError::into_inner);
        let client = (known.ca != remote.ca || known.allow_http != remote.allow_http)
            .then(|| connect(issuer, remote));
        *known = remote.clone();
        self.settings.send_if_modified(|settings| {
            let changed = client.is_some()
                || settings.name != issuer.name
                || settings.timing != remote.timing;
            settings.name = issuer.name.clone();
            settings.timing = remote.timing;
            if let Some(client) = client {
                settings.fetch = client;
            }
            changed
        });
    }
}

impl fmt::Debug for KeyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyStore")
    }
}

#[cfg(test)]
mod tests;
