//! What is known about one issuer's fetches. Health, readiness and metrics are
//! projections of it.

use std::sync::Arc;

use tokio::time::Instant;

use super::fault::FetchResult;
use super::freshness::Attempt;
use super::held::Held;
use crate::token::numeric_date::NumericDate;

/// How an issuer's key set stands, and how it got there.
#[derive(Clone, Debug, Default)]
pub struct IssuerStatus {
    /// A fetch was tried and has ended, or none is needed.
    pub tried: bool,
    /// When the last fetch started.
    pub last_attempt_at: Option<NumericDate>,
    /// What was wrong with it, in one printable line; `None` if nothing was.
    pub last_error: Option<Arc<str>>,
    /// When the next one is planned.
    pub next_refresh_at: Option<NumericDate>,
    /// Our clock minus the issuer's, in seconds, when last heard.
    pub clock_skew: Option<i64>,
    /// When the set at hand was last confirmed; `None` without one.
    pub fetched_at: Option<NumericDate>,
    /// Keys that can be used, of the set at hand.
    pub usable: usize,
    /// Keys that cannot, of the set at hand.
    pub ignored: usize,
    /// Counts the fetches of each [`FetchResult`].
    fetches: [u64; FetchResult::ALL.len()],
    /// What callers wait for.
    pub(super) progress: Progress,
}

/// Where the task stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Progress {
    /// An attempt is under way, or about to start.
    pub(super) in_flight: bool,
    /// Start of the last attempt.
    pub(super) last_start: Option<Instant>,
    /// The last attempt that ended.
    pub(super) last: Option<Attempt>,
    /// Attempts that ended.
    pub(super) ended: u64,
    /// When the next one is planned.
    pub(super) next_planned: Option<Instant>,
}

impl IssuerStatus {
    /// How many fetches ended in each way, all of them listed.
    pub fn fetches(&self) -> impl Iterator<Item = (FetchResult, u64)> {
        FetchResult::ALL.into_iter().zip(self.fetches)
    }

    /// A file needs no fetch.
    pub(super) fn of_file(held: &Held) -> Self {
        let mut status = Self {
            tried: true,
            ..Self::default()
        };
        status.describe(Some(held));
        status
    }

    pub(super) fn count(&mut self, result: FetchResult) {
        let mut counters = FetchResult::ALL.into_iter().zip(&mut self.fetches);
        if let Some((_, count)) = counters.find(|(one, _)| *one == result) {
            *count += 1;
        }
    }

    pub(super) fn describe(&mut self, held: Option<&Held>) {
        let counts = held.map(|held| held.set.counts()).unwrap_or_default();
        self.usable = counts.usable + counts.withdrawn;
        self.ignored = counts.ignored;
        self.fetched_at = held.map(|held| held.confirmed.wall);
    }
}
