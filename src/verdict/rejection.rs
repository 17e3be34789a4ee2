//! Rejection: one reason why a token is not active, with its evidence. One variant
//! a reason, in order of precedence. The text is made at the edge.

use crate::token::TextFault;
use crate::token::form::{FormFault, Limit};

pub use super::evidence::{
    AudienceEvidence, IssuerEvidence, KeyEvidence, ScopeEvidence, TimeEvidence, ValueEvidence,
};
use super::hint::Hint;
pub use super::reason::Reason;

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

impl From<TextFault> for Rejection {
    fn from(fault: TextFault) -> Self {
        match fault {
            TextFault::Missing => Self::TokenMissing,
            TextFault::TooLarge(limit) => Self::TokenTooLarge(limit),
            TextFault::Opaque => Self::TokenOpaque,
            TextFault::Encrypted => Self::TokenEncrypted,
            TextFault::Malformed(fault) => Self::TokenMalformed(fault),
        }
    }
}

impl Rejection {
    /// What the token looks like, if it bears the marks of a known mistake.
    #[must_use]
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::TokenMissing
            | Self::TokenTooLarge(_)
            | Self::TokenOpaque
            | Self::TokenEncrypted
            | Self::TokenMalformed(_)
            | Self::HeaderMalformed(_)
            | Self::PayloadMalformed(_)
            | Self::ClaimMalformed(_)
            | Self::Expired(_)
            | Self::ExpiryMissing(_)
            | Self::NotYetValid(_)
            | Self::IssuedInFuture(_)
            | Self::LifetimeTooLong(_)
            | Self::TokenTooOld(_) => None,
            Self::CriticalHeaderUnsupported(value)
            | Self::TokenTypeNotAllowed(value)
            | Self::AuthorizedPartyNotAllowed(value)
            | Self::ClaimMissing(value)
            | Self::ClaimNotAllowed(value)
            | Self::SubjectNotAllowed(value)
            | Self::PossessionNotProven(value) => value.hint,
            Self::AlgorithmNone(key)
            | Self::AlgorithmUnsupported(key)
            | Self::AlgorithmNotAllowed(key)
            | Self::KeyNotFound(key)
            | Self::KeyUnsuitable(key)
            | Self::SignatureInvalid(key)
            | Self::KeyDenied(key) => key.hint,
            Self::IssuerMissing(issuer)
            | Self::IssuerUnknown(issuer)
            | Self::IssuerNotAllowed(issuer) => issuer.hint,
            Self::AudienceMissing(audience)
            | Self::AudienceNotAllowed(audience)
            | Self::AudienceMismatch(audience)
            | Self::AudienceTooBroad(audience) => audience.hint,
            Self::ScopeInsufficient(scope) => scope.hint,
        }
    }

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
