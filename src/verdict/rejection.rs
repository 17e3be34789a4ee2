//! Rejection: one reason why a token is not active, with its evidence. One variant
//! a reason, in order of precedence. The text is made at the edge.

use std::time::Duration;

use crate::keys::KeyProblem;
use crate::policy::near_miss::NearMiss;
use crate::token::algorithm::Algorithm;
use crate::token::form::{FormFault, Limit};
use crate::token::numeric_date::NumericDate;

/// One reason, with what was found and what was wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// 1
    TokenMissing,
    /// 2
    TokenTooLarge(Limit),
    /// 3
    TokenOpaque,
    /// 4
    TokenEncrypted,
    /// 5
    TokenMalformed(FormFault),
    /// 6
    HeaderMalformed(FormFault),
    /// 7
    PayloadMalformed(FormFault),
    /// 8
    CriticalHeaderUnsupported(ValueEvidence),
    /// 9
    TokenTypeNotAllowed(ValueEvidence),
    /// 20
    AlgorithmNone(KeyEvidence),
    /// 21
    AlgorithmUnsupported(KeyEvidence),
    /// 22
    AlgorithmNotAllowed(KeyEvidence),
    /// 30
    IssuerMissing(IssuerEvidence),
    /// 31
    IssuerUnknown(IssuerEvidence),
    /// 32
    IssuerNotAllowed(IssuerEvidence),
    /// 40
    KeyNotFound(KeyEvidence),
    /// 41
    KeyUnsuitable(KeyEvidence),
    /// 42
    SignatureInvalid(KeyEvidence),
    /// 43
    KeyDenied(KeyEvidence),
    /// 50
    AudienceMissing(AudienceEvidence),
    /// 51
    AudienceNotAllowed(AudienceEvidence),
    /// 52
    AudienceMismatch(AudienceEvidence),
    /// 53
    AudienceTooBroad(AudienceEvidence),
    /// 54
    AuthorizedPartyNotAllowed(ValueEvidence),
    /// 60
    Expired(TimeEvidence),
    /// 61
    ExpiryMissing(TimeEvidence),
    /// 62
    NotYetValid(TimeEvidence),
    /// 63
    IssuedInFuture(TimeEvidence),
    /// 64
    LifetimeTooLong(TimeEvidence),
    /// 65
    TokenTooOld(TimeEvidence),
    /// 70
    ClaimMalformed(FormFault),
    /// 71
    ClaimMissing(ValueEvidence),
    /// 72
    ClaimNotAllowed(ValueEvidence),
    /// 73
    SubjectNotAllowed(ValueEvidence),
    /// 74
    ScopeInsufficient(ScopeEvidence),
    /// 80
    PossessionNotProven(ValueEvidence),
}

/// A value the policy does not want.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValueEvidence {
    /// Header parameter, claim or RFC 6901 pointer.
    pub field: Box<str>,
    /// Any of these would do; for required claims, see [`Self::all_of`].
    pub expected: Vec<Box<str>>,
    /// All of `expected` are wanted, not one of them.
    pub all_of: bool,
    /// A string as it is, else JSON text; `None` if absent.
    pub presented: Option<Box<str>>,
}

/// Key and algorithm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyEvidence {
    /// `kid` of the token.
    pub kid: Option<Box<str>>,
    /// `alg` of the token.
    pub alg: Option<Box<str>>,
    /// By the policy.
    pub allowed: Vec<Algorithm>,
    /// Why the key does not do.
    pub problem: Option<KeyProblem>,
    /// The third part is empty.
    pub unsigned: bool,
    /// When the searched set was last confirmed.
    pub key_set_fetched_at: Option<NumericDate>,
}

/// Whose token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssuerEvidence {
    /// `iss`
    pub presented: Option<Box<str>>,
    /// Identifiers this audience trusts.
    pub accepted: Vec<Box<str>>,
    /// Which of them it nearly is.
    pub near_misses: Vec<NearMiss>,
    /// Name of the configured issuer, if it is known which.
    pub name: Option<Box<str>>,
    /// Where that issuer belongs.
    pub environment: Box<str>,
    /// That issuer is known but trusted by nobody here.
    pub untrusted: bool,
}

/// For whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AudienceEvidence {
    /// `aud`
    pub presented: Vec<Box<str>>,
    /// Values this audience answers to.
    pub accepted: Vec<Box<str>>,
    /// Which of them it nearly is.
    pub near_misses: Vec<NearMiss>,
    /// Other named audiences that do accept it, if the caller may ask about them.
    pub intended_for: Vec<Box<str>>,
    /// The most values allowed, if that is the reason.
    pub max_audiences: Option<usize>,
}

/// When.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeEvidence {
    /// The time in the claim, if it is there.
    pub claim: Option<NumericDate>,
    /// When it was judged.
    pub now: NumericDate,
    /// What was granted.
    pub leeway: Duration,
    /// How far beyond the bound and the leeway.
    pub off_by: Duration,
    /// `max_lifetime` or `max_age`.
    pub limit: Option<Duration>,
}

