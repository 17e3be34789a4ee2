//! `--at`: a time as people write it.

use std::str::FromStr as _;

use jiff::Timestamp;

use crate::token::numeric_date::{MAX_SECONDS, NumericDate};

/// The help of a flag that takes one.
pub(super) const FORMS: &str = "RFC3339|UNIX[.fraction]";

/// Digits of a fraction that count; what is finer falls to the past.
const DIGITS: usize = 9;

/// Reads `2026-11-25T10:00:00Z` or `1795600800.5`, in seconds since 1970.
///
/// # Errors
/// What to write instead.
pub(super) fn at(text: &str) -> Result<NumericDate, String> {
    if text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(['-', ':']) {
        return unix(text);
    }
    let time = Timestamp::from_str(text).map_err(|_| {
        "write a time with its offset, 2026-11-25T10:00:00Z, or seconds since 1970".to_owned()
    })?;
    within(time.as_nanosecond())
}

fn unix(text: &str) -> Result<NumericDate, String> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(seconds) || !digits(fraction) {
        return Err("write seconds since 1970, with a fraction if it matters: 1795600800.5".into());
    }
    let nanos: String = fraction
        .chars()
        .chain(std::iter::repeat('0'))
        .take(DIGITS)
        .collect();
    // Digits alone: what does not fit is out of range as well.
    let seconds: i128 = seconds.parse().unwrap_or(i128::MAX);
    let nanos: i128 = nanos.parse().unwrap_or(0);
    within(seconds.saturating_mul(1_000_000_000).saturating_add(nanos))
}

fn within(nanos: i128) -> Result<NumericDate, String> {
    let last = i128::from(MAX_SECONDS) * 1_000_000_000;
    if (0..=last).contains(&nanos) {
        return Ok(NumericDate::from_nanos(nanos));
    }
    let hint = if (0..=last * 1000).contains(&nanos) {
        "; are these milliseconds?"
    } else {
        ""
    };
    Err(format!("must be a time between 1970 and 9999{hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, nanos) in [
            ("0", 0),
            ("1795600800", 1_795_600_800_000_000_000),
            ("1795600800.5", 1_795_600_800_500_000_000),
            ("1.0000000019", 1_000_000_001),
            ("253402300799", 253_402_300_799_000_000_000),
            ("1970-01-01T00:00:01Z", 1_000_000_000),
            ("1970-01-01T01:00:00.25+01:00", 250_000_000),
            ("2026-11-25T10:00:00Z", 1_795_600_800_000_000_000),
        ] {
            assert_eq!(at(text), Ok(NumericDate::from_nanos(nanos)), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_told() {
        for (text, told) in [
            ("", "with its offset"),
            ("now", "with its offset"),
            ("-1", "with its offset"),
            // Whose noon?
            ("2026-11-25T12:00:00", "with its offset"),
            ("2026-11-25", "with its offset"),
            ("1.", "seconds since 1970"),
            ("1.2.3", "seconds since 1970"),
            ("1e9", "seconds since 1970"),
            ("253402300799.1", "between 1970 and 9999"),
            ("1969-12-31T23:59:59Z", "between 1970 and 9999"),
            ("1795600800000", "are these milliseconds?"),
            (
                "99999999999999999999999999999999999999999999",
                "between 1970 and 9999",
            ),
        ] {
            let why = at(text).unwrap_err();
            assert!(why.contains(told), "{text}: {why}");
        }
    }
}
