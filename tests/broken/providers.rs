//! Tokens as the well-known providers make them by default.

use serde_json::json;

use crate::draft::{Draft, STRANGER};
use crate::house::House;
use crate::row::{check, row};

const TENANT: &str = "11111111-2222-3333-4444-555555555555";
const OLD_TENANT: &str = "99999999-8888-7777-6666-555555555555";

#[tokio::test]
async fn auth0_okta() {
    let house = House::ready().await;
    let good = |aud: &str| Draft::good(aud, house.now());
    let rows = vec![
        row(
            "Auth0 without its slash",
            "auth0-api",
            good("https://orders.acme.example").rs256().claims(json!({"iss": "https://acme.eu.auth0.com"})).signed(),
        )
        .leads("issuer-unknown", &["\"https://acme.eu.auth0.com\"", "a slash at the end"])
        .logs("near_misses", "trailing-slash")
        .explains("iss", "auth0.com\"", "auth0.com/\""),
        row(
            "Auth0, the default audience",
            "auth0-api",
            good("").rs256()
                .claims(json!({
                    "iss": "https://acme.eu.auth0.com/", "azp": "SPA-client", "client_id": null,
                    "aud": ["https://acme.eu.auth0.com/api/v2/", "https://acme.eu.auth0.com/userinfo"],
                }))
                .signed(),
        )
        .leads("audience-not-allowed", &["/api/v2/", "accepted here: \"https://orders.acme.example\""])
        .logs("aud", "https://acme.eu.auth0.com/api/v2/ https://acme.eu.auth0.com/userinfo")
        .logs("client", "SPA-client")
        .explains("aud", "/userinfo\"", "orders.acme.example"),
        row(
            "Auth0, encrypted for want of an audience",
            "auth0-api",
            "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..aXYtb2YtdGhpcy1vbmU.Y2lwaGVydGV4dA.dGFn".into(),
        )
        .leads("token-encrypted", &["five parts", "JWE", "audience"])
        .explains("form", "", "three parts"),
        row(
            "Auth0, no API asked for",
            "auth0-api",
            good("https://acme.eu.auth0.com/userinfo")
                .rs256()
                .claims(json!({"iss": "https://acme.eu.auth0.com/", "scope": "openid profile"}))
                .signed(),
        )
        .leads(
            "audience-not-allowed",
            &["/userinfo\"", "No API was asked for", "as audience in the token request"],
        )
        .logs("hint", "userinfo")
        .logs("aud", "/userinfo")
        .explains("aud", "/userinfo\"", "orders.acme.example"),
        row("an opaque token", "auth0-api", "ory_at_VqR3sKq0QmWcZk2w".into())
            .leads("token-opaque", &["no dots", "opaque", "audience or resource"])
            .explains("form", "", "three parts"),
        row(
            "Okta, the default audience",
            "okta-api",
            good("api://default").rs256()
                .claims(json!({
                    "iss": "https://acme.okta.com/oauth2/default", "cid": "0oa1gjh63g214q0Hq0g4",
                    "client_id": null, "scope": null, "scp": ["orders:read"], "ver": 1,
                }))
                .header(json!({"typ": null}))
                .signed(),
        )
        .leads("audience-not-allowed", &["\"api://default\"", "okta-api.acme.example"])
        .logs("client", "0oa1gjh63g214q0Hq0g4")
        .explains("aud", "\"api://default\"", "okta-api.acme.example"),
        row(
            "Okta, the org server",
            "okta-org-api",
            good("https://acme.okta.com")
                .rs256()
                .claims(json!({
                    "iss": "https://acme.okta.com", "cid": "0oa1gjh63g214q0Hq0g4",
                    "client_id": null, "scope": null, "scp": ["openid"],
                }))
                .signed(),
        )
        .leads(
            "audience-not-allowed",
            &["Okta's org server issues for Okta alone", "custom authorization server"],
        )
        .logs("hint", "okta-org")
        .logs("client", "0oa1gjh63g214q0Hq0g4")
        .explains("aud", "\"https://acme.okta.com\"", "org-api.acme.example"),
    ];
    check(&house, rows).await;
}

#[tokio::test]
async fn keycloak_cognito_google() {
    let house = House::ready().await;
    let good = |aud: &str| Draft::good(aud, house.now());
    let rows = vec![
        row(
            "Keycloak, no audience mapper",
            "keycloak-api",
            good("account").rs256()
                .claims(json!({
                    "iss": "https://sso.example.com/realms/acme", "typ": "Bearer", "azp": "web-frontend",
                    "client_id": null, "scope": "profile email",
                }))
                .signed(),
        )
        .leads("audience-not-allowed", &["\"account\"", "\"orders-service\"", "Keycloak's default", "an audience mapper"])
        .logs("hint", "keycloak-account")
        .logs("aud", "account")
        .logs("client", "web-frontend")
        .explains("aud", "\"account\"", "\"orders-service\""),
        row(
            "Keycloak by the name of its container",
            "keycloak-api",
            good("orders-service").rs256().claims(json!({"iss": "http://keycloak:8080/realms/acme"})).signed(),
        )
        .leads("issuer-unknown", &["http://keycloak:8080/realms/acme", "\"https://sso.example.com/realms/acme\""])
        .logs("iss", "http://keycloak:8080/realms/acme")
        .explains("iss", "keycloak:8080", "sso.example.com"),
        row(
            "Keycloak, the key that encrypts",
            "keycloak-api",
            good("orders-service").rs256()
                .header(json!({"kid": "enc-rsa"}))
                .claims(json!({"iss": "https://sso.example.com/realms/acme"}))
                .signed(),
        )
        .leads("key-unsuitable", &["\"enc-rsa\" cannot verify \"RS256\"", "use is not sig"])
        .logs("kid", "enc-rsa")
        .explains("key", "kid \"enc-rsa\"", "at hand: \"dev-es256\""),
        row(
            "Cognito, an access token",
            "cognito-api",
            good("").rs256()
                .claims(json!({
                    "iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123",
                    "aud": null, "token_use": "access", "client_id": "1example23456789",
                }))
                .signed(),
        )
        .leads("audience-missing", &["has no aud", "cognito-api.acme.example", "Cognito", "pre token generation trigger"])
        .logs("hint", "cognito-access")
        .logs("client", "1example23456789")
        .explains("aud", "absent", "cognito-api.acme.example"),
        row(
            "Google without a scheme",
            "google-app",
            good("1234567890-abcdef.apps.googleusercontent.com").rs256()
                .claims(json!({"iss": "accounts.google.com"}))
                .header(json!({"typ": "JWT"}))
                .signed(),
        )
        .leads("issuer-unknown", &["\"accounts.google.com\"", "differ by the scheme"])
        .logs("near_misses", "scheme")
        .explains("iss", "\"accounts.google.com\"", "\"https://accounts.google.com\""),
    ];
    check(&house, rows).await;
}

