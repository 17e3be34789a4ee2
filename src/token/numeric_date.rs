//! Seconds since the epoch (RFC 7519 §2), kept in nanoseconds so that a fraction
//! never widens a token's window.

use std::time::Duration;

use super::decimal::Decimal;

const NANOS: i128 = 1_000_000_000;

/// 9999-12-31T23:59:59Z, the last second that a protobuf Timestamp can name.
pub const MAX_SECONDS: i64 = 253_402_300_799;

/// A point in time, in nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NumericDate(i128);

/// A number that is no date between 1970 and 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange {
    /// The value would be in range if it were milliseconds.
    pub looks_like_milliseconds: bool,
}

/// Which way a fraction finer than a nanosecond is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// For `exp`: never later than written.
    Down,
    /// For `nbf` and `iat`: never earlier than written.
    Up,
}

impl NumericDate {
    /// From whole seconds.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds as i128 * NANOS)
    }

    /// From nanoseconds.
    #[must_use]
    pub const fn from_nanos(nanos: i128) -> Self {
        Self(nanos)
    }

    /// Reads a JSON number. The range is that of the number as written, before
    /// any rounding.
    ///
    /// # Errors
    /// [`OutOfRange`] before 1970 or after 9999.
    pub fn read(number: &Decimal, round: Round) -> Result<Self, OutOfRange> {
        let limit = i128::from(MAX_SECONDS);
        let within = |places| match number.scaled(places) {
            Some((value, rest)) => value < limit || (value == limit && !rest),
            None => false,
        };
        if !within(0) {
            return Err(OutOfRange {
                looks_like_milliseconds: within(-3),
            });
        }
        let (nanos, rest) = number.scaled(9).unwrap_or((0, false));
        let up = round == Round::Up && rest;
        Ok(Self(nanos + i128::from(up)))
    }

    /// Nanoseconds since the epoch.
    #[must_use]
    pub const fn nanos(self) -> i128 {
        self.0
    }

    /// Whole seconds, rounded towards the past.
    #[must_use]
    pub fn floor_seconds(self) -> i64 {
        clamp(self.0.div_euclid(NANOS))
    }

    /// Whole seconds, rounded towards the future.
    #[must_use]
    pub fn ceil_seconds(self) -> i64 {
        clamp(-(-self.0).div_euclid(NANOS))
    }

    /// Nanoseconds beyond [`Self::floor_seconds`].
    #[must_use]
    pub fn subsec_nanos(self) -> u32 {
        u32::try_from(self.0.rem_euclid(NANOS)).unwrap_or(0)
    }

    /// Later by `by`.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(duration_nanos(by)))
    }

    /// Earlier by `by`.
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(duration_nanos(by)))
    }

    /// How long after `earlier` this is; zero if it is not.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        let nanos = self.0.saturating_sub(earlier.0).max(0);
        let seconds = u64::try_from(nanos / NANOS).unwrap_or(u64::MAX);
        let rest = u32::try_from(nanos % NANOS).unwrap_or(0);
        Duration::new(seconds, rest)
    }
}

fn duration_nanos(duration: Duration) -> i128 {
    i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX)
}

fn clamp(seconds: i128) -> i64 {
    i64::try_from(seconds).unwrap_or(if seconds < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, round: Round) -> Result<i128, OutOfRange> {
        NumericDate::read(&Decimal::parse(text).unwrap(), round).map(NumericDate::nanos)
    }

    #[test]
    fn fractions_never_widen_the_window() {
        assert_eq!(read("1.7e9", Round::Down), Ok(1_700_000_000 * NANOS));
        assert_eq!(read("1.0000000009", Round::Down), Ok(1_000_000_000));
        assert_eq!(read("1.0000000009", Round::Up), Ok(1_000_000_001));
        assert_eq!(read("1.5", Round::Up), Ok(1_500_000_000));
        assert_eq!(read("1e-400", Round::Down), Ok(0));
        assert_eq!(read("1e-400", Round::Up), Ok(1));
    }

    #[test]
    fn the_range_is_checked_on_the_number_as_written() {
        assert!(read("0", Round::Down).is_ok());
        assert!(read("-0.0", Round::Down).is_ok());
        assert!(read("253402300799", Round::Up).is_ok());
        for text in [
            "-1",
            "-1e-9",
            "253402300799.0000000001",
            "253402300800",
            "1e400",
        ] {
            assert!(read(text, Round::Down).is_err(), "{text}");
        }
    }

    #[test]
    fn milliseconds_are_recognised() {
        let milliseconds = |text| read(text, Round::Down).unwrap_err().looks_like_milliseconds;
        assert!(milliseconds("1700000000000"));
        assert!(milliseconds("253402300799000"));
        assert!(!milliseconds("253402300799001"));
        assert!(!milliseconds("-1"));
        assert!(!milliseconds("1e400"));
    }

    #[test]
    fn seconds_round_both_ways() {
        let time = NumericDate::from_nanos(1_500_000_000);
        assert_eq!((time.floor_seconds(), time.ceil_seconds()), (1, 2));
        let whole = NumericDate::from_seconds(7);
        assert_eq!((whole.floor_seconds(), whole.ceil_seconds()), (7, 7));
    }
}
