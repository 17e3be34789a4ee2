//! What to do about a token that looks like a known mistake.

use crate::verdict::hint::Hint;

/// One sentence: what it looks like, and the way out. Short: the values stand before it.
pub(super) fn advice(hint: Hint) -> &'static str {
    match hint {
        Hint::IdToken => "It looks like an ID token: send the access token.",
        Hint::MicrosoftGraph => {
            "It looks like a Microsoft Graph token, which only Graph can verify: ask Entra for \
             one for your own API."
        }
        Hint::EntraV1 => {
            "Entra made a v1 token: set requestedAccessTokenVersion 2 for the API, or configure \
             this issuer."
        }
        Hint::EntraV2 => {
            "Entra made a v2 token: configure this issuer, or set requestedAccessTokenVersion 1."
        }
        Hint::EntraTemplate => "Entra's tokens name their tenant: configure the tenant's issuer.",
        Hint::KeycloakAccount => {
            "That is Keycloak's default: add an audience mapper for this API to the client."
        }
        Hint::Userinfo => {
            "No API was asked for: name its identifier as audience in the token request."
        }
        Hint::OktaOrg => {
            "Okta's org server issues for Okta alone: use a custom authorization server."
        }
        Hint::CognitoAccess => {
            "Cognito's access tokens have none by default: have a pre token generation trigger \
             add it."
        }
        Hint::KubernetesLegacy => {
            "It is an old service account token: mount one with this audience (projected), or \
             request it."
        }
        Hint::CommaScopes => "Scopes are separated by spaces, not commas.",
        Hint::Roles => "It stands in roles: ask for it by required_claims.",
        Hint::Permissions => "It stands in permissions: ask for it by required_claims.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::escape::MAX_BYTES;
    use crate::grpc::message::{fixed, sentence};
    use crate::policy::near_miss::{Difference, NearMiss};
    use crate::verdict::rejection::{
        AudienceEvidence, IssuerEvidence, KeyEvidence, Rejection, ScopeEvidence,
    };

    /// A rejection with long values, of the kind that a hint comes with.
    fn hinted(hint: Hint) -> Rejection {
        let long = |text: &str| -> Box<str> { format!("{text}{}", "x".repeat(200)).into() };
        let many = || vec![long("https://api.example.com/"); 20];
        match hint {
            Hint::IdToken
            | Hint::KeycloakAccount
            | Hint::Userinfo
            | Hint::OktaOrg
            | Hint::CognitoAccess => Rejection::AudienceNotAllowed(AudienceEvidence {
                presented: many(),
                accepted: many(),
                hint: Some(hint),
                ..AudienceEvidence::default()
            }),
            Hint::MicrosoftGraph => Rejection::SignatureInvalid(KeyEvidence {
                kid: Some(long("kid")),
                hint: Some(hint),
                ..KeyEvidence::default()
            }),
            Hint::EntraV1 | Hint::EntraV2 | Hint::EntraTemplate | Hint::KubernetesLegacy => {
                Rejection::IssuerUnknown(IssuerEvidence {
                    presented: Some(long("https://sts.windows.net/")),
                    accepted: many(),
                    hint: Some(hint),
                    ..IssuerEvidence::default()
                })
            }
            Hint::CommaScopes | Hint::Roles | Hint::Permissions => {
                Rejection::ScopeInsufficient(ScopeEvidence {
                    presented: many(),
                    missing: many(),
                    hint: Some(hint),
                    ..ScopeEvidence::default()
                })
            }
        }
    }

    #[test]
    fn what_it_looks_like_is_said_whole_beside_the_longest_values() {
        for hint in Hint::ALL {
            let told = sentence(&hinted(hint));
            assert!(told.ends_with(advice(hint)), "{hint:?}: {told}");
            assert_ne!(told, fixed(hinted(hint).reason()), "{hint:?}");
            assert!(told.len() <= MAX_BYTES, "{hint:?}: {told}");
            // Codes say nothing of it.
            assert!(!fixed(hinted(hint).reason()).contains(advice(hint)));
        }
    }

    #[test]
    fn a_spelling_or_another_service_says_more_than_a_hint() {
        let evidence = AudienceEvidence {
            presented: vec!["api".into()],
            accepted: vec!["api/".into()],
            hint: Some(Hint::IdToken),
            ..AudienceEvidence::default()
        };
        let meant = Rejection::AudienceMismatch(AudienceEvidence {
            intended_for: vec!["payments".into()],
            ..evidence.clone()
        });
        assert!(sentence(&meant).contains("payments"));
        let near = Rejection::AudienceMismatch(AudienceEvidence {
            near_misses: vec![NearMiss {
                presented: "api".into(),
                accepted: "api/".into(),
                differences: vec![Difference::TrailingSlash],
            }],
            ..evidence
        });
        assert!(sentence(&near).contains("a slash at the end"));
    }

    #[test]
    fn it_says_more_than_that_two_values_are_of_one_host() {
        let template = "https://login.microsoftonline.com/common/v2.0";
        let tenant = "https://login.microsoftonline.com/12345678/v2.0";
        let miss = |differences| NearMiss {
            presented: tenant.into(),
            accepted: template.into(),
            differences,
        };
        let told = |difference| {
            sentence(&Rejection::IssuerUnknown(IssuerEvidence {
                presented: Some(tenant.into()),
                accepted: vec![template.into()],
                near_misses: vec![miss(vec![difference])],
                hint: Some(Hint::EntraTemplate),
                ..IssuerEvidence::default()
            }))
        };
        assert!(told(Difference::Path).ends_with(advice(Hint::EntraTemplate)));
        assert!(told(Difference::TrailingSlash).contains("a slash at the end"));
    }
}
