//! How many lines a second a reason may fill the log with.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

/// Lines within any second for one key; the rest is counted.
pub const LINES_PER_SECOND: usize = 10;

const WINDOW: Duration = Duration::from_secs(1);

/// Admits lines per key. Keys come from configuration and closed sets, so that
/// their number is bounded.
#[derive(Debug)]
pub struct LineLimit<K>(Mutex<HashMap<K, Window>>);

/// The last lines of a key, the oldest first, and what was left out since.
#[derive(Debug, Default)]
struct Window {
    lines: VecDeque<Instant>,
    left_out: u64,
}

impl Window {
    /// Whether a line may be written now; if so, how many were left out before it.
    fn admit(&mut self, now: Instant) -> Option<u64> {
        let over = |line: &Instant| now.saturating_duration_since(*line) >= WINDOW;
        while self.lines.front().is_some_and(over) {
            self.lines.pop_front();
        }
        if self.lines.len() >= LINES_PER_SECOND {
            return None;
        }
        self.lines.push_back(now);
        Some(std::mem::take(&mut self.left_out))
    }
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
        let window = windows.entry(key.clone()).or_default();
        let admitted = window.admit(now);
        window.left_out += u64::from(admitted.is_none());
        admitted
    }

    /// What was left out and told in no line since, where one may be written now:
    /// to be told at once, for it counts as that line.
    pub fn overdue(&self, now: Instant) -> Vec<(K, u64)> {
        let mut windows = self.windows();
        (windows.iter_mut())
            .filter(|(_, window)| window.left_out > 0)
            .filter_map(|(key, window)| Some((key.clone(), window.admit(now)?)))
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

    fn admitted(limit: &LineLimit<&str>, asked: usize, now: Instant) -> usize {
        (0..asked)
            .filter(|_| limit.admit(&"a", now).is_some())
            .count()
    }

    #[tokio::test(start_paused = true)]
    async fn ten_lines_a_second_and_the_rest_is_told() {
        let limit = LineLimit::default();
        let start = Instant::now();
        assert_eq!(admitted(&limit, 25, start), 10);
        assert_eq!(limit.admit(&"b", start), Some(0));
        assert!(limit.overdue(start).is_empty());
        let later = start + WINDOW;
        assert_eq!(limit.admit(&"a", later), Some(15));
        assert_eq!(limit.admit(&"a", later), Some(0));
    }

    #[tokio::test(start_paused = true)]
    async fn no_second_has_more_wherever_it_starts() {
        let limit = LineLimit::default();
        let start = Instant::now();
        assert_eq!(admitted(&limit, 1, start), 1);
        assert_eq!(admitted(&limit, 20, start + WINDOW * 9 / 10), 9);
        assert_eq!(admitted(&limit, 20, start + WINDOW), 1);
        assert_eq!(admitted(&limit, 20, start + WINDOW * 19 / 10), 9);
    }

    #[tokio::test(start_paused = true)]
    async fn what_no_line_followed_is_told_all_the_same_and_counts_as_a_line() {
        let limit = LineLimit::default();
        let start = Instant::now();
        assert_eq!(admitted(&limit, 12, start), 10);
        assert_eq!(limit.overdue(start + WINDOW), [("a", 2)]);
        assert!(limit.overdue(start + WINDOW).is_empty());
        assert_eq!(admitted(&limit, 12, start + WINDOW), 9);
    }
}
