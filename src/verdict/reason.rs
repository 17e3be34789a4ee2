//! Reason: why a token is not active, by name and number.

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
