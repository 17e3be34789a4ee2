//! Values within a sentence, as long as there is room for them.

use std::time::Duration;

use jiff::SignedDuration;
use jiff::civil::DateTime;

use crate::escape::{MAX_ITEMS, escape_to};
use crate::policy::near_miss::{Difference, NearMiss};
use crate::token::numeric_date::NumericDate;

/// How much a sentence may say of each value.
#[derive(Clone, Copy, Debug)]
pub(in crate::grpc) struct Room {
    /// Longest value, in bytes.
    pub(in crate::grpc) value: usize,
    /// Longest list.
    pub(in crate::grpc) items: usize,
}

impl Room {
    /// Plenty.
    pub(in crate::grpc) const MOST: Self = Self {
        value: 96,
        items: 4,
    };

    /// Little.
    pub(in crate::grpc) const LEAST: Self = Self {
        value: 16,
        items: 1,
    };

    /// From plenty to little.
    const ALL: [Self; 5] = [
        Self::MOST,
        Self {
            value: 64,
            items: 3,
        },
        Self {
            value: 48,
            items: 2,
        },
        Self {
            value: 32,
            items: 1,
        },
        Self::LEAST,
    ];

    /// A text in at most `max_bytes`: it says less of its values until it fits.
    pub(in crate::grpc) fn fitting(
        max_bytes: usize,
        text: impl Fn(Self) -> String,
    ) -> Option<String> {
        let mut texts = Self::ALL.into_iter().map(text);
        texts.find(|text| text.len() <= max_bytes)
    }

    /// A value without quotation marks.
    pub(in crate::grpc) fn bare(self, text: &str) -> String {
        escape_to(text, self.value)
    }

    /// A value.
    pub(in crate::grpc) fn quote(self, text: &str) -> String {
        format!("\"{}\"", self.bare(text))
    }

    /// A value, if there is one.
    pub(in crate::grpc) fn opt(self, text: Option<&str>) -> String {
        text.map_or_else(|| "absent".into(), |text| self.quote(text))
    }

    /// Several values.
    pub(in crate::grpc) fn list<T: AsRef<str>>(self, values: &[T]) -> String {
        if values.is_empty() {
            return "none".into();
        }
        let shown: Vec<String> = (values.iter().take(self.items))
            .map(|one| self.quote(one.as_ref()))
            .collect();
        let left = values.len().saturating_sub(shown.len());
        match left {
            0 => shown.join(", "),
            1..MAX_ITEMS => format!("{} and {left} more", shown.join(", ")),
            _ => format!("{} and many more", shown.join(", ")),
        }
    }

    /// The first near miss: how the two differ. `alone`: the sentence has named
    /// both, and no other values.
    pub(in crate::grpc) fn near(self, miss: Option<&NearMiss>, alone: bool) -> Option<String> {
        let miss = miss?;
        let words: Vec<&str> = miss.differences.iter().copied().map(difference).collect();
        let words = words.join(" and ");
        Some(if alone {
            format!("They differ by {words}")
        } else {
            format!(
                "{} and {} differ by {words}",
                self.quote(&miss.presented),
                self.quote(&miss.accepted)
            )
        })
    }
}

/// Whether the two share no more than a host.
pub(super) fn only_path(miss: &NearMiss) -> bool {
    miss.differences == [Difference::Path]
}

fn difference(difference: Difference) -> &'static str {
    match difference {
        Difference::TrailingSlash => "a slash at the end",
        Difference::Scheme => "the scheme",
        Difference::Case => "upper and lower case",
        Difference::Port => "the port",
        Difference::Whitespace => "a blank",
        Difference::PercentEncoding => "percent-encoding",
        Difference::Lookalike => "characters that look alike",
        Difference::UriPrefix => "the api:// prefix",
        Difference::Typo => "one character",
        Difference::Path => "the path",
    }
}

/// A span of time.
pub(in crate::grpc) fn seconds(duration: Duration) -> String {
    if duration.subsec_nanos() == 0 {
        format!("{} s", duration.as_secs())
    } else {
        format!("{:.3} s", duration.as_secs_f64())
    }
}

/// A time as RFC 3339 in UTC.
pub(crate) fn rfc3339(time: NumericDate) -> String {
    // No Timestamp: jiff's end a day before the year 9999 does, and its last second
    // is what some issuers write for never.
    const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    let nanos = i32::try_from(time.subsec_nanos()).unwrap_or(0);
    match EPOCH.checked_add(SignedDuration::new(time.floor_seconds(), nanos)) {
        Ok(at) if at.subsec_nanosecond() == 0 => format!("{at}Z"),
        Ok(at) => format!("{at:.3}Z"),
        Err(_) => "no time".into(),
    }
}
