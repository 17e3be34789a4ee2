//! When the next fetch is due, whether one may be asked for, and what a set at
//! hand is worth. Pure: instants and random numbers are arguments.

use std::time::Duration;

use tokio::time::Instant;

use super::source::Timing;
use crate::keys::KeySetState;

/// Shortest and longest wait that a caller is told.
const RETRY_AFTER: (Duration, Duration) = (Duration::from_secs(1), Duration::from_mins(1));

/// First pause after a failure; doubled by each further one.
const BACKOFF: Duration = Duration::from_secs(1);

/// Longest pause after a failure while tokens cannot be told: within it an
/// issuer that came back is noticed.
const BACKOFF_WITHOUT_KEYS: Duration = Duration::from_secs(10);

/// Longest pause after a failure while the last good set serves.
const BACKOFF_WITH_KEYS: Duration = Duration::from_mins(1);

/// Largest [`Jitter`]: a tenth of the pause.
pub const MAX_JITTER: Jitter = Jitter(1000);

/// How much of a pause is left out, in ten-thousandths, so that replicas that
/// started together do not fetch together. Pauses only get shorter by it: the
/// configured interval is a promise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Jitter(u32);

impl Jitter {
    /// Any number makes one.
    #[must_use]
    pub fn from_random(random: u64) -> Self {
        let range = u64::from(MAX_JITTER.0) + 1;
        Self(u32::try_from(random % range).unwrap_or(0))
    }

    fn applied_to(self, pause: Duration) -> Duration {
        pause.saturating_sub(pause / 10_000 * self.0)
    }
}

/// The last fetch that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When it started.
    pub started: Instant,
    /// When it ended.
    pub ended: Instant,
    /// Failures in a row, this one included; 0 if it succeeded.
    pub failures: u32,
}

/// Where the set at hand came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file that was read with the configuration.
    File,
    /// An earlier process, or a document without a usable key: no fetch has succeeded.
    Unconfirmed,
    /// The issuer itself, in this process.
    Issuer,
}

/// When the next planned fetch starts. Counted from the start of the last one, so
/// that a slow failure does not add to the pause, but never back to back.
#[must_use]
pub fn next_planned(last: &Attempt, timing: &Timing, keys_serve: bool, jitter: Jitter) -> Instant {
    let interval = timing.refresh_interval;
    let pause = match last.failures {
        0 => interval,
        failures => backoff(failures, keys_serve).min(interval),
    };
    (last.started + jitter.applied_to(pause)).max(last.ended + BACKOFF.min(interval))
}

fn backoff(failures: u32, keys_serve: bool) -> Duration {
    let longest = if keys_serve {
        BACKOFF_WITH_KEYS
    } else {
        BACKOFF_WITHOUT_KEYS
    };
    let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
    BACKOFF.saturating_mul(doubled).min(longest)
}

/// Whether a fetch that a caller asks for may start now: one per cool-down, counted
/// from the start of the last fetch, failed or not. Otherwise a stranger who
/// invents kids would set the pace.
#[must_use]
pub fn may_be_asked_for(last_start: Option<Instant>, cooldown: Duration, now: Instant) -> bool {
    last_start.is_none_or(|start| now.saturating_duration_since(start) >= cooldown)
}

/// How long until a fetch may start, planned or asked for; from 1 s to 60 s.
#[must_use]
pub fn retry_after(
    last_start: Option<Instant>,
    next_planned: Option<Instant>,
    cooldown: Duration,
    now: Instant,
) -> Duration {
    let until = |then: Instant| then.saturating_duration_since(now);
    let asked = last_start.map_or(Duration::ZERO, |start| until(start + cooldown));
    let (shortest, longest) = RETRY_AFTER;
    next_planned
        .map_or(asked, |planned| until(planned).min(asked))
        .clamp(shortest, longest)
}

/// Whether a kid that the set lacks is proven not to exist: the issuer has just
/// said so, or the set never changes.
#[must_use]
pub fn proves_absence(origin: Origin, age: Duration, cooldown: Duration) -> bool {
    match origin {
        Origin::File => true,
        Origin::Unconfirmed => false,
        Origin::Issuer => age <= cooldown,
    }
}

/// What the set is called.
#[must_use]
pub fn state(origin: Origin, last_failed: bool) -> KeySetState {
    match origin {
        Origin::File => KeySetState::Static,
        Origin::Unconfirmed => KeySetState::Snapshot,
        Origin::Issuer if last_failed => KeySetState::Stale,
        Origin::Issuer => KeySetState::Fresh,
    }
}

#[cfg(test)]
mod tests;
