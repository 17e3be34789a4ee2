//! Tokens for somebody else, or for us under another spelling.

use serde_json::{Value, json};

use crate::draft::Draft;
use crate::house::House;
use crate::row::{Row, check, row};

const ORDERS: &str = "https://api.example.com/orders";

/// `aud` is nearly the one that `orders` accepts.
fn near(
    name: &'static str,
    aud: &str,
    kind: &'static str,
    words: &'static [&'static str],
    now: i64,
) -> Row {
    row(name, "orders", Draft::good(aud, now).signed())
        .leads("audience-mismatch", words)
        .logs("near_misses", kind)
        .logs("iss", "https://auth.example.com")
        .explains(
            "aud",
            "api.example.com",
            "\"https://api.example.com/orders\"",
        )
}

#[tokio::test]
async fn nearly_the_right_audience() {
    let house = House::ready().await;
    let near = |name, aud: &str, kind, words| near(name, aud, kind, words, house.now());
    let rows = vec![
        near(
            "a slash at the end",
            "https://api.example.com/orders/",
            "trailing-slash",
            &[
                "orders/\"",
                "differ by a slash at the end",
                "list the other in accept",
            ],
        ),
        near(
            "http for https",
            "http://api.example.com/orders",
            "scheme",
            &["\"http://api.example.com/orders\"", "differ by the scheme"],
        ),
        near(
            "no scheme",
            "api.example.com/orders",
            "scheme",
            &["differ by the scheme"],
        ),
        near(
            "a capital letter",
            "https://api.example.com/Orders",
            "case",
            &["/Orders\"", "upper and lower case"],
        ),
        near(
            "the default port",
            "https://api.example.com:443/orders",
            "port",
            &[":443/", "differ by the port"],
        ),
        near(
            "percent-encoded",
            "https%3A%2F%2Fapi.example.com%2Forders",
            "percent-encoding",
            &["%2Forders", "differ by percent-encoding"],
        ),
        near(
            "a Cyrillic letter",
            "https://api.example.com/\u{43e}rders",
            "lookalike",
            &["\\u{43e}rders", "characters that look alike"],
        ),
        near(
            "a blank at the end",
            "https://api.example.com/orders ",
            "whitespace",
            &["orders \"", "differ by a blank"],
        ),
        near(
            "a letter left out",
            "https://api.example.com/order",
            "typo",
            &["/order\"", "differ by one character"],
        ),
        near(
            "another path",
            "https://api.example.com/v2/orders",
            "path",
            &["/v2/orders", "differ by the path"],
        ),
        near(
            "http and a slash at once",
            "http://api.example.com/orders/",
            "trailing-slash",
            &["differ by a slash at the end and the scheme"],
        ),
    ];
    check(&house, rows).await;
}

#[tokio::test]
async fn for_somebody_else() {
    let house = House::ready().await;
    let good = |aud: &str| Draft::good(aud, house.now());
    let many: Vec<Value> = (1..20)
        .map(|n| json!(format!("urn:acme:service-{n}")))
        .chain([json!("urn:acme:few")])
        .collect();
    let rows = vec![
        row("the token of another service", "orders", good("https://api.example.com/payments").signed())
            .leads("audience-mismatch", &["It is meant for \"payments\"", "send it there"])
            .logs("aud", "https://api.example.com/payments")
            .explains("aud", "/payments\"", "/orders\""),
        row(
            "an ID token",
            "orders",
            good("web-frontend")
                .header(json!({"typ": "JWT"}))
                .claims(json!({"nonce": "n-0S6_WzA2Mj", "at_hash": "MTIzNDU2Nzg5MDEyMzQ1Ng", "scope": null}))
                .signed(),
        )
        .leads("audience-not-allowed", &["\"web-frontend\"", "looks like an ID token: send the access token"])
        .logs("aud", "web-frontend")
        .logs("hint", "id-token")
        .logs("typ", "JWT")
        .explains("aud", "\"web-frontend\"", "/orders\""),
        row("no aud at all", "orders", good(ORDERS).claims(json!({"aud": null})).signed())
            .leads("audience-missing", &["has no aud", "accepted here: \"https://api.example.com/orders\""])
            .logs("iss", "https://auth.example.com")
            .explains("aud", "absent", "/orders\""),
        row("an empty list of audiences", "orders", good(ORDERS).claims(json!({"aud": []})).signed())
            .leads("audience-missing", &["has no aud"])
            .logs("client", "web-frontend")
            .explains("aud", "[]", "/orders\""),
        row("twenty audiences", "few", good("").claims(json!({"aud": many})).signed())
            .leads("audience-too-broad", &["names 20 audiences", "at most 5", "max_audiences"])
            .logs("aud", "urn:acme:service-1 ")
            .explains("aud", "\"urn:acme:service-1\"", "of at most 5 values"),
        row("another client", "clients", good("urn:acme:clients").claims(json!({"client_id": null, "azp": "mobile-app"})).signed())
            .leads("authorized-party-not-allowed", &["the client \"mobile-app\" (azp)", "accepted here: \"web-frontend\""])
            .logs("client", "mobile-app")
            .explains("azp", "\"mobile-app\" (azp)", "\"web-frontend\""),
        row("no client", "clients", good("urn:acme:clients").claims(json!({"client_id": null})).signed())
            .leads("authorized-party-not-allowed", &["names no client", "\"web-frontend\""])
            .logs("client", "null")
            .explains("azp", "absent", "\"web-frontend\""),
    ];
    check(&house, rows).await;
}
