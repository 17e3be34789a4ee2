//! Calls under way, so that a drain knows when nothing is left to wait for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Counts calls that would be missed: probes and reflection are not.
#[derive(Clone, Debug, Default)]
pub struct InFlight(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    running: AtomicUsize,
    started: AtomicU64,
}

impl InFlight {
    /// A call starts; it ends when the value is dropped.
    #[must_use]
    pub fn enter(&self, path: &str) -> Running {
        let counted = !path.starts_with("/grpc.");
        if counted {
            self.0.running.fetch_add(1, Ordering::Relaxed);
            self.0.started.fetch_add(1, Ordering::Relaxed);
        }
        Running(counted.then(|| self.0.clone()))
    }

    /// How many calls are under way, and how many ever started.
    #[must_use]
    pub fn now(&self) -> (usize, u64) {
        let running = self.0.running.load(Ordering::Relaxed);
        (running, self.0.started.load(Ordering::Relaxed))
    }
}

/// A call under way.
#[derive(Debug)]
pub struct Running(Option<Arc<Counts>>);

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(counts) = &self.0 {
            counts.running.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
