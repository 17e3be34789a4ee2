//! Strangers' text for people: in one line, in ASCII, and of bounded length.

use std::fmt::Write as _;

/// Longest escaped text, in bytes, the mark of a cut included.
pub const MAX_BYTES: usize = 256;

/// Longest list of such texts.
pub const MAX_ITEMS: usize = 16;

const CUT: &str = "…";

/// Every character outside U+0020–U+007E as `\u{hex}`, a backslash doubled; then
/// at most [`MAX_BYTES`] bytes, never cut inside an escape.
#[must_use]
pub fn escape(text: &str) -> String {
    escape_to(text, MAX_BYTES)
}

/// The same, with another bound.
#[must_use]
pub fn escape_to(text: &str, max_bytes: usize) -> String {
    let mut out = String::new();
    // Where it would be cut if what follows does not fit.
    let mut cut = 0;
    for character in text.chars() {
        if out.len() + CUT.len() <= max_bytes {
            cut = out.len();
        }
        match character {
            '\\' => out.push_str("\\\\"),
            ' '..='~' => out.push(character),
            // Writing to a String cannot fail.
            _ => drop(write!(out, "\\u{{{:x}}}", u32::from(character))),
        }
        if out.len() > max_bytes {
            out.truncate(cut);
            out.push_str(CUT);
            return out;
        }
    }
    out
}

/// A JSON text as it is, but for what is not printable ASCII: that stands in strings
/// alone (RFC 8259 §2), where an escape means the same.
#[must_use]
pub fn ascii_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            // Blanks between tokens.
            '\t' | '\n' | '\r' | ' '..='~' => out.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // Writing to a String cannot fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out
}

/// The first [`MAX_ITEMS`] of a list, each escaped.
pub fn escape_all<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Vec<String> {
    (texts.into_iter().take(MAX_ITEMS))
        .map(|text| escape(text.as_ref()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_printable_ascii_is_escaped() {
        for (text, expected) in [
            ("plain ~ text", "plain ~ text"),
            ("a\\b", "a\\\\b"),
            ("line\r\nbreak", "line\\u{d}\\u{a}break"),
            ("\u{1b}[31m", "\\u{1b}[31m"),
            ("\0\u{7f}", "\\u{0}\\u{7f}"),
            ("ordеrs", "ord\\u{435}rs"),
            ("\u{202e}x\u{10ffff}", "\\u{202e}x\\u{10ffff}"),
            ("", ""),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    #[test]
    fn json_is_told_whole_and_in_ascii() {
        use crate::token::json::Object;
        for (text, expected) in [
            (r#"{"a":"b"}"#, r#"{"a":"b"}"#),
            (r#"{"a":1e400,"a":2}"#, r#"{"a":1e400,"a":2}"#),
            ("{ \"a\" :\n1 }", "{ \"a\" :\n1 }"),
            (
                "{\"ü\":\"\u{202e}\u{7f}\u{9b}\"}",
                r#"{"\u00fc":"\u202e\u007f\u009b"}"#,
            ),
            ("{\"a\":\"\u{1f511}\"}", r#"{"a":"\ud83d\udd11"}"#),
            (r#"{"a":"\u00e4\\"}"#, r#"{"a":"\u00e4\\"}"#),
        ] {
            assert_eq!(ascii_json(text), expected);
            assert!(Object::parse(expected.as_bytes()).is_ok());
        }
    }

    #[test]
    fn a_cut_is_marked_within_the_bound_and_splits_no_escape() {
        assert_eq!(escape(&"a".repeat(256)), "a".repeat(256));
        assert_eq!(escape(&"a".repeat(257)), format!("{}…", "a".repeat(253)));
        // 36 escapes of seven bytes are 252; the next would end at 259.
        let cyrillic = "\u{435}".repeat(40);
        let escaped = escape(&cyrillic);
        assert_eq!(escaped, format!("{}…", "\\u{435}".repeat(36)));
        assert!(escaped.len() <= MAX_BYTES);
        for pad in 0..20 {
            let escaped = escape(&format!("{}{}", "a".repeat(pad), "\u{10ffff}".repeat(60)));
            assert!(
                escaped.len() <= MAX_BYTES && escaped.ends_with("}…"),
                "{escaped}"
            );
        }
        for pad in 248..260 {
            let escaped = escape(&format!("{}\\\\\\\\", "a".repeat(pad)));
            let slashes = escaped.bytes().filter(|byte| *byte == b'\\').count();
            assert!(escaped.len() <= MAX_BYTES && slashes % 2 == 0, "{escaped}");
        }
    }

    #[test]
    fn any_bound_is_kept() {
        for (text, max, expected) in [
            ("12345", 5, "12345"),
            ("123456", 5, "12…"),
            ("12\n45", 6, "12…"),
            ("", 5, ""),
        ] {
            assert_eq!(escape_to(text, max), expected, "{text:?}");
        }
    }

    #[test]
    fn lists_are_cut() {
        assert_eq!(escape_all(["x"; 20]).len(), MAX_ITEMS);
    }
}
