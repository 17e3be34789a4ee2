//! Words for problems: values as their file has them, and what was probably meant.

use super::source::Value;

/// Longest value that a problem quotes, in characters.
const MAX_QUOTED: usize = 80;

/// A value for a problem: as the file has it, never what a variable held.
pub(super) fn found(value: &Value) -> String {
    match value {
        Value::Null => "nothing (null)".into(),
        Value::Bool(value) => format!("the boolean {value}"),
        Value::Integer(value) => format!("the integer {value}"),
        // Its Debug has a point always: `16384.0` is no integer.
        Value::Float(value) => format!("the number {value:?}"),
        Value::Text(written) => quoted(written),
        Value::List(_) => "a list".into(),
        Value::Table(_) => "a table".into(),
        Value::Variable(_) => "another value".into(),
    }
}

/// A text in quotes, on one line, cut.
pub(super) fn quoted(text: &str) -> String {
    let mut shown = text.chars().take(MAX_QUOTED).collect::<String>();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("{shown:?}")
}

/// The name that somebody who wrote `text` probably meant.
pub(crate) fn nearest<'n>(text: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    if text.len() > 2 * MAX_QUOTED {
        return None;
    }
    let text = text.to_ascii_lowercase();
    (names.into_iter())
        .map(|name| {
            (
                strsim::damerau_levenshtein(&name.to_ascii_lowercase(), &text),
                name,
            )
        })
        // A third of a name that differs is no slip any more.
        .filter(|(distance, name)| distance * 3 <= text.len().max(name.len()))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_one_short_line() {
        assert_eq!(quoted("a\n\"b\u{202e}"), r#""a\n\"b\u{202e}""#);
        assert_eq!(quoted(&"ä".repeat(80)).chars().count(), 82);
        assert!(quoted(&"ä".repeat(81)).ends_with("ä…\""));
    }

    #[test]
    fn a_slip_is_guessed_and_another_word_is_not() {
        let names = ["listen", "admin_listen", "drain"];
        for (text, meant) in [
            ("lisen", Some("listen")),
            ("LISTEN", Some("listen")),
            ("admin-listen", Some("admin_listen")),
            ("brain", Some("drain")),
            ("port", None),
            ("", None),
        ] {
            assert_eq!(nearest(text, names), meant, "{text}");
        }
        assert_eq!(nearest(&"listen".repeat(99), names), None);
    }
}
