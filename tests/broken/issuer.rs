//! Tokens of an issuer that is not OURS, or is under another spelling.

use serde_json::json;

use crate::draft::Draft;
use crate::house::House;
use crate::row::{check, row};

const OURS: &str = "\"https://auth.example.com\"";

#[tokio::test]
async fn nearly_ours() {
    let house = House::ready().await;
    let of = |iss: &str| {
        let draft = Draft::good("https://api.example.com/orders", house.now());
        draft.claims(json!({ "iss": iss })).signed()
    };
    let rows = vec![
        row(
            "a slash at the end of iss",
            "orders",
            of("https://auth.example.com/"),
        )
        .leads(
            "issuer-unknown",
            &[
                "\"https://auth.example.com/\" is not configured",
                "a slash at the end",
            ],
        )
        .logs("iss", "https://auth.example.com/")
        .logs("near_misses", "trailing-slash")
        .explains("iss", "\"https://auth.example.com/\"", OURS),
        row(
            "an issuer behind a proxy: http",
            "orders",
            of("http://auth.example.com"),
        )
        .leads(
            "issuer-unknown",
            &["\"http://auth.example.com\"", "differ by the scheme"],
        )
        .logs("near_misses", "scheme")
        .explains("iss", "\"http://auth.example.com\"", OURS),
        row(
            "an issuer with its port",
            "orders",
            of("https://auth.example.com:443"),
        )
        .leads("issuer-unknown", &[":443\"", "differ by the port"])
        .logs("near_misses", "port")
        .explains("iss", ":443", OURS),
        row("iss with blanks", "orders", of(" https://auth.example.com"))
            .leads("issuer-unknown", &["differ by a blank"])
            .logs("near_misses", "whitespace")
            .explains("iss", "\" https://", OURS),
    ];
    check(&house, rows).await;
}

#[tokio::test]
async fn somebody_elses() {
    let house = House::ready().await;
    let good = Draft::good("https://api.example.com/orders", house.now());
    let of = |iss: &str| good.clone().claims(json!({ "iss": iss })).signed();
    let rows = vec![
        row(
            "a token of staging",
            "orders",
            of("https://auth.staging.example.com"),
        )
        .leads(
            "issuer-not-allowed",
            &[
                "environment staging",
                "not accepted for this audience",
                OURS,
            ],
        )
        .logs("issuer", "staging")
        .logs("iss", "https://auth.staging.example.com")
        .explains("iss", "auth.staging.example.com", OURS),
        row(
            "an issuer of other audiences",
            "orders",
            of("https://id.partner.example"),
        )
        .leads(
            "issuer-not-allowed",
            &["configured as partner, environment partners", OURS],
        )
        .logs("issuer", "partner")
        .explains("iss", "\"https://id.partner.example\"", OURS),
        row(
            "an issuer that nobody knows",
            "orders",
            of("https://login.elsewhere.example"),
        )
        .leads(
            "issuer-unknown",
            &[
                "\"https://login.elsewhere.example\" is not configured",
                OURS,
            ],
        )
        .logs("iss", "https://login.elsewhere.example")
        .explains("iss", "login.elsewhere.example", OURS),
        row(
            "no iss",
            "orders",
            good.clone().claims(json!({"iss": null})).signed(),
        )
        .leads("issuer-missing", &["has no iss", OURS])
        .logs("kid", "dev-es256")
        .explains("iss", "absent", OURS),
        row(
            "an old service account of Kubernetes",
            "orders",
            good.claims(json!({
                "iss": "kubernetes/serviceaccount", "aud": null, "exp": null, "client_id": null,
                "sub": "system:serviceaccount:shop:web-frontend",
            }))
            .signed(),
        )
        .leads(
            "issuer-unknown",
            &["old service account token", "projected"],
        )
        .logs("reasons", "issuer-unknown audience-missing expiry-missing")
        .logs("hint", "kubernetes-legacy")
        .explains("iss", "\"kubernetes/serviceaccount\"", OURS),
    ];
    check(&house, rows).await;
}