/// What for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeEvidence {
    /// By policy and request.
    pub required: Vec<Box<str>>,
    /// In the token.
    pub presented: Vec<Box<str>>,
    /// The difference.
    pub missing: Vec<Box<str>>,
}

/// A reason's number is its precedence: the lowest leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[allow(
    missing_docs,
    reason = "documented at the variants of Rejection and in docs/reasons.md"
)]
pub enum Reason {
    TokenMissing = 1,
    TokenTooLarge = 2,
    TokenOpaque = 3,
    TokenEncrypted = 4,
    TokenMalformed = 5,
    HeaderMalformed = 6,
    PayloadMalformed = 7,
    CriticalHeaderUnsupported = 8,
    TokenTypeNotAllowed = 9,
    AlgorithmNone = 20,
    AlgorithmUnsupported = 21,
    AlgorithmNotAllowed = 22,
    IssuerMissing = 30,
    IssuerUnknown = 31,
    IssuerNotAllowed = 32,
    KeyNotFound = 40,
    KeyUnsuitable = 41,
    SignatureInvalid = 42,
    KeyDenied = 43,
    AudienceMissing = 50,
    AudienceNotAllowed = 51,
    AudienceMismatch = 52,
    AudienceTooBroad = 53,
    AuthorizedPartyNotAllowed = 54,
    Expired = 60,
    ExpiryMissing = 61,
    NotYetValid = 62,
    IssuedInFuture = 63,
    LifetimeTooLong = 64,
    TokenTooOld = 65,
    ClaimMalformed = 70,
    ClaimMissing = 71,
    ClaimNotAllowed = 72,
    SubjectNotAllowed = 73,
    ScopeInsufficient = 74,
    PossessionNotProven = 80,
}

impl Reason {
    /// Every reason, in order of precedence.
    pub const ALL: [Self; 36] = [
        Self::TokenMissing,
        Self::TokenTooLarge,
        Self::TokenOpaque,
        Self::TokenEncrypted,
        Self::TokenMalformed,
        Self::HeaderMalformed,
        Self::PayloadMalformed,
        Self::CriticalHeaderUnsupported,
        Self::TokenTypeNotAllowed,
        Self::AlgorithmNone,
        Self::AlgorithmUnsupported,
        Self::AlgorithmNotAllowed,
        Self::IssuerMissing,
        Self::IssuerUnknown,
        Self::IssuerNotAllowed,
        Self::KeyNotFound,
        Self::KeyUnsuitable,
        Self::SignatureInvalid,
        Self::KeyDenied,
        Self::AudienceMissing,
        Self::AudienceNotAllowed,
        Self::AudienceMismatch,
        Self::AudienceTooBroad,
        Self::AuthorizedPartyNotAllowed,
        Self::Expired,
        Self::ExpiryMissing,
        Self::NotYetValid,
        Self::IssuedInFuture,
        Self::LifetimeTooLong,
        Self::TokenTooOld,
        Self::ClaimMalformed,
        Self::ClaimMissing,
        Self::ClaimNotAllowed,
        Self::SubjectNotAllowed,
        Self::ScopeInsufficient,
        Self::PossessionNotProven,
    ];

    /// Its number on the wire.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Whether only work with keys can find it.
    #[must_use]
    pub const fn needs_keys(self) -> bool {
        matches!(self.number(), 40..=44)
    }

    /// Its name in kebab-case: for logs, labels and people.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TokenMissing => "token-missing",
            Self::TokenTooLarge => "token-too-large",
            Self::TokenOpaque => "token-opaque",
            Self::TokenEncrypted => "token-encrypted",
            Self::TokenMalformed => "token-malformed",
            Self::HeaderMalformed => "header-malformed",
            Self::PayloadMalformed => "payload-malformed",
            Self::CriticalHeaderUnsupported => "critical-header-unsupported",
            Self::TokenTypeNotAllowed => "token-type-not-allowed",
            Self::AlgorithmNone => "algorithm-none",
            Self::AlgorithmUnsupported => "algorithm-unsupported",
            Self::AlgorithmNotAllowed => "algorithm-not-allowed",
            Self::IssuerMissing => "issuer-missing",
            Self::IssuerUnknown => "issuer-unknown",
            Self::IssuerNotAllowed => "issuer-not-allowed",
            Self::KeyNotFound => "key-not-found",
            Self::KeyUnsuitable => "key-unsuitable",
            Self::SignatureInvalid => "signature-invalid",
            Self::KeyDenied => "key-denied",
            Self::AudienceMissing => "audience-missing",
            Self::AudienceNotAllowed => "audience-not-allowed",
            Self::AudienceMismatch => "audience-mismatch",
            Self::AudienceTooBroad => "audience-too-broad",
            Self::AuthorizedPartyNotAllowed => "authorized-party-not-allowed",
            Self::Expired => "expired",
            Self::ExpiryMissing => "expiry-missing",
            Self::NotYetValid => "not-yet-valid",
            Self::IssuedInFuture => "issued-in-future",
            Self::LifetimeTooLong => "lifetime-too-long",
            Self::TokenTooOld => "token-too-old",
            Self::ClaimMalformed => "claim-malformed",
            Self::ClaimMissing => "claim-missing",
            Self::ClaimNotAllowed => "claim-not-allowed",
            Self::SubjectNotAllowed => "subject-not-allowed",
            Self::ScopeInsufficient => "scope-insufficient",
            Self::PossessionNotProven => "possession-not-proven",
        }
    }
}

