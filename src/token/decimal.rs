//! A JSON number by its exact decimal value, however it is written.

/// `±0.d₁d₂… × 10^exponent`, digits without zeros at either end; zero has none.
///
/// Two are equal exactly when the numbers are: `1.70e9`, `1700000000` and
/// `17E8` are one value, and no digit is lost beyond 2^53.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    digits: Box<str>,
    exponent: i64,
}

impl Decimal {
    /// Reads a number in JSON's grammar (RFC 8259 §6); `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (mantissa, ""),
        };
        let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let leading_zero = whole.len() > 1 && whole.starts_with('0');
        if whole.is_empty() || leading_zero || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let digits = format!("{whole}{fraction}");
        let significant = digits.trim_start_matches('0');
        if significant.is_empty() {
            return Some(Self {
                negative: false,
                digits: "".into(),
                exponent: 0,
            });
        }
        let dropped = digits.len() - significant.len();
        // Lengths of a text that is at most 1 MiB.
        let point = i64::try_from(whole.len()).ok()? - i64::try_from(dropped).ok()?;
        Some(Self {
            negative,
            digits: significant.trim_end_matches('0').into(),
            exponent: exponent.saturating_add(point),
        })
    }

    /// The value in units of `10^-places`: the whole part, rounded towards zero,
    /// and whether anything was left over. `None` if it is negative or has more
    /// than 36 digits.
    #[must_use]
    pub(super) fn scaled(&self, places: i64) -> Option<(i128, bool)> {
        if self.negative {
            return None;
        }
        let wanted = self.exponent.saturating_add(places);
        let Ok(wanted) = usize::try_from(wanted) else {
            return Some((0, !self.digits.is_empty()));
        };
        if wanted > 36 {
            return None;
        }
        let (kept, rest) = self
            .digits
            .split_at_checked(wanted)
            .unwrap_or((&self.digits, ""));
        let mut value: i128 = kept.parse().unwrap_or(0);
        for _ in kept.len()..wanted {
            value *= 10;
        }
        Some((value, !rest.is_empty()))
    }
}

fn read_exponent(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // Beyond i64 every exponent means the same: too large, or next to nothing.
    let size: i64 = digits.parse().unwrap_or(i64::MAX / 2);
    let size = size.min(i64::MAX / 2);
    Some(if negative { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_are_equal_however_written() {
        for (a, b) in [
            ("1", "1.0"),
            ("1.7e9", "1700000000"),
            ("100", "1E2"),
            ("0.5", "5e-1"),
            ("-0", "0"),
            ("0e99", "0.000"),
            ("9007199254740993", "9007199254740993.0"),
        ] {
            assert_eq!(Decimal::parse(a), Decimal::parse(b), "{a} {b}");
        }
        for (a, b) in [
            ("1", "-1"),
            ("9007199254740993", "9007199254740992"),
            ("1e400", "1e401"),
            ("0.1", "0.10000000000000000000000000001"),
        ] {
            assert_ne!(Decimal::parse(a), Decimal::parse(b), "{a} {b}");
        }
    }

    #[test]
    fn only_json_numbers_are_read() {
        for text in [
            "", "-", "01", "1.", ".5", "+1", "1e", "0x1", "NaN", "1 ", "--1", "1e+",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_exponent_beyond_all_bounds_is_no_trouble() {
        let huge = Decimal::parse("1e99999999999999999999").unwrap();
        assert_eq!(huge.scaled(9), None);
        let tiny = Decimal::parse("1e-99999999999999999999").unwrap();
        assert_eq!(tiny.scaled(9), Some((0, true)));
    }
}
