//! The only file that reads the wall clock. (The monotonic one, `tokio::time`, is also
//! read where something waits: tests can pause it.)

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use crate::token::numeric_date::NumericDate;

/// One instant by two clocks. Tokens are judged by the wall clock, ages by the
/// monotonic one, which nobody sets.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// Time since 1970, as tokens tell it.
    pub wall: NumericDate,
    /// Time since some point in this process; tests can pause it.
    pub monotonic: Instant,
}

impl Now {
    /// How long ago `earlier` was; zero if it was not.
    #[must_use]
    pub fn age_of(&self, earlier: Instant) -> Duration {
        self.monotonic.saturating_duration_since(earlier)
    }
}

/// Where the time comes from.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Now;
}

/// The clock of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    fn now(&self) -> Now {
        // A clock before 1970 is wrong in a way that nothing here could mend.
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Now {
            wall: NumericDate::from_nanos(i128::try_from(since.as_nanos()).unwrap_or(0)),
            monotonic: Instant::now(),
        }
    }
}
