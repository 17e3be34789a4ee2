//! Durations with their units: `"250ms"`, `"30s"`, `"1h30m"`.

use std::fmt::Write as _;
use std::time::Duration;

/// Units from the largest to the smallest, in milliseconds.
const UNITS: [(&str, u64); 5] = [
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// Reads whole numbers with units, the largest first, each at most once. `None` for
/// anything else, a number without a unit included, and beyond 2^64 ms.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
        let (name, after) = after.split_at(
            after
                .find(|c: char| !c.is_ascii_lowercase())
                .unwrap_or(after.len()),
        );
        // The iterator goes on where it stopped: a unit that is past is not found.
        let (_, millis) = units.find(|(unit, _)| *unit == name)?;
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(*millis)?)?;
        rest = after;
    }
    (!text.is_empty()).then(|| Duration::from_millis(total))
}

/// A duration as an operator writes it.
pub(super) fn show(duration: Duration) -> String {
    let mut rest = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let mut shown = String::new();
    for (unit, millis) in UNITS {
        let count = rest / millis;
        rest %= millis;
        if count > 0 {
            // Writing to a String cannot fail.
            let _ = write!(shown, "{count}{unit}");
        }
    }
    if shown.is_empty() { "0s".into() } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_and_shown() {
        for (text, millis, shown) in [
            ("0s", 0, "0s"),
            ("0ms", 0, "0s"),
            ("250ms", 250, "250ms"),
            ("30s", 30_000, "30s"),
            ("90s", 90_000, "1m30s"),
            ("1h30m", 5_400_000, "1h30m"),
            ("1d2h3m4s5ms", 93_784_005, "1d2h3m4s5ms"),
            ("24h", 86_400_000, "1d"),
            ("007s", 7_000, "7s"),
        ] {
            let read = parse(text);
            assert_eq!(read, Some(Duration::from_millis(millis)), "{text}");
            assert_eq!(show(read.unwrap()), shown);
            assert_eq!(parse(shown), read, "{shown}");
        }
    }

    #[test]
    fn anything_else_is_no_duration() {
        for text in [
            "",
            "0",
            "30",
            "s",
            "1.5h",
            "-1s",
            "+1s",
            "1 s",
            " 1s",
            "1s ",
            "1S",
            "1w",
            "1min",
            "30s1m",
            "1s1s",
            "1h30",
            "1ms1s",
            "٣s",
            "1µs",
            "999999999999999999d",
            "99999999999999999999s",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
