//! Closed sets by their names on the wire. No wildcard arms: a new value stops the
//! compiler here.

use crate::keys::KeyProblem;
use crate::pb;
use crate::policy::near_miss::Difference;
use crate::verdict::rejection::Reason;

/// Why a key is not used, on the wire.
#[must_use]
pub fn wire_problem(problem: KeyProblem) -> pb::KeyProblem {
    match problem {
        KeyProblem::Use => pb::KeyProblem::Use,
        KeyProblem::KeyOps => pb::KeyProblem::KeyOps,
        KeyProblem::Algorithm => pb::KeyProblem::Algorithm,
        KeyProblem::Type => pb::KeyProblem::Type,
        KeyProblem::TooWeak => pb::KeyProblem::TooWeak,
        KeyProblem::Malformed => pb::KeyProblem::Malformed,
        KeyProblem::Symmetric => pb::KeyProblem::Symmetric,
        KeyProblem::Duplicate => pb::KeyProblem::Duplicate,
        KeyProblem::Denied => pb::KeyProblem::Denied,
        KeyProblem::Withdrawn => pb::KeyProblem::Withdrawn,
        // The wire has no name of its own for it; the sentence says it.
        KeyProblem::TooMany => pb::KeyProblem::Unspecified,
    }
}

/// How two values nearly match, on the wire.
#[must_use]
pub fn wire_difference(difference: Difference) -> pb::near_miss::Difference {
    use pb::near_miss::Difference as Wire;
    match difference {
        Difference::TrailingSlash => Wire::TrailingSlash,
        Difference::Scheme => Wire::Scheme,
        Difference::Case => Wire::Case,
        Difference::Port => Wire::Port,
        Difference::Whitespace => Wire::Whitespace,
        Difference::PercentEncoding => Wire::PercentEncoding,
        Difference::Lookalike => Wire::Lookalike,
        Difference::UriPrefix => Wire::UriPrefix,
        Difference::Typo => Wire::Typo,
        Difference::Path => Wire::Path,
    }
}

/// The reason's name on the wire.
#[must_use]
pub fn wire_reason(reason: Reason) -> pb::RejectionReason {
    use pb::RejectionReason as Wire;
    match reason {
        Reason::TokenMissing => Wire::TokenMissing,
        Reason::TokenTooLarge => Wire::TokenTooLarge,
        Reason::TokenOpaque => Wire::TokenOpaque,
        Reason::TokenEncrypted => Wire::TokenEncrypted,
        Reason::TokenMalformed => Wire::TokenMalformed,
        Reason::HeaderMalformed => Wire::HeaderMalformed,
        Reason::PayloadMalformed => Wire::PayloadMalformed,
        Reason::CriticalHeaderUnsupported => Wire::CriticalHeaderUnsupported,
        Reason::TokenTypeNotAllowed => Wire::TokenTypeNotAllowed,
        Reason::AlgorithmNone => Wire::AlgorithmNone,
        Reason::AlgorithmUnsupported => Wire::AlgorithmUnsupported,
        Reason::AlgorithmNotAllowed => Wire::AlgorithmNotAllowed,
        Reason::IssuerMissing => Wire::IssuerMissing,
        Reason::IssuerUnknown => Wire::IssuerUnknown,
        Reason::IssuerNotAllowed => Wire::IssuerNotAllowed,
        Reason::KeyNotFound => Wire::KeyNotFound,
        Reason::KeyUnsuitable => Wire::KeyUnsuitable,
        Reason::SignatureInvalid => Wire::SignatureInvalid,
        Reason::KeyDenied => Wire::KeyDenied,
        Reason::AudienceMissing => Wire::AudienceMissing,
        Reason::AudienceNotAllowed => Wire::AudienceNotAllowed,
        Reason::AudienceMismatch => Wire::AudienceMismatch,
        Reason::AudienceTooBroad => Wire::AudienceTooBroad,
        Reason::AuthorizedPartyNotAllowed => Wire::AuthorizedPartyNotAllowed,
        Reason::Expired => Wire::Expired,
        Reason::ExpiryMissing => Wire::ExpiryMissing,
        Reason::NotYetValid => Wire::NotYetValid,
        Reason::IssuedInFuture => Wire::IssuedInFuture,
        Reason::LifetimeTooLong => Wire::LifetimeTooLong,
        Reason::TokenTooOld => Wire::TokenTooOld,
        Reason::ClaimMalformed => Wire::ClaimMalformed,
        Reason::ClaimMissing => Wire::ClaimMissing,
        Reason::ClaimNotAllowed => Wire::ClaimNotAllowed,
        Reason::SubjectNotAllowed => Wire::SubjectNotAllowed,
        Reason::ScopeInsufficient => Wire::ScopeInsufficient,
        Reason::PossessionNotProven => Wire::PossessionNotProven,
    }
}
