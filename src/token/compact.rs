//! JWS Compact Serialization (RFC 7515 §7.1): three base64url parts and two dots,
//! in the one spelling that is canonical. Nothing is trimmed.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::TextFault;
use super::form::{FormFault, Limit, Part, Problem};

/// The three parts, decoded.
pub(super) struct Parts {
    pub(super) header: Vec<u8>,
    pub(super) payload: Vec<u8>,
    pub(super) signature: Vec<u8>,
    /// Length of the signing input: everything before the second dot.
    pub(super) signed: usize,
}

pub(super) fn split(text: &str, max_bytes: usize) -> Result<Parts, TextFault> {
    if text.is_empty() {
        return Err(TextFault::Missing);
    }
    if text.len() > max_bytes {
        return Err(TextFault::TooLarge(limit(max_bytes, text.len())));
    }
    // Counted before anything is split: a text of a million dots costs one pass.
    let dots = text.bytes().filter(|byte| *byte == b'.').count();
    match dots {
        0 => return Err(TextFault::Opaque),
        4 => return Err(TextFault::Encrypted),
        2 => {}
        _ => {
            let mut fault = FormFault::new(Part::Token, Problem::PartCount, 0);
            fault.limit = Some(limit(3, dots + 1));
            return Err(TextFault::Malformed(fault));
        }
    }
    if let Some(fault) = scheme_prefix(text) {
        return Err(TextFault::Malformed(fault));
    }
    let (header, rest) = text.split_once('.').unwrap_or_default();
    let (payload, signature) = rest.split_once('.').unwrap_or_default();
    let malformed = TextFault::Malformed;
    Ok(Parts {
        header: decode(header, Part::Header).map_err(malformed)?,
        payload: decode(payload, Part::Payload).map_err(malformed)?,
        signature: decode(signature, Part::Signature).map_err(malformed)?,
        signed: header.len() + 1 + payload.len(),
    })
}

fn limit(limit: usize, actual: usize) -> Limit {
    Limit {
        limit: limit as u64,
        actual: actual as u64,
    }
}

/// A whole `Authorization` value (RFC 9110 §11.6.2) instead of the token in it.
fn scheme_prefix(text: &str) -> Option<FormFault> {
    let (scheme, rest) = text.split_once(' ')?;
    let is_scheme = !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric());
    (is_scheme && !rest.is_empty() && !rest.starts_with('.'))
        .then(|| FormFault::new(Part::Token, Problem::BearerPrefix, 0))
}

/// A part that is known to be canonical.
pub(super) fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

fn decode(text: &str, part: Part) -> Result<Vec<u8>, FormFault> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| {
        let stranger = text
            .bytes()
            .enumerate()
            .find(|(_, byte)| !URL_SAFE.as_str().as_bytes().contains(byte));
        let (offset, problem) = match stranger {
            Some((offset, byte)) => (offset, name(byte)),
            None => (text.len().saturating_sub(1), Problem::TrailingBits),
        };
        FormFault::new(part, problem, offset)
    })
}

fn name(byte: u8) -> Problem {
    match byte {
        b'=' => Problem::Padding,
        b'\n' | b'\r' => Problem::LineBreak,
        b' ' | b'\t' | 0x0b | 0x0c => Problem::Whitespace,
        b'"' | b'\'' | b'`' => Problem::Quote,
        _ => Problem::Alphabet,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> TextFault {
        match split(text, 64) {
            Err(fault) => fault,
            Ok(_) => panic!("{text} was read"),
        }
    }

    fn malformed(text: &str) -> (Part, Problem, usize) {
        match fault(text) {
            TextFault::Malformed(fault) => (fault.part, fault.problem, fault.offset),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn the_number_of_dots_decides_first() {
        assert_eq!(fault(""), TextFault::Missing);
        assert_eq!(fault("opaque"), TextFault::Opaque);
        assert_eq!(fault("...."), TextFault::Encrypted);
        for (text, parts) in [("a.b", 2), ("...", 4), (".....", 6)] {
            let TextFault::Malformed(fault) = fault(text) else {
                panic!("{text}")
            };
            assert_eq!(fault.problem, Problem::PartCount);
            assert_eq!(fault.limit, Some(limit(3, parts)));
        }
    }

    #[test]
    fn the_size_limit_is_inclusive() {
        assert!(split(&format!("{}..", "A".repeat(62)), 64).is_ok());
        assert!(split(&format!("{}..AA", "A".repeat(60)), 64).is_ok());
        let TextFault::TooLarge(found) = fault(&"A".repeat(65)) else {
            panic!()
        };
        assert_eq!((found.limit, found.actual), (64, 65));
    }

    #[test]
    fn each_fault_is_named_and_placed() {
        use Problem::{
            Alphabet, BearerPrefix, LineBreak, Padding, Quote, TrailingBits, Whitespace,
        };
        for (text, expected) in [
            ("AA==.AA.AA", (Part::Header, Padding, 2)),
            ("AA.A+A.AA", (Part::Payload, Alphabet, 1)),
            ("AA.AA.A/", (Part::Signature, Alphabet, 1)),
            ("AA.AA.AB", (Part::Signature, TrailingBits, 1)),
            ("AA.AA.A", (Part::Signature, TrailingBits, 0)),
            (" AA.AA.AA", (Part::Header, Whitespace, 0)),
            ("AA.AA.AA\n", (Part::Signature, LineBreak, 2)),
            ("AA.AA.AA\r\n", (Part::Signature, LineBreak, 2)),
            ("\"AA.AA.AA\"", (Part::Header, Quote, 0)),
            ("Bearer AA.AA.AA", (Part::Token, BearerPrefix, 0)),
            ("DPoP AA.AA.AA", (Part::Token, BearerPrefix, 0)),
            ("AA.A A.AA", (Part::Payload, Whitespace, 1)),
            ("AA.AA.А", (Part::Signature, Alphabet, 0)), // Cyrillic
            ("AA.AA.\0", (Part::Signature, Alphabet, 0)),
            ("AA.AA%2e.AA", (Part::Payload, Alphabet, 2)),
        ] {
            assert_eq!(malformed(text), expected, "{text:?}");
        }
    }
}
