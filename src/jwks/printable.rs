//! What others wrote, made fit for a log line: one line of printable ASCII with an
//! end to it.

use std::fmt::Write as _;

/// Text with every character outside U+0020–U+007E as `\u{hex}` and `\` as `\\`,
/// at most `max` bytes, the mark of a cut included and never inside an escape.
pub(super) fn printable(text: &str, max: usize) -> String {
    const CUT: &str = "…";
    let mut out = String::new();
    // Where a cut still fits; past it, all that is left has to fit.
    let mut cut_at = 0;
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            ' '..='~' => out.push(character),
            other => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(other));
            }
        }
        if out.len() > max {
            out.truncate(cut_at);
            out.push_str(CUT);
            return out;
        }
        if out.len() + CUT.len() <= max {
            cut_at = out.len();
        }
    }
    out
}

/// The first 40 characters of a body, printable.
pub(super) fn start_of(body: &[u8]) -> String {
    const CHARACTERS: usize = 40;
    // Four bytes a character at most, and no more of a body than is shown.
    let head = body.get(..4 * CHARACTERS).unwrap_or(body);
    let text: String = String::from_utf8_lossy(head)
        .chars()
        .take(CHARACTERS)
        .collect();
    printable(&text, usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_printable_line_with_an_end() {
        for (text, max, expected) in [
            ("plain", 256, "plain"),
            ("a\nb", 256, "a\\u{a}b"),
            ("a\\b", 256, "a\\\\b"),
            ("é\u{202e}", 256, "\\u{e9}\\u{202e}"),
            ("12345", 5, "12345"),
            ("123456", 5, "12…"),
            ("12\n45", 6, "12…"),
            ("", 5, ""),
        ] {
            assert_eq!(printable(text, max), expected, "{text:?}");
        }
    }

    #[test]
    fn forty_characters_of_a_body() {
        assert_eq!(start_of("é".repeat(100).as_bytes()), "\\u{e9}".repeat(40));
        assert_eq!(start_of(b"\xff<"), "\\u{fffd}<");
    }
}
