//! What can be wrong with the text of a token, as evidence.

/// Which piece of the token a fault is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The text as a whole.
    Token,
    /// First part: the JOSE header.
    Header,
    /// Second part: the claims.
    Payload,
    /// Third part.
    Signature,
}

impl Part {
    /// `token`, `header`, `payload` or `signature`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        }
    }
}

/// The kind of fault. Finer than the wire where a person needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// More bytes than the limit.
    TooLarge,
    /// An authentication scheme and a space before the token.
    BearerPrefix,
    /// Not three parts.
    PartCount,
    /// A blank inside or around.
    Whitespace,
    /// A line break inside or around.
    LineBreak,
    /// A quotation mark.
    Quote,
    /// A `=` (RFC 7515 §2: no padding).
    Padding,
    /// A character outside base64url (RFC 4648 §5).
    Alphabet,
    /// Bits set beyond the last byte, or a length no bytes encode to: more than
    /// one spelling would mean the same token.
    TrailingBits,
    /// Bytes that are no UTF-8, or half of a surrogate pair.
    NotUtf8,
    /// Not one JSON object.
    NotJsonObject,
    /// A name twice.
    DuplicateMember,
    /// Nested too deeply.
    TooDeep,
    /// A member of another JSON type than its definition says.
    WrongType,
    /// No date between 1970 and 9999.
    OutOfRange,
    /// No date either, but one if read as milliseconds.
    OutOfRangeMilliseconds,
}

/// One fault with its evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormFault {
    /// What.
    pub problem: Problem,
    /// Where.
    pub part: Part,
    /// Byte in that part, from 0: of its text for base64url, of its JSON after.
    pub offset: usize,
    /// The bound that was passed, and by what.
    pub limit: Option<Limit>,
    /// Name of the member at fault, if it is one member's.
    pub member: Option<Box<str>>,
    /// The member's value as JSON text, with the last three problems.
    pub presented: Option<Box<str>>,
}

/// A bound and the size that passed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Most that is allowed (for parts: exactly this).
    pub limit: u64,
    /// What came.
    pub actual: u64,
}

impl FormFault {
    /// A fault of a part as a whole.
    #[must_use]
    pub fn new(part: Part, problem: Problem, offset: usize) -> Self {
        Self {
            problem,
            part,
            offset,
            limit: None,
            member: None,
            presented: None,
        }
    }

    /// The same, about one member.
    #[must_use]
    pub fn of_member(self, member: &str) -> Self {
        Self {
            member: Some(member.into()),
            ..self
        }
    }
}
