//! What a refused token looks like: mistakes that people make with the issuers they
//! use, known by public marks. A hint explains a rejection and never makes one; where
//! the marks are not clear there is none.

use crate::token::Token;
use crate::token::claims::Claims;
use crate::token::json::Value;

/// What a refused token looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hint {
    /// An ID token (OpenID Connect Core 1.0 §2), sent where an access token belongs.
    IdToken,
    /// A Microsoft Graph token: only Microsoft can verify it.
    MicrosoftGraph,
    /// A token of Entra's v1 endpoint where the v2 issuer is accepted.
    EntraV1,
    /// A token of Entra's v2 endpoint where the v1 issuer is accepted.
    EntraV2,
    /// The accepted issuer is that of Entra's metadata for any tenant, which no token names.
    EntraTemplate,
    /// Keycloak's audience of a client without an audience mapper.
    KeycloakAccount,
    /// Auth0's audience of a token that no API was asked for with.
    Userinfo,
    /// A token of Okta's org server, which is for Okta alone.
    OktaOrg,
    /// Cognito's access token, which has no `aud`.
    CognitoAccess,
    /// Kubernetes' token of the kind without audience and end.
    KubernetesLegacy,
    /// Scopes with commas between them.
    CommaScopes,
    /// What is missing stands in `roles`.
    Roles,
    /// What is missing stands in `permissions`.
    Permissions,
}

impl Hint {
    /// All of them, in the order of declaration.
    pub const ALL: [Self; 13] = [
        Self::IdToken,
        Self::MicrosoftGraph,
        Self::EntraV1,
        Self::EntraV2,
        Self::EntraTemplate,
        Self::KeycloakAccount,
        Self::Userinfo,
        Self::OktaOrg,
        Self::CognitoAccess,
        Self::KubernetesLegacy,
        Self::CommaScopes,
        Self::Roles,
        Self::Permissions,
    ];

    /// Its name in kebab-case: for logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::IdToken => "id-token",
            Self::MicrosoftGraph => "microsoft-graph",
            Self::EntraV1 => "entra-v1",
            Self::EntraV2 => "entra-v2",
            Self::EntraTemplate => "entra-template",
            Self::KeycloakAccount => "keycloak-account",
            Self::Userinfo => "userinfo",
            Self::OktaOrg => "okta-org",
            Self::CognitoAccess => "cognito-access",
            Self::KubernetesLegacy => "kubernetes-legacy",
            Self::CommaScopes => "comma-scopes",
            Self::Roles => "roles",
            Self::Permissions => "permissions",
        }
    }
}

/// Microsoft Graph as an audience: its application id, and its identifier.
const GRAPH: [&str; 2] = [
    "00000003-0000-0000-c000-000000000000",
    "https://graph.microsoft.com",
];

/// Of a token that names no audience accepted here.
pub(super) fn of_audience(claims: &Claims) -> Option<Hint> {
    let audiences: &[Box<str>] = claims.aud.value().map_or(&[], Vec::as_slice);
    let only = match audiences {
        [only] => Some(&**only),
        _ => None,
    };
    let iss = claims.iss.value().map(|iss| &**iss);
    let has = |name: &str| claims.json().get(name).is_some();
    if only.is_some_and(|aud| GRAPH.contains(&aud.trim_end_matches('/'))) {
        Some(Hint::MicrosoftGraph)
    } else if is_id_token(claims) {
        Some(Hint::IdToken)
    } else if audiences.is_empty() && text(claims, "token_use").as_deref() == Some("access") {
        Some(Hint::CognitoAccess)
    } else if only == Some("account") && iss.is_some_and(|iss| iss.contains("/realms/")) {
        Some(Hint::KeycloakAccount)
    } else if !audiences.is_empty() && audiences.iter().all(|aud| is_userinfo(aud, iss)) {
        Some(Hint::Userinfo)
    } else if only.is_some() && only == iss && has("cid") {
        Some(Hint::OktaOrg)
    } else {
        None
    }
}

