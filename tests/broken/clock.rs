//! A clock that moves when it is told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use audient::clock::{Clock, Now, SystemClock};
use audient::token::numeric_date::NumericDate;
use tokio::time::Instant;

/// Starts now, stands still by the wall, and is never behind by the monotonic clock:
/// what the service waits for ends all the same.
#[derive(Clone)]
pub struct Stepped {
    start: NumericDate,
    moved: Arc<AtomicU64>,
}

impl Stepped {
    pub fn new() -> Self {
        Self::ahead(0)
    }

    /// A machine whose clock is wrong by so many seconds.
    pub fn ahead(seconds: i64) -> Self {
        let now = SystemClock.now().wall.floor_seconds();
        Self {
            start: NumericDate::from_seconds(now + seconds),
            moved: Arc::default(),
        }
    }

    pub fn forward(&self, by: Duration) {
        let millis = u64::try_from(by.as_millis()).unwrap();
        self.moved.fetch_add(millis, Ordering::SeqCst);
    }

    /// Seconds since 1970.
    pub fn seconds(&self) -> i64 {
        self.now().wall.floor_seconds()
    }
}

impl Clock for Stepped {
    fn now(&self) -> Now {
        let moved = Duration::from_millis(self.moved.load(Ordering::SeqCst));
        Now {
            wall: self.start.plus(moved),
            monotonic: Instant::now() + moved,
        }
    }
}
