//! What a resource server answers its own client (RFC 6750 §3), for the reason
//! that leads. Fixed texts: nothing of the token gets into a header.

use crate::pb::BearerChallenge;
use crate::verdict::Inactive;
use crate::verdict::rejection::{Reason, Rejection};

/// The challenge of an inactive answer.
#[must_use]
pub fn challenge(inactive: &Inactive) -> BearerChallenge {
    let reason = inactive.reason();
    let (http_status, error) = match reason {
        // RFC 6750 §3.1: a request without credentials gets no error code.
        Reason::TokenMissing => (401, ""),
        Reason::TokenTooLarge => (400, "invalid_request"),
        Reason::ScopeInsufficient => (403, "insufficient_scope"),
        _ => (401, "invalid_token"),
    };
    let scope = match &inactive.leading {
        Rejection::ScopeInsufficient(scope) => scope.required.join(" "),
        _ => String::new(),
    };
    BearerChallenge {
        http_status,
        error: error.into(),
        error_description: description(reason).into(),
        scope,
    }
}

/// In the characters of RFC 6750 §3: no quote, no backslash.
fn description(reason: Reason) -> &'static str {
    match reason {
        Reason::TokenMissing => "",
        Reason::TokenTooLarge => "The access token is too long",
        Reason::TokenOpaque
        | Reason::TokenEncrypted
        | Reason::TokenMalformed
        | Reason::HeaderMalformed
        | Reason::PayloadMalformed
        | Reason::ClaimMalformed => "The access token is malformed",
        Reason::CriticalHeaderUnsupported
        | Reason::TokenTypeNotAllowed
        | Reason::AlgorithmNone
        | Reason::AlgorithmUnsupported
        | Reason::AlgorithmNotAllowed => "This kind of access token is not accepted",
        Reason::IssuerMissing | Reason::IssuerUnknown | Reason::IssuerNotAllowed => {
            "The issuer of the access token is not accepted"
        }
        Reason::KeyNotFound
        | Reason::KeyUnsuitable
        | Reason::SignatureInvalid
        | Reason::KeyDenied => "The signature of the access token is not accepted",
        // One text for both: a stranger must not learn which audiences exist.
        Reason::AudienceMissing | Reason::AudienceNotAllowed | Reason::AudienceMismatch => {
            "The access token is not meant for this resource"
        }
        Reason::AudienceTooBroad => "The access token is meant for too many resources",
        Reason::AuthorizedPartyNotAllowed => "The client of the access token is not accepted",
        Reason::Expired => "The access token expired",
        Reason::ExpiryMissing | Reason::LifetimeTooLong | Reason::TokenTooOld => {
            "The lifetime of the access token is not accepted"
        }
        Reason::NotYetValid | Reason::IssuedInFuture => "The access token is not valid yet",
        Reason::ClaimMissing | Reason::ClaimNotAllowed | Reason::SubjectNotAllowed => {
            "The access token does not meet the requirements of this resource"
        }
        Reason::ScopeInsufficient => "The access token lacks a required scope",
        Reason::PossessionNotProven => "Possession of the key of the access token was not proven",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::grpc::samples::{full_of, typical};

    fn leading(leading: Rejection, others: Vec<Rejection>) -> BearerChallenge {
        challenge(&Inactive {
            leading,
            others,
            retry_after: None,
        })
    }

    #[test]
    fn every_reason_has_its_status_and_error() {
        for sample in typical() {
            let reason = sample.reason();
            let told = leading(sample, Vec::new());
            let (status, error, scope) = match reason {
                Reason::TokenMissing => (401, "", ""),
                Reason::TokenTooLarge => (400, "invalid_request", ""),
                Reason::ScopeInsufficient => {
                    (403, "insufficient_scope", "orders:read orders:write")
                }
                _ => (401, "invalid_token", ""),
            };
            assert_eq!(
                (told.http_status, &*told.error, &*told.scope),
                (status, error, scope),
                "{reason:?}"
            );
            let silent = reason == Reason::TokenMissing;
            assert_eq!(told.error_description.is_empty(), silent, "{reason:?}");
        }
    }

    #[test]
    fn scope_leads_with_possession_behind_it_and_nothing_before_it() {
        let mut samples = typical();
        let possession = samples.pop().unwrap();
        let scope = samples.pop().unwrap();
        let told = leading(scope.clone(), vec![possession]);
        assert_eq!(told.http_status, 403);
        let told = leading(samples.pop().unwrap(), vec![scope]);
        assert_eq!((told.http_status, &*told.scope), (401, ""));
    }

    #[test]
    fn nothing_of_the_token_is_in_it() {
        for sample in full_of("tell-tale") {
            if sample.reason() == Reason::ScopeInsufficient {
                continue; // `scope` is what was required, by policy and request.
            }
            let told = leading(sample, Vec::new());
            assert!(!format!("{told:?}").contains("tell-tale"), "{told:?}");
        }
    }

    #[test]
    fn descriptions_keep_to_the_character_set() {
        // RFC 6750 §3: %x20-21 / %x23-5B / %x5D-7E
        for reason in Reason::ALL {
            let allowed = |c: char| (' '..='~').contains(&c) && c != '"' && c != '\\';
            assert!(description(reason).chars().all(allowed), "{reason:?}");
        }
    }

    #[test]
    fn a_stranger_cannot_tell_a_known_audience_from_an_unknown_one() {
        assert_eq!(
            description(Reason::AudienceNotAllowed),
            description(Reason::AudienceMismatch)
        );
    }
}
