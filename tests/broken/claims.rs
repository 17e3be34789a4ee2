//! Scopes, subjects, and claims that a policy asks for.

use serde_json::json;

use crate::draft::Draft;
use crate::house::House;
use crate::row::{check, row};

#[tokio::test]
async fn scopes() {
    let house = House::ready().await;
    let good = Draft::good("urn:acme:scopes", house.now());
    let of = |claims| good.clone().claims(claims).signed();
    let all = "all of \"orders:read\", \"orders:write\"";
    let rows = vec![
        row(
            "joined by commas",
            "scopes",
            of(json!({"scope": "orders:read,orders:write"})),
        )
        .leads(
            "scope-insufficient",
            &["lacks the scope", "separated by spaces, not commas"],
        )
        .logs("hint", "comma-scopes")
        .explains("scope", "\"orders:read,orders:write\"", all),
        row(
            "one is missing",
            "scopes",
            of(json!({"scope": "orders:read profile"})),
        )
        .leads(
            "scope-insufficient",
            &["lacks the scope \"orders:write\"", "Ask the issuer"],
        )
        .logs("reasons", "scope-insufficient")
        .explains("scope", "\"orders:read\", \"profile\"", all),
        row(
            "roles instead of scopes",
            "scopes",
            of(json!({"scope": null, "roles": ["orders:read", "orders:write"]})),
        )
        .leads(
            "scope-insufficient",
            &[
                "lacks the scope \"orders:read\", \"orders:write\"",
                "it has none",
                "stands in roles: ask for it by required_claims",
            ],
        )
        .logs("hint", "roles")
        .explains("scope", "none", all),
        row(
            "permissions instead of scopes",
            "scopes",
            of(json!({"scope": "openid", "permissions": ["orders:read", "orders:write"]})),
        )
        .leads(
            "scope-insufficient",
            &[
                "it has \"openid\"",
                "stands in permissions: ask for it by required_claims",
            ],
        )
        .logs("hint", "permissions")
        .explains("scope", "\"openid\"", all),
    ];
    check(&house, rows).await;
}

#[tokio::test]
async fn what_else_a_policy_asks_for() {
    let house = House::ready().await;
    let good = |aud: &str| Draft::good(aud, house.now());
    let rows = vec![
        row("no tenant", "tenants", good("urn:acme:tenants").signed())
            .leads(
                "claim-missing",
                &["claim tid is missing", "wanted: \"11111111-2222"],
            )
            .logs("kid", "dev-es256")
            .explains("claims", "tid absent", "11111111-2222"),
        row(
            "another tenant",
            "tenants",
            good("urn:acme:tenants")
                .claims(json!({"tid": "66666666-7777"}))
                .signed(),
        )
        .leads(
            "claim-not-allowed",
            &["claim tid is \"66666666-7777\"", "wanted: \"11111111-2222"],
        )
        .logs("client", "web-frontend")
        .explains("claims", "tid \"66666666-7777\"", "11111111-2222"),
        row(
            "roles at another place",
            "roles",
            good("urn:acme:roles")
                .claims(json!({"roles": ["orders-admin"]}))
                .signed(),
        )
        .leads(
            "claim-missing",
            &["/realm_access/roles is missing", "\"orders-admin\""],
        )
        .logs("aud", "urn:acme:roles")
        .explains("claims", "/realm_access/roles absent", "orders-admin"),
        row(
            "another repository",
            "deploy",
            good("urn:acme:deploy")
                .claims(json!({"sub": "repo:evil/fork:ref:refs/heads/main"}))
                .signed(),
        )
        .leads(
            "subject-not-allowed",
            &["subject \"repo:evil/fork", "accepted: \"repo:acme/*\""],
        )
        .logs("iss", "https://auth.example.com")
        .explains("sub", "\"repo:evil/fork", "\"repo:acme/*\""),
        row(
            "bound to a key",
            "orders",
            good("https://api.example.com/orders")
                .claims(json!({"cnf": {"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}}))
                .signed(),
        )
        .leads(
            "possession-not-proven",
            &["cnf", "bound to a key", "sender_constrained"],
        )
        .logs("client", "web-frontend")
        .explains("cnf", "jkt", "sender_constrained"),
        row(
            "aud as a number",
            "orders",
            good("").claims(json!({"aud": 4_200_042})).signed(),
        )
        .leads(
            "claim-malformed",
            &["claim aud is 4200042", "a string or a list of strings"],
        )
        .logs("reasons", "claim-malformed")
        .explains("claims", "aud 4200042", ""),
    ];
    check(&house, rows).await;
}
