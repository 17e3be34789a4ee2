//! How many lines a second a reason may fill the log with.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

/// Lines a second for one key; the rest is counted.
pub const LINES_PER_SECOND: u32 = 10;

const WINDOW: Duration = Duration::from_secs(1);

/// Admits lines per key. Keys come from configuration and closed sets, so that
/// their number is bounded.
#[derive(Debug)]
pub struct LineLimit<K>(Mutex<HashMap<K, Window>>);

#[derive(Debug)]
struct Window {
    since: Instant,
    lines: u32,
    left_out: u64,
}

impl<K> Default for LineLimit<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash + Clone> LineLimit<K> {
    /// Whether a line of this key may be written now; if so, how many were left
    /// out before it.
    pub fn admit(&self, key: &K, now: Instant) -> Option<u64> {
        let mut windows = self.windows();
        let window = windows.entry(key.clone()).or_insert(Window {
            since: now,
            lines: 0,
            left_out: 0,
        });
        if now.saturating_duration_since(window.since) >= WINDOW {
            window.since = now;
            window.lines = 0;
        }
        if window.lines >= LINES_PER_SECOND {
            window.left_out += 1;
            return None;
        }
        window.lines += 1;
        Some(std::mem::take(&mut window.left_out))
    }

    /// What was left out of windows that are over, and was told in no line since.
    pub fn overdue(&self, now: Instant) -> Vec<(K, u64)> {
        let mut windows = self.windows();
        (windows.iter_mut())
            .filter(|(_, window)| now.saturating_duration_since(window.since) >= WINDOW)
            .filter(|(_, window)| window.left_out > 0)
            .map(|(key, window)| (key.clone(), std::mem::take(&mut window.left_out)))
            .collect()
    }

    fn windows(&self) -> std::sync::MutexGuard<'_, HashMap<K, Window>> {
        // Counts stay meaningful whatever panicked while holding them.
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn ten_lines_a_second_and_the_rest_is_told() {
        let limit = LineLimit::default();
        let start = Instant::now();
        let admitted = (0..25)
            .filter(|_| limit.admit(&"a", start).is_some())
            .count();
        assert_eq!(admitted, 10);
        assert_eq!(limit.admit(&"b", start), Some(0));
        assert!(limit.overdue(start).is_empty());
        let later = start + WINDOW;
        assert_eq!(limit.admit(&"a", later), Some(15));
        assert_eq!(limit.admit(&"a", later), Some(0));
    }

    #[tokio::test(start_paused = true)]
    async fn what_no_line_followed_is_told_all_the_same() {
        let limit = LineLimit::default();
        let start = Instant::now();
        for _ in 0..12 {
            let _ = limit.admit(&"a", start);
        }
        assert_eq!(limit.overdue(start + WINDOW), [("a", 2)]);
        assert!(limit.overdue(start + WINDOW).is_empty());
    }
}
