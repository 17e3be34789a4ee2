//! AudiencePolicy: what one resource server requires of a token.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::Name;
use super::issuer::Issuer;
use crate::token::algorithm::AlgorithmSet;
use crate::token::decimal::Decimal;
use crate::token::header::media_type;

/// A named audience.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudiencePolicy {
    /// What callers ask for.
    pub name: Name,
    /// `aud` values it answers to, compared byte for byte (RFC 7519 §4.1.3). Not empty.
    pub accept: Vec<Box<str>>,
    /// Who may sign for it. Not empty.
    pub issuers: Vec<Arc<Issuer>>,
    /// Algorithms it wants, beside what each issuer allows.
    pub algorithms: AlgorithmSet,
    /// Values of `typ` it takes.
    pub token_types: Vec<TokenType>,
    /// Granted to `exp`, `nbf` and `iat`.
    pub leeway: Duration,
    /// All of these must be in `scope` or `scp`.
    pub required_scopes: Vec<Box<str>>,
    /// Clients a token may be issued to; `None`: any.
    pub authorized_parties: Option<Vec<Box<str>>>,
    /// Subjects it takes; `None`: any.
    pub subjects: Option<Vec<SubjectMatch>>,
    /// Claims that must be there, and with what.
    pub required_claims: Vec<RequiredClaim>,
    /// Most values `aud` may have; `None`: any number.
    pub max_audiences: Option<usize>,
    /// Longest time from `iat` to `exp`.
    pub max_lifetime: Option<Duration>,
    /// Longest time since `iat`.
    pub max_age: Option<Duration>,
    /// Whether a token without `exp` is refused.
    pub require_expiry: bool,
    /// What a token with `cnf` is worth here.
    pub sender_constrained: SenderConstrained,
    /// A token without `iss` is taken for one of the only issuer (SPIFFE JWT-SVID).
    pub issuer_optional: bool,
    /// Longest time an answer may be kept by a caller; zero: never.
    pub max_cacheable: Duration,
}

/// A `typ` value, as configured and as compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenType {
    /// As configured.
    pub written: Box<str>,
    /// As a media type in lower case.
    pub media_type: Box<str>,
}

impl TokenType {
    /// From its configured spelling.
    #[must_use]
    pub fn new(written: &str) -> Self {
        Self {
            written: written.into(),
            media_type: media_type(written).into(),
        }
    }
}

/// How a subject is matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubjectMatch {
    /// Byte for byte.
    Exact(Box<str>),
    /// By its beginning.
    Prefix(Box<str>),
}

impl SubjectMatch {
    /// Whether `sub` is one of these.
    #[must_use]
    pub fn matches(&self, sub: &str) -> bool {
        match self {
            Self::Exact(wanted) => **wanted == *sub,
            Self::Prefix(prefix) => sub.starts_with(&**prefix),
        }
    }
}

/// For people: a prefix ends in `*`.
impl fmt::Display for SubjectMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(wanted) => f.write_str(wanted),
            Self::Prefix(prefix) => write!(f, "{prefix}*"),
        }
    }
}

/// A sender-constrained token (RFC 7800) on its own proves nothing about who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SenderConstrained {
    /// Not active here.
    Refuse,
    /// Active; the caller checks possession itself, by what `confirmation` says.
    CallerChecks,
}

/// A claim that must be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequiredClaim {
    /// Where it stands: member names from the top. Not empty.
    pub path: Vec<Box<str>>,
    /// How the path was written: `name` or `path`.
    pub is_path: bool,
    /// What it must hold.
    pub wanted: Wanted,
}

/// What a required claim must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Anything at all.
    Present,
    /// One of these.
    AnyOf(Vec<Scalar>),
    /// Each of these.
    AllOf(Vec<Scalar>),
}

/// A value that a claim can be compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// A string, byte for byte.
    String(Box<str>),
    /// A number, by its exact decimal value, and as configured.
    Number(Decimal, Box<str>),
    /// `true` or `false`
    Bool(bool),
}

/// As configured, a string without quotation marks.
impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String(text) | Self::Number(_, text) => f.write_str(text),
            Self::Bool(truth) => write!(f, "{truth}"),
        }
    }
}

impl RequiredClaim {
    /// The claim for people and for the answer's `field`: its name, or an RFC 6901
    /// pointer if it was configured as a path.
    #[must_use]
    pub fn field(&self) -> String {
        if !self.is_path {
            return self.path.concat();
        }
        self.path.iter().fold(String::new(), |pointer, name| {
            format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
        })
    }
}

impl AudiencePolicy {
    /// A policy that asks for nothing beyond the defaults.
    #[must_use]
    pub fn new(name: Name, accept: Vec<Box<str>>, issuers: Vec<Arc<Issuer>>) -> Self {
        Self {
            name,
            accept,
            issuers,
            algorithms: AlgorithmSet::all(),
            token_types: ["at+jwt", "JWT"].map(TokenType::new).into(),
            leeway: Duration::from_secs(30),
            required_scopes: Vec::new(),
            authorized_parties: None,
            subjects: None,
            required_claims: Vec::new(),
            max_audiences: None,
            max_lifetime: None,
            max_age: None,
            require_expiry: true,
            sender_constrained: SenderConstrained::Refuse,
            issuer_optional: false,
            max_cacheable: Duration::from_secs(60),
        }
    }

    /// Whether the value is one it answers to.
    #[must_use]
    pub fn accepts(&self, aud: &str) -> bool {
        self.accept.iter().any(|accepted| **accepted == *aud)
    }

    /// Whether `iat` must be there for another rule to be decided.
    #[must_use]
    pub fn requires_issue_time(&self) -> bool {
        self.max_age.is_some() || self.max_lifetime.is_some()
    }

    /// Whether `exp` must be there: a lifetime without an end has no length.
    #[must_use]
    pub fn requires_expiry(&self) -> bool {
        self.require_expiry || self.max_lifetime.is_some()
    }
}
