//! A clock that moves when it is told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use audient::clock::{Clock, Now, SystemClock};
use audient::token::numeric_date::NumericDate;
use tokio::time::Instant;

/// Starts now, stands still by the wall, and is never behind by the monotonic clock:
/// what the service waits for ends all the same.
#[derive(Clone)]
pub struct Stepped {
    /// Milliseconds since 1970.
    wall: Arc<AtomicI64>,
    /// Milliseconds.
    moved: Arc<AtomicI64>,
}

impl Stepped {
    pub fn new() -> Self {
        Self::ahead(0)
    }

    /// A machine whose clock is wrong by so many seconds.
    pub fn ahead(seconds: i64) -> Self {
        let now = SystemClock.now().wall.floor_seconds();
        Self {
            wall: Arc::new(AtomicI64::new((now + seconds) * 1000)),
            moved: Arc::default(),
        }
    }

    pub fn forward(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap();
        self.wall.fetch_add(millis, Ordering::SeqCst);
        self.moved.fetch_add(millis, Ordering::SeqCst);
    }

    /// Sets the wall clock alone.
    #[allow(dead_code, reason = "tests/canary uses it")]
    pub fn set(&self, seconds: i64) {
        self.wall.store(seconds * 1000, Ordering::SeqCst);
    }

    /// Seconds since 1970.
    pub fn seconds(&self) -> i64 {
        self.now().wall.floor_seconds()
    }
}

impl Clock for Stepped {
    fn now(&self) -> Now {
        let moved = u64::try_from(self.moved.load(Ordering::SeqCst)).unwrap();
        let wall = i128::from(self.wall.load(Ordering::SeqCst)) * 1_000_000;
        Now {
            wall: NumericDate::from_nanos(wall),
            monotonic: Instant::now() + Duration::from_millis(moved),
        }
    }
}