/// Of a token whose issuer is none of `accepted`.
pub(super) fn of_issuer(claims: &Claims, accepted: &[Box<str>]) -> Option<Hint> {
    let iss = claims.iss.value()?;
    if **iss == *"kubernetes/serviceaccount" {
        return Some(Hint::KubernetesLegacy);
    }
    let same_tenant = |tenant: fn(&str) -> Option<&str>, of: &str| {
        accepted.iter().any(|one| tenant(one) == Some(of))
    };
    if let Some(tenant) = entra_v1(iss) {
        return same_tenant(entra_v2, tenant)
            .then_some(Hint::EntraV1)
            .or_else(|| template(accepted));
    }
    let tenant = entra_v2(iss)?;
    same_tenant(entra_v1, tenant)
        .then_some(Hint::EntraV2)
        .or_else(|| template(accepted))
}

/// Of a token whose type is not accepted.
pub(super) fn of_type(token: &Token) -> Option<Hint> {
    let claims = token.claims.as_ref().ok()?;
    is_id_token(claims).then_some(Hint::IdToken)
}

/// Of a token whose signature does not verify. Microsoft hashes the `nonce` of the
/// header into what it signs, so that its own tokens serve nobody else.
pub(super) fn of_signature(token: &Token) -> Option<Hint> {
    let header = token.header.as_ref().ok()?;
    let iss = token.claims.as_ref().ok()?.iss.value()?;
    let entra = entra_v1(iss).is_some() || entra_v2(iss).is_some();
    (entra && header.json().get("nonce").is_some()).then_some(Hint::MicrosoftGraph)
}

/// Of a token that lacks these scopes.
pub(super) fn of_scopes(claims: &Claims, presented: &[&str], missing: &[Box<str>]) -> Option<Hint> {
    if presented.iter().any(|scope| scope.contains(',')) {
        return Some(Hint::CommaScopes);
    }
    let holds = |name: &str| {
        let values = claims.json().get(name).and_then(Value::elements);
        let values = values.unwrap_or_default();
        let texts: Vec<_> = values.into_iter().filter_map(Value::as_str).collect();
        (missing.iter()).all(|scope| texts.iter().any(|text| **text == **scope))
    };
    if holds("permissions") {
        Some(Hint::Permissions)
    } else if holds("roles") {
        Some(Hint::Roles)
    } else {
        None
    }
}

/// By claims that ID tokens have (OpenID Connect Core 1.0 §2), or by the issuer's own
/// word for it (Cognito's `token_use`, Keycloak's `typ`). A `nonce` counts only where
/// there are no scopes: some issuers put it into access tokens, too.
fn is_id_token(claims: &Claims) -> bool {
    let says = |name: &str, kind: &str| text(claims, name).as_deref() == Some(kind);
    let has = |name: &str| claims.json().get(name).is_some();
    if says("token_use", "access") || says("typ", "Bearer") {
        return false;
    }
    let nonce = has("nonce") && !has("scope") && !has("scp");
    says("token_use", "id") || says("typ", "ID") || has("at_hash") || has("c_hash") || nonce
}

/// Auth0's endpoint for what an ID token would say, at the issuer itself.
fn is_userinfo(aud: &str, iss: Option<&str>) -> bool {
    aud.strip_suffix("/userinfo")
        .is_some_and(|origin| iss.map(|iss| iss.trim_end_matches('/')) == Some(origin))
}

fn entra_v1(iss: &str) -> Option<&str> {
    let tenant = iss.strip_prefix("https://sts.windows.net/")?;
    Some(tenant.strip_suffix('/').unwrap_or(tenant))
}

fn entra_v2(iss: &str) -> Option<&str> {
    let rest = iss.strip_prefix("https://login.microsoftonline.com/")?;
    rest.strip_suffix("/v2.0")
}

/// What metadata for any tenant says (Entra's `common` and `organizations`).
fn template(accepted: &[Box<str>]) -> Option<Hint> {
    let any_tenant = |one: &str| {
        let tenant = entra_v2(one).or_else(|| entra_v1(one));
        matches!(
            tenant,
            Some("common" | "organizations" | "consumers" | "{tenantid}")
        )
    };
    (accepted.iter().any(|one| any_tenant(one))).then_some(Hint::EntraTemplate)
}

fn text<'c>(claims: &'c Claims, name: &str) -> Option<std::borrow::Cow<'c, str>> {
    claims.json().get(name).and_then(Value::as_str)
}

#[cfg(test)]
mod tests;
