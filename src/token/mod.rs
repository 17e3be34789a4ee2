//! What was presented: a text, read strictly into facts. Whether they are good
//! enough for anything is left to `verdict`.

pub mod algorithm;
pub mod claims;
mod compact;
pub mod decimal;
pub mod form;
pub mod header;
pub mod json;
pub mod numeric_date;

use std::fmt;

use claims::Claims;
use form::{FormFault, Limit, Part, Problem};
use header::Header;

/// A text that is no JWS in compact form. Exactly one of these, and nothing
/// else is known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextFault {
    /// The empty string.
    Missing,
    /// Over the limit; nothing was parsed.
    TooLarge(Limit),
    /// No dots.
    Opaque,
    /// Four dots: a JWE (RFC 7516 §7.1); nothing was decoded.
    Encrypted,
    /// Anything else but three parts of canonical base64url.
    Malformed(FormFault),
}

/// Three readable parts. What the first two hold may still be unreadable.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// The JOSE header, or every fault in it.
    pub header: Result<Header, Vec<FormFault>>,
    /// The claims, or why they are none.
    pub claims: Result<Claims, FormFault>,
    text: Box<str>,
    signed: usize,
    signature: Box<[u8]>,
}

impl Token {
    /// Reads JWS Compact Serialization (RFC 7515 §7.1) of at most `max_bytes` bytes.
    ///
    /// # Errors
    /// The one reason why the text is none.
    pub fn parse(text: &str, max_bytes: usize) -> Result<Self, TextFault> {
        let parts = compact::split(text, max_bytes)?;
        Ok(Self {
            header: Header::parse(&parts.header),
            claims: Claims::parse(&parts.payload),
            text: text.into(),
            signed: parts.signed,
            signature: parts.signature.into(),
        })
    }

    /// What the signature covers: the first two parts as sent (RFC 7515 §5.2).
    #[must_use]
    pub fn signing_input(&self) -> &[u8] {
        self.text.as_bytes().get(..self.signed).unwrap_or_default()
    }

    /// The header's JSON as sent, whatever is wrong with its members; `None` if it is
    /// no JSON object. Decoded anew: for people, not for verdicts.
    #[must_use]
    pub fn header_json(&self) -> Option<json::Object> {
        self.json_of(0)
    }

    /// The payload's, likewise.
    #[must_use]
    pub fn payload_json(&self) -> Option<json::Object> {
        self.json_of(1)
    }

    fn json_of(&self, part: usize) -> Option<json::Object> {
        let text = self.text.split('.').nth(part)?;
        json::Object::parse(&compact::decoded(text)?).ok()
    }

    /// The third part, decoded.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }
}

/// Prints how long it is, never what it says.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({} bytes)", self.text.len())
    }
}

fn read_object(bytes: &[u8], part: Part) -> Result<json::Object, FormFault> {
    json::Object::parse(bytes).map_err(|found| {
        let problem = match found.fault {
            json::Fault::NotUtf8 => Problem::NotUtf8,
            json::Fault::NotJsonObject => Problem::NotJsonObject,
            json::Fault::TooDeep => Problem::TooDeep,
        };
        let mut fault = FormFault::new(part, problem, found.offset);
        if problem == Problem::TooDeep {
            let limit = json::MAX_DEPTH as u64;
            fault.limit = Some(Limit {
                limit,
                actual: limit + 1,
            });
        }
        fault
    })
}

#[cfg(test)]
mod tests;