fn entra_token(aud: &str, now: i64) -> Draft {
    let draft = Draft::good(aud, now).rs256().header(json!({"typ": "JWT"}));
    draft.claims(json!({"client_id": null, "scope": null, "scp": "Orders.Read"}))
}

fn v1(tenant: &str) -> String {
    format!("https://sts.windows.net/{tenant}/")
}

fn v2(tenant: &str) -> String {
    format!("https://login.microsoftonline.com/{tenant}/v2.0")
}

#[tokio::test]
async fn entra_versions() {
    let house = House::ready().await;
    let good = |aud: &str| entra_token(aud, house.now());
    let rows = vec![
        row(
            "a v1 token for an API that expects v2",
            "entra-api",
            good("api://aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")
                .claims(json!({"iss": v1(TENANT), "tid": TENANT, "appid": "spa", "ver": "1.0"}))
                .signed(),
        )
        .leads(
            "issuer-unknown",
            &[
                "sts.windows.net",
                "Entra made a v1 token",
                "requestedAccessTokenVersion 2",
            ],
        )
        .logs("hint", "entra-v1")
        .logs(
            "iss",
            "https://sts.windows.net/11111111-2222-3333-4444-555555555555/",
        )
        .logs("reasons", "audience-mismatch")
        .logs("near_misses", "uri-prefix")
        .explains("iss", "sts.windows.net", "login.microsoftonline.com"),
        row(
            "a v2 token for an API that expects v1",
            "entra-old",
            good("ffffffff-bbbb-cccc-dddd-eeeeeeeeeeee")
                .claims(
                    json!({"iss": v2(OLD_TENANT), "tid": OLD_TENANT, "azp": "spa", "ver": "2.0"}),
                )
                .signed(),
        )
        .leads(
            "issuer-unknown",
            &[
                "login.microsoftonline.com",
                "Entra made a v2 token",
                "configure this issuer",
            ],
        )
        .logs("hint", "entra-v2")
        .logs("iss", "/v2.0")
        .logs("near_misses", "uri-prefix")
        .explains("iss", "login.microsoftonline.com", "sts.windows.net"),
    ];
    check(&house, rows).await;
}

#[tokio::test]
async fn entra_and_graph() {
    let house = House::ready().await;
    let good = |aud: &str| entra_token(aud, house.now());
    let rows = vec![
        row(
            "the issuer of any tenant, as its metadata names it",
            "entra-any",
            good("bbbbbbbb-bbbb-cccc-dddd-eeeeeeeeeeee")
                .claims(json!({"iss": v2("12345678-1111-2222-3333-444444444444")}))
                .signed(),
        )
        .leads(
            "issuer-unknown",
            &["name their tenant", "configure the tenant's issuer"],
        )
        .logs("hint", "entra-template")
        .logs("iss", "12345678-1111")
        .explains("iss", "12345678-1111", "{tenantid}"),
        row(
            "api:// before the client id",
            "entra-api",
            good("api://aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")
                .claims(json!({"iss": v2(TENANT)}))
                .signed(),
        )
        .leads(
            "audience-mismatch",
            &["\"api://aaaaaaaa", "the api:// prefix"],
        )
        .logs("near_misses", "uri-prefix")
        .explains("aud", "\"api://aaaaaaaa", "\"aaaaaaaa"),
        row(
            // Its signature is over a hash of the nonce, for Graph alone to check.
            "a token for Microsoft Graph",
            "entra-old",
            good("00000003-0000-0000-c000-000000000000")
                .claims(json!({"iss": v1(OLD_TENANT), "tid": OLD_TENANT, "appid": "spa"}))
                .header(json!({"nonce": "AQABAAAAAAD-nonce"}))
                .by(&STRANGER)
                .header(json!({"alg": "ES256", "kid": "dev-es256"}))
                .signed(),
        )
        .leads(
            "signature-invalid",
            &[
                "did not make this signature",
                "Microsoft Graph",
                "only Graph can verify",
                "for your own API",
            ],
        )
        .logs("hint", "microsoft-graph")
        .logs("reasons", "signature-invalid audience-not-allowed")
        .logs("aud", "00000003-0000-0000-c000-000000000000")
        .explains("signature", "does not verify", "made by that key"),
    ];
    check(&house, rows).await;
}
