//! The start of a body that is no key set, fit for a log line.

use crate::escape::escape_to;

/// The first 40 characters of a body, printable.
pub(super) fn start_of(body: &[u8]) -> String {
    const CHARACTERS: usize = 40;
    // Four bytes a character at most, and no more of a body than is shown.
    let head = body.get(..4 * CHARACTERS).unwrap_or(body);
    let text: String = String::from_utf8_lossy(head)
        .chars()
        .take(CHARACTERS)
        .collect();
    escape_to(&text, usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forty_characters_of_a_body() {
        assert_eq!(start_of("é".repeat(100).as_bytes()), "\\u{e9}".repeat(40));
        assert_eq!(start_of(b"\xff<"), "\\u{fffd}<");
    }
}
