//! A text taken apart, as far as it goes. Nothing is verified.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::grpc::message::{fixed, sentence};
use crate::token::algorithm::Algorithm;
use crate::token::claims::Claims;
use crate::token::header::{Header, NamedAlgorithm};
use crate::token::json::Object;
use crate::token::{TextFault, Token};
use crate::verdict::rejection::{Reason, Rejection};

/// Longest text that is taken apart, in bytes.
pub(super) const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Reads what the service refuses for its spelling, so that a person can see it.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Three parts of base64url: a signed token.
    Jws,
    /// Five parts: an encrypted one, of which only the header can be read.
    Jwe,
    /// No dots.
    Opaque,
    /// None of these.
    Malformed,
}

/// What there is to show of a text.
pub(super) struct Decoded {
    pub(super) form: Form,
    /// Whether header and payload say one thing to every reader.
    pub(super) readable: bool,
    /// The first part.
    pub(super) header: Option<Part>,
    /// The second part of a signed token.
    pub(super) claims: Option<Part>,
    /// The third part of a signed token.
    pub(super) signature: Option<Signature>,
    /// What the service would say of the form, in its order.
    pub(super) problems: Vec<Problem>,
}

/// A part that is base64url.
pub(super) struct Part {
    /// Its text; what is no UTF-8 is U+FFFD.
    pub(super) text: String,
    /// The object it holds, if it holds one.
    pub(super) object: Option<Object>,
}

/// A signature, as far as it can be told without a key.
pub(super) struct Signature {
    /// Its length.
    pub(super) bytes: usize,
    /// The algorithm that the header names, if it is implemented.
    pub(super) algorithm: Option<Algorithm>,
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// The reason's name.
    pub(super) code: &'static str,
    /// What is wrong, and what to do.
    pub(super) message: String,
}

/// Takes a text apart.
pub(super) fn decode(text: &str) -> Decoded {
    match Token::parse(text, MAX_BYTES) {
        Ok(token) => signed(text, &token),
        Err(fault) => unreadable(text, fault),
    }
}

fn signed(text: &str, token: &Token) -> Decoded {
    let (header, claims) = parts(text);
    let named = token.header.as_ref().map(Header::algorithm).ok();
    let mut problems = Vec::new();
    for fault in token.header.as_ref().err().into_iter().flatten() {
        problems.push(Problem::of(&Rejection::HeaderMalformed(fault.clone())));
    }
    if let Err(fault) = &token.claims {
        problems.push(Problem::of(&Rejection::PayloadMalformed(fault.clone())));
    }
    if token
        .header
        .as_ref()
        .is_ok_and(|header| !header.crit.is_empty())
    {
        problems.push(Problem::fixed(Reason::CriticalHeaderUnsupported));
    }
    match named {
        _ if token.signature().is_empty() => problems.push(Problem::fixed(Reason::AlgorithmNone)),
        Some(NamedAlgorithm::None) => problems.push(Problem::fixed(Reason::AlgorithmNone)),
        _ => {}
    }
    if let Some(NamedAlgorithm::Missing | NamedAlgorithm::Unsupported) = named {
        problems.push(Problem::fixed(Reason::AlgorithmUnsupported));
    }
    let signature = Signature {
        bytes: token.signature().len(),
        algorithm: match named {
            Some(NamedAlgorithm::Implemented(algorithm)) => Some(algorithm),
            _ => None,
        },
    };
    problems.extend(signature.problem());
    for fault in token.claims.iter().flat_map(Claims::faults) {
        problems.push(Problem::of(&Rejection::ClaimMalformed(fault.clone())));
    }
    Decoded {
        form: Form::Jws,
        readable: token.header.is_ok() && token.claims.is_ok(),
        header,
        claims,
        signature: Some(signature),
        problems,
    }
}

fn unreadable(text: &str, fault: TextFault) -> Decoded {
    let form = match fault {
        TextFault::Encrypted => Form::Jwe,
        TextFault::Opaque => Form::Opaque,
        TextFault::Missing | TextFault::TooLarge(_) | TextFault::Malformed(_) => Form::Malformed,
    };
    let (header, second) = match fault {
        TextFault::Encrypted => parts(text),
        TextFault::Malformed(_) => {
            let (header, second) = parts(text);
            // Many a text with dots is base64url by chance.
            let likely = |part: &Part| {
                part.object.is_some()
                    || (part.text.starts_with('{') && !part.text.contains('\u{fffd}'))
            };
            (header.filter(likely), second.filter(likely))
        }
        TextFault::Opaque | TextFault::Missing | TextFault::TooLarge(_) => (None, None),
    };
    Decoded {
        form,
        readable: false,
        header,
        // RFC 7516 §7.1: the second part of a JWE is its encrypted key.
        claims: second.filter(|_| form == Form::Malformed),
        signature: None,
        problems: vec![Problem::of(&Rejection::from(fault))],
    }
}

/// The first two parts, each if it can be decoded somehow.
fn parts(text: &str) -> (Option<Part>, Option<Part>) {
    let mut parts = text.split('.');
    let first = parts.next().unwrap_or_default();
    // What stands before a blank is an authentication scheme.
    let first = first.trim().rsplit(' ').next().unwrap_or_default();
    (part(first), parts.next().and_then(part))
}

fn part(text: &str) -> Option<Part> {
    let usual = |character| match character {
        '+' => '-',
        '/' => '_',
        other => other,
    };
    let ignored = |c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\'' | '`' | '=');
    let text: String = text.chars().filter(|c| !ignored(*c)).map(usual).collect();
    let bytes = LENIENT
        .decode(text)
        .ok()
        .filter(|bytes| !bytes.is_empty())?;
    Some(Part {
        object: Object::parse(&bytes).ok(),
        text: String::from_utf8_lossy(&bytes).into_owned(),
    })
}

impl Signature {
    /// How long signatures of this algorithm are, in bytes: the least and the most.
    pub(super) fn expected(&self) -> Option<(usize, usize)> {
        let exactly = |bytes| Some((bytes, bytes));
        match self.algorithm? {
            // As long as the modulus: 2048 to 8192 bits.
            Algorithm::Rs256
            | Algorithm::Rs384
            | Algorithm::Rs512
            | Algorithm::Ps256
            | Algorithm::Ps384
            | Algorithm::Ps512 => Some((256, 1024)),
            // RFC 7518 §3.4: R and S, each as long as the order of the curve.
            // RFC 8032 §5.1.6. RFC 7518 §3.2: as long as the hash.
            Algorithm::Es256 | Algorithm::EdDsa | Algorithm::Hs512 => exactly(64),
            Algorithm::Es384 => exactly(96),
            Algorithm::Es512 => exactly(132),
            Algorithm::Hs256 => exactly(32),
            Algorithm::Hs384 => exactly(48),
        }
    }

    fn problem(&self) -> Option<Problem> {
        let (least, most) = self.expected()?;
        let fits = self.bytes == 0 || (least..=most).contains(&self.bytes);
        (!fits).then(|| Problem {
            code: Reason::SignatureInvalid.code(),
            message: format!(
                "The signature has {} bytes, and none of this algorithm is that long: it was cut, \
                 or is written another way (DER, hexadecimal).",
                self.bytes
            ),
        })
    }
}

impl Problem {
    /// What the service says.
    fn of(rejection: &Rejection) -> Self {
        Self {
            code: rejection.reason().code(),
            message: sentence(rejection),
        }
    }

    /// What the service says where it knows no policy.
    fn fixed(reason: Reason) -> Self {
        Self {
            code: reason.code(),
            message: fixed(reason).into(),
        }
    }
}
