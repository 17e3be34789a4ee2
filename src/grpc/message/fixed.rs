//! What a caller without details is told.

use crate::verdict::rejection::Reason;

/// A fixed sentence for each reason: nothing from the token, and nothing from the
/// configuration.
#[must_use]
pub fn fixed(reason: Reason) -> &'static str {
    match reason {
        Reason::TokenMissing => "No token was sent.",
        Reason::TokenTooLarge => "The token is longer than this service reads.",
        Reason::TokenOpaque => "The text has no dots: it is not a JWT.",
        Reason::TokenEncrypted => "The token is encrypted (JWE), and only signed tokens are read.",
        Reason::TokenMalformed => "The text is not a signed token in JWS compact form.",
        Reason::HeaderMalformed => "The token's header cannot be read.",
        Reason::PayloadMalformed => "The token's payload cannot be read.",
        Reason::CriticalHeaderUnsupported => {
            "The token demands a header extension that is not supported."
        }
        Reason::TokenTypeNotAllowed => "This type of token is not accepted here.",
        Reason::AlgorithmNone => "The token is not signed.",
        Reason::AlgorithmUnsupported => "The token's signature algorithm is not supported.",
        Reason::AlgorithmNotAllowed => "The token's signature algorithm is not allowed here.",
        Reason::IssuerMissing => "The token names no issuer.",
        Reason::IssuerUnknown => "The token's issuer is not known.",
        Reason::IssuerNotAllowed => "The token's issuer is not accepted for this audience.",
        Reason::KeyNotFound => "The issuer publishes no key that fits the token.",
        Reason::KeyUnsuitable => "The key that the token names cannot verify it.",
        Reason::SignatureInvalid => "The token's signature does not verify.",
        Reason::KeyDenied => "The key that signed the token was denied by the operator.",
        Reason::AudienceMissing => "The token names no audience.",
        Reason::AudienceNotAllowed => "The token is not meant for this audience.",
        Reason::AudienceMismatch => "The token is meant for another audience.",
        Reason::AudienceTooBroad => "The token names too many audiences.",
        Reason::AuthorizedPartyNotAllowed => "The token's client is not accepted here.",
        Reason::Expired => "The token has expired.",
        Reason::ExpiryMissing => "The token never expires, and must.",
        Reason::NotYetValid => "The token is not valid yet.",
        Reason::IssuedInFuture => "The token was issued in the future.",
        Reason::LifetimeTooLong => "The token lives longer than is accepted here.",
        Reason::TokenTooOld => "The token was issued too long ago.",
        Reason::ClaimMalformed => "A claim of the token has the wrong type or range.",
        Reason::ClaimMissing => "A required claim is missing.",
        Reason::ClaimNotAllowed => "A required claim has another value.",
        Reason::SubjectNotAllowed => "The token's subject is not accepted here.",
        Reason::ScopeInsufficient => "The token lacks a required scope.",
        Reason::PossessionNotProven => {
            "The token is bound to a key, and its sender did not prove to hold it."
        }
    }
}
