//! A JWK Set document (RFC 7517 §5), member by member: what can be used is kept,
//! what cannot is named. One strange key never costs the others.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use super::KeyProblem;
use super::jwk::{self, IgnoredKey, Key, Kinds};
use crate::token::json::{Fault, Kind, MAX_DEPTH, Object, Value};

/// Longest document that is read, in bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// Most members that are read.
pub const MAX_KEYS: usize = 1000;

/// A document's keys, in its order.
#[derive(Debug)]
pub struct JwkSet {
    /// The usable ones.
    pub keys: Vec<Arc<Key>>,
    /// The others.
    pub ignored: Vec<IgnoredKey>,
}

/// Why a document is no JWK Set. Holds nothing of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentFault {
    /// Over [`MAX_BYTES`].
    TooLarge {
        /// Its bytes.
        bytes: usize,
    },
    /// Nothing but blanks.
    Empty,
    /// HTML or XML: a login page, an error page.
    Markup,
    /// PEM, or an object of PEM texts by key id.
    Certificates,
    /// Not UTF-8, or half of a surrogate pair.
    NotUtf8 {
        /// Byte from 0.
        offset: usize,
    },
    /// No JSON object.
    NotJsonObject {
        /// Byte from 0.
        offset: usize,
    },
    /// Over [`MAX_DEPTH`] levels.
    TooDeep,
    /// One JWK, not a set of them.
    SingleKey,
    /// The issuer's metadata, which says where the set is.
    Metadata,
    /// An object without `keys`.
    NoKeysMember,
    /// `keys` is there twice.
    KeysTwice,
    /// `keys` is no list.
    KeysNotList,
    /// Over [`MAX_KEYS`].
    TooManyKeys {
        /// Members of `keys`.
        count: usize,
    },
}

/// Reads a document.
///
/// # Errors
/// It is no JWK Set, or over a limit. A set without a usable key is a set.
pub fn parse(document: &[u8], kinds: Kinds) -> Result<JwkSet, DocumentFault> {
    if document.len() > MAX_BYTES {
        return Err(DocumentFault::TooLarge {
            bytes: document.len(),
        });
    }
    let object = Object::parse(document).map_err(|found| match found.fault {
        Fault::NotUtf8 => DocumentFault::NotUtf8 {
            offset: found.offset,
        },
        Fault::TooDeep => DocumentFault::TooDeep,
        Fault::NotJsonObject => no_object(document, found.offset),
    })?;
    let members = elements(&object)?;
    let mut set = JwkSet {
        keys: Vec::new(),
        ignored: Vec::new(),
    };
    for member in members {
        match jwk::read(member, kinds) {
            Ok(key) => set.keys.push(Arc::new(key)),
            Err(ignored) => set.ignored.push(ignored),
        }
    }
    set.set_duplicates_aside();
    Ok(set)
}

impl JwkSet {
    fn set_duplicates_aside(&mut self) {
        let mut seen = HashSet::new();
        let all = std::mem::take(&mut self.keys);
        for key in &all {
            if seen.insert(key.member_identity()) {
                self.keys.push(Arc::clone(key));
            } else {
                let why = "the same key with the same kid, alg and use is there before";
                self.ignored.push(key.ignored(KeyProblem::Duplicate, why));
            }
        }
    }
}

fn elements(object: &Object) -> Result<Vec<Value<'_>>, DocumentFault> {
    let mut found = object.members().filter(|(name, _)| *name == "keys");
    let keys = match (found.next(), found.next()) {
        (Some((_, keys)), None) => keys,
        (None, _) => return Err(no_keys_member(object)),
        (Some(_), Some(_)) => return Err(DocumentFault::KeysTwice),
    };
    let elements = keys.elements().ok_or(DocumentFault::KeysNotList)?;
    if elements.len() > MAX_KEYS {
        return Err(DocumentFault::TooManyKeys {
            count: elements.len(),
        });
    }
    Ok(elements)
}

/// What people put in the place of a set.
fn no_object(document: &[u8], offset: usize) -> DocumentFault {
    let text = document.trim_ascii_start();
    if text.is_empty() {
        DocumentFault::Empty
    } else if text.starts_with(b"<") {
        DocumentFault::Markup
    } else if text.starts_with(b"-----BEGIN ") {
        DocumentFault::Certificates
    } else {
        DocumentFault::NotJsonObject { offset }
    }
}

fn no_keys_member(object: &Object) -> DocumentFault {
    let is_pem = |value: Value<'_>| {
        value.kind() == Kind::String
            && value
                .text()
                .trim_start_matches('"')
                .starts_with("-----BEGIN ")
    };
    if object.get("kty").is_some() {
        DocumentFault::SingleKey
    } else if object.get("jwks_uri").is_some() {
        DocumentFault::Metadata
    } else if object.members().any(|(_, value)| is_pem(value)) {
        DocumentFault::Certificates
    } else {
        DocumentFault::NoKeysMember
    }
}

impl fmt::Display for DocumentFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes } => {
                write!(f, "the document has {bytes} bytes, more than {MAX_BYTES}")
            }
            Self::Empty => f.write_str("the document is empty"),
            Self::Markup => f.write_str("the document is HTML or XML, not a JWK Set"),
            Self::Certificates => f.write_str(
                "the document holds certificates or PEM keys, not a JWK Set; \
                 providers that publish those have a JWK Set at another URL",
            ),
            Self::NotUtf8 { offset } => write!(f, "the document is not UTF-8 at byte {offset}"),
            Self::NotJsonObject { offset } => {
                write!(f, "the document is not a JSON object at byte {offset}")
            }
            Self::TooDeep => write!(f, "the document is nested over {MAX_DEPTH} levels"),
            Self::SingleKey => {
                f.write_str("the document is one JWK; a JWK Set is {\"keys\": [that JWK]}")
            }
            Self::Metadata => f.write_str(
                "the document is the issuer's metadata; the JWK Set is at the jwks_uri in it",
            ),
            Self::NoKeysMember => f.write_str("the document has no member \"keys\""),
            Self::KeysTwice => f.write_str("the document has the member \"keys\" twice"),
            Self::KeysNotList => f.write_str("the member \"keys\" is not a list"),
            Self::TooManyKeys { count } => {
                write!(f, "the document has {count} keys, more than {MAX_KEYS}")
            }
        }
    }
}

impl std::error::Error for DocumentFault {}

#[cfg(test)]
mod tests;