impl Rejection {
    /// Which reason it is.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::TokenMissing => Reason::TokenMissing,
            Self::TokenTooLarge(_) => Reason::TokenTooLarge,
            Self::TokenOpaque => Reason::TokenOpaque,
            Self::TokenEncrypted => Reason::TokenEncrypted,
            Self::TokenMalformed(_) => Reason::TokenMalformed,
            Self::HeaderMalformed(_) => Reason::HeaderMalformed,
            Self::PayloadMalformed(_) => Reason::PayloadMalformed,
            Self::CriticalHeaderUnsupported(_) => Reason::CriticalHeaderUnsupported,
            Self::TokenTypeNotAllowed(_) => Reason::TokenTypeNotAllowed,
            Self::AlgorithmNone(_) => Reason::AlgorithmNone,
            Self::AlgorithmUnsupported(_) => Reason::AlgorithmUnsupported,
            Self::AlgorithmNotAllowed(_) => Reason::AlgorithmNotAllowed,
            Self::IssuerMissing(_) => Reason::IssuerMissing,
            Self::IssuerUnknown(_) => Reason::IssuerUnknown,
            Self::IssuerNotAllowed(_) => Reason::IssuerNotAllowed,
            Self::KeyNotFound(_) => Reason::KeyNotFound,
            Self::KeyUnsuitable(_) => Reason::KeyUnsuitable,
            Self::SignatureInvalid(_) => Reason::SignatureInvalid,
            Self::KeyDenied(_) => Reason::KeyDenied,
            Self::AudienceMissing(_) => Reason::AudienceMissing,
            Self::AudienceNotAllowed(_) => Reason::AudienceNotAllowed,
            Self::AudienceMismatch(_) => Reason::AudienceMismatch,
            Self::AudienceTooBroad(_) => Reason::AudienceTooBroad,
            Self::AuthorizedPartyNotAllowed(_) => Reason::AuthorizedPartyNotAllowed,
            Self::Expired(_) => Reason::Expired,
            Self::ExpiryMissing(_) => Reason::ExpiryMissing,
            Self::NotYetValid(_) => Reason::NotYetValid,
            Self::IssuedInFuture(_) => Reason::IssuedInFuture,
            Self::LifetimeTooLong(_) => Reason::LifetimeTooLong,
            Self::TokenTooOld(_) => Reason::TokenTooOld,
            Self::ClaimMalformed(_) => Reason::ClaimMalformed,
            Self::ClaimMissing(_) => Reason::ClaimMissing,
            Self::ClaimNotAllowed(_) => Reason::ClaimNotAllowed,
            Self::SubjectNotAllowed(_) => Reason::SubjectNotAllowed,
            Self::ScopeInsufficient(_) => Reason::ScopeInsufficient,
            Self::PossessionNotProven(_) => Reason::PossessionNotProven,
        }
    }

    /// Header parameter or claim it is about; empty for the text as a whole.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            Self::TokenMissing
            | Self::TokenTooLarge(_)
            | Self::TokenOpaque
            | Self::TokenEncrypted
            | Self::TokenMalformed(_)
            | Self::SignatureInvalid(_) => "",
            Self::HeaderMalformed(fault)
            | Self::PayloadMalformed(fault)
            | Self::ClaimMalformed(fault) => fault.member.as_deref().unwrap_or_default(),
            Self::CriticalHeaderUnsupported(value)
            | Self::TokenTypeNotAllowed(value)
            | Self::AuthorizedPartyNotAllowed(value)
            | Self::ClaimMissing(value)
            | Self::ClaimNotAllowed(value)
            | Self::SubjectNotAllowed(value)
            | Self::PossessionNotProven(value) => &value.field,
            Self::AlgorithmNone(_)
            | Self::AlgorithmUnsupported(_)
            | Self::AlgorithmNotAllowed(_) => "alg",
            Self::IssuerMissing(_) | Self::IssuerUnknown(_) | Self::IssuerNotAllowed(_) => "iss",
            Self::KeyNotFound(_) | Self::KeyUnsuitable(_) | Self::KeyDenied(_) => "kid",
            Self::AudienceMissing(_)
            | Self::AudienceNotAllowed(_)
            | Self::AudienceMismatch(_)
            | Self::AudienceTooBroad(_) => "aud",
            Self::Expired(_) | Self::ExpiryMissing(_) | Self::LifetimeTooLong(_) => "exp",
            Self::NotYetValid(_) => "nbf",
            Self::IssuedInFuture(_) | Self::TokenTooOld(_) => "iat",
            Self::ScopeInsufficient(_) => "scope",
        }
    }
}
