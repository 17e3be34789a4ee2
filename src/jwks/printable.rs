//! The start of a body that is no key set, fit for a log line.

use crate::escape::escape_to;

/// Characters that are told.
const CHARACTERS: usize = 40;

/// A run of base64 that may be key material or a token is at least this long: 12 bytes
/// of it. No secret that is worth one is shorter.
const SECRET: usize = 16;

/// The first 40 characters of a body, printable. What may be a key or a token in it is
/// not repeated: `…` stands for it.
pub(super) fn start_of(body: &[u8]) -> String {
    // Four bytes a character at most. Somewhat more than is shown is looked at: what
    // begins in sight may be a key that ends out of it.
    let head = body.get(..4 * (CHARACTERS + SECRET)).unwrap_or(body);
    let head: Vec<char> = String::from_utf8_lossy(head).chars().collect();
    let mut start = String::new();
    let mut told = 0;
    for run in head.chunk_by(|a, b| is_base64(*a) == is_base64(*b)) {
        let left = CHARACTERS.saturating_sub(told);
        if run.len() >= SECRET && run.first().is_some_and(|first| is_base64(*first)) {
            start.push_str(if left > 0 { "…" } else { "" });
        } else {
            let shown: String = run.iter().take(left).collect();
            start.push_str(&escape_to(&shown, usize::MAX));
        }
        told += run.len();
    }
    start
}

/// Of either alphabet, with padding, and with the escapes that JSON allows in it.
fn is_base64(character: char) -> bool {
    character.is_ascii_alphanumeric() || "+/-_=\\".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forty_characters_of_a_body() {
        assert_eq!(start_of("é".repeat(100).as_bytes()), "\\u{e9}".repeat(40));
        assert_eq!(start_of(b"\xff<"), "\\u{fffd}<");
        let page = "<!DOCTYPE html><html><head><title>Sign in</title>";
        assert_eq!(start_of(page.as_bytes()), &page[..40]);
        assert_eq!(start_of(b""), "");
    }

    #[test]
    fn no_key_and_no_token_is_repeated() {
        // 43 characters: a private number of P-256, or a secret of 256 bits.
        let secret = "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg";
        for (body, start) in [
            (format!(r#"{{"d": "{secret}"}}"#), r#"{"d": "…"#),
            (format!(r#"{{"k":"{secret}"}}"#), r#"{"k":"…"#),
            (format!(r#"[{{"d": "{secret}"}}]"#), r#"[{"d": "…"#),
            (
                format!(r#"{{"keys":[{{"d":"{secret}"}},]}}"#),
                r#"{"keys":[{"d":"…"#,
            ),
            (
                format!(r#"{{"client_secret":"{secret}"}}"#),
                r#"{"client_secret":"…"#,
            ),
            // It begins in sight, and only its beginning would be shown.
            (
                format!("{}{secret}", " ".repeat(35)),
                &format!("{}…", " ".repeat(35)),
            ),
            (format!("{}{secret}", " ".repeat(45)), &" ".repeat(40)),
            (secret.replace('-', "\\/"), "…"),
            (format!("eyJhbGciOiJFUzI1NiJ9.{secret}.x"), "….…"),
            (
                "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ".into(),
                "-----BEGIN PRIVATE KEY-----\\u{a}…",
            ),
        ] {
            assert_eq!(start_of(body.as_bytes()), start, "{body}");
        }
    }
}
