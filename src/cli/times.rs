//! Times for people: when, and how far that is from another time.

use std::time::Duration;

use crate::grpc::message::rfc3339;
use crate::token::decimal::Decimal;
use crate::token::json::{Kind, Value};
use crate::token::numeric_date::{NumericDate, Round};

/// Claims that hold a time, in the order they are told in.
pub(super) const CLAIMS: [&str; 3] = ["iat", "nbf", "exp"];

/// Reads a claim that should hold a time.
///
/// # Errors
/// Why it is none, in words.
pub(super) fn read(value: Value<'_>) -> Result<NumericDate, &'static str> {
    let number = (value.kind() == Kind::Number)
        .then(|| Decimal::parse(value.text()))
        .flatten()
        .ok_or("not a number of seconds")?;
    NumericDate::read(&number, Round::Down).map_err(|out| match out.looks_like_milliseconds {
        true => "milliseconds?",
        false => "no time between 1970 and 9999",
    })
}

/// A time, and how far it is from `from`: `words` say it for before and after.
pub(super) fn when(time: NumericDate, from: NumericDate, words: [&str; 2]) -> String {
    let [before, after] = words;
    let (earlier, later) = (from.since(time), time.since(from));
    let far = match (earlier.as_secs(), later.as_secs()) {
        (0, 0) => "the same second".into(),
        (0, _) => format!("{} {after}", span(later)),
        _ => format!("{} {before}", span(earlier)),
    };
    format!("{} ({far})", rfc3339(time))
}

/// A span of time by its two largest units.
fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    let units = [
        (seconds / 86_400, "d"),
        (seconds / 3600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let told: Vec<String> = (units.iter())
        .skip_while(|(count, _)| *count == 0)
        .take(2)
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    told.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_by_their_two_largest_units() {
        for (seconds, expected) in [
            (1, "1 s"),
            (60, "1 min"),
            (2832, "47 min 12 s"),
            (3605, "1 h"),
            (7500, "2 h 5 min"),
            (90_000, "1 d 1 h"),
            (86_400 * 400, "400 d"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn a_time_is_before_or_after_or_now() {
        let from = NumericDate::from_seconds(1_764_057_600);
        let told = |time| when(NumericDate::from_seconds(time), from, ["earlier", "later"]);
        assert_eq!(told(1_764_057_540), "2025-11-25T07:59:00Z (1 min earlier)");
        assert_eq!(told(1_764_057_605), "2025-11-25T08:00:05Z (5 s later)");
        assert_eq!(
            told(1_764_057_600),
            "2025-11-25T08:00:00Z (the same second)"
        );
    }
}
