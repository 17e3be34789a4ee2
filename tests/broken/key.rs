//! Algorithms, keys, signatures, types.

use serde_json::json;

use crate::draft::{Draft, FIVE, KEYS, STRANGER, encode};
use crate::house::House;
use crate::row::{check, row};

const ORDERS: &str = "https://api.example.com/orders";

#[tokio::test]
async fn signed_otherwise() {
    let house = House::ready().await;
    let good = Draft::good(ORDERS, house.now());
    let signed = good.signed();
    let (input, _) = signed.rsplit_once('.').unwrap();
    let alg = |alg: &str| good.clone().header(json!({ "alg": alg })).signed();
    let none = good
        .clone()
        .header(json!({"alg": "none", "kid": null}))
        .input();
    let rows = vec![
        row("the signature taken off", "orders", format!("{input}."))
            .leads("algorithm-none", &["third part is empty", "not signed"])
            .logs("alg", "ES256")
            .explains("alg", "no signature", "ES256"),
        row("alg none", "orders", format!("{none}."))
            .leads("algorithm-none", &["not signed"])
            .logs("alg", "none")
            .explains("alg", "\"none\"", "RS256"),
        row(
            "alg None with something behind it",
            "orders",
            format!(
                "{}.{}",
                good.clone().header(json!({"alg": "None"})).input(),
                encode("x")
            ),
        )
        .leads(
            "algorithm-none",
            &["alg is \"None\"", "not signed", "RS256"],
        )
        .logs("alg", "None")
        .explains("alg", "\"None\"", "RS256"),
        row("a secret where keys are published", "orders", alg("HS256"))
            .leads(
                "algorithm-not-allowed",
                &["alg is \"HS256\"", "never taken from published keys"],
            )
            .logs("alg", "HS256")
            .explains("alg", "\"HS256\"", "ES256"),
        row(
            "an algorithm that nobody implements",
            "orders",
            alg("ES256K"),
        )
        .leads(
            "algorithm-unsupported",
            &["\"ES256K\" is not implemented", "ES256"],
        )
        .logs("alg", "ES256K")
        .explains("alg", "\"ES256K\"", "ES256"),
        row(
            "no alg",
            "orders",
            good.clone().header(json!({"alg": null})).signed(),
        )
        .leads("algorithm-unsupported", &["has no alg"])
        .logs("kid", "dev-es256")
        .explains("alg", "absent", "ES256"),
        row(
            "an algorithm that the issuer is not configured for",
            "auth0-api",
            Draft::good("https://orders.acme.example", house.now())
                .claims(json!({"iss": "https://acme.eu.auth0.com/"}))
                .signed(),
        )
        .leads(
            "algorithm-not-allowed",
            &["alg is \"ES256\"", "allowed here: RS256"],
        )
        .logs("issuer", "auth0")
        .explains("alg", "\"ES256\"", "RS256"),
        row(
            "signed with another key",
            "orders",
            good.clone().by(&STRANGER).signed(),
        )
        .leads(
            "signature-invalid",
            &[
                "key \"dev-es256\" did not make this signature",
                "Get a new one",
            ],
        )
        .logs("kid", "dev-es256")
        .explains("signature", "does not verify", "made by that key"),
        row("a claim changed afterwards", "orders", {
            let other = good.clone().claims(json!({"scope": "admin"})).input();
            format!("{other}{}", &signed[signed.rfind('.').unwrap()..])
        })
        .leads("signature-invalid", &["the token was changed"])
        .logs("alg", "ES256")
        .explains("signature", "does not verify", "made by that key"),
    ];
    check(&house, rows).await;
}

#[tokio::test]
async fn keys_that_are_not_there_or_not_for_this() {
    let house = House::ready().await;
    let good = Draft::good(ORDERS, house.now());
    let five = Draft::good("urn:acme:five-keys", house.now())
        .claims(json!({"iss": "https://five.example.com"}))
        .by(&FIVE[2]);
    let rows = vec![
        row(
            "a key that was rotated away",
            "orders",
            good.clone()
                .header(json!({"kid": "2023-04-01"}))
                .by(&STRANGER)
                .signed(),
        )
        .leads(
            "key-not-found",
            &[
                "key set has no key \"2023-04-01\"",
                "older than its keys",
                "Get a new one",
            ],
        )
        .logs("kid", "2023-04-01")
        .explains("key", "kid \"2023-04-01\"", "at hand: \"dev-es256\""),
        row(
            "no kid, and five keys",
            "five-keys",
            five.header(json!({"kid": null})).signed(),
        )
        .leads(
            "key-not-found",
            &["names no kid", "too many", "should name their key"],
        )
        .logs("kid", "null")
        .explains("key", "no kid", "at hand: \"key-1\""),
        row(
            "a key of another type",
            "orders",
            good.clone().header(json!({"kid": KEYS[1].kid})).signed(),
        )
        .leads(
            "key-unsuitable",
            &[
                "\"dev-rsa\" cannot verify \"ES256\"",
                "another type or curve",
            ],
        )
        .logs("kid", "dev-rsa")
        .explains("key", "kid \"dev-rsa\"", "at hand"),
    ];
    check(&house, rows).await;
}

#[tokio::test]
async fn other_kinds_of_token() {
    let house = House::ready().await;
    let typ = |aud: &str, typ: serde_json::Value| {
        Draft::good(aud, house.now()).header(json!({ "typ": typ }))
    };
    let rows = vec![
        row(
            "a logout token",
            "orders",
            typ(ORDERS, json!("logout+jwt"))
                .claims(
                    json!({"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}),
                )
                .signed(),
        )
        .leads(
            "token-type-not-allowed",
            &["\"logout+jwt\"", "a logout token; send the access token"],
        )
        .logs("typ", "logout+jwt")
        .explains("typ", "\"logout+jwt\"", "\"at+jwt\", \"JWT\""),
        row(
            "a DPoP proof",
            "orders",
            typ(ORDERS, json!("dpop+jwt")).signed(),
        )
        .leads(
            "token-type-not-allowed",
            &["a DPoP proof; send the access token"],
        )
        .logs("typ", "dpop+jwt")
        .explains("typ", "\"dpop+jwt\"", "\"at+jwt\""),
        row(
            "an ID token where access tokens are typed",
            "access-only",
            typ("urn:acme:access", json!("JWT"))
                .claims(json!({"nonce": "n-0S6_WzA2Mj"}))
                .signed(),
        )
        .leads(
            "token-type-not-allowed",
            &["typ is \"JWT\"", "accepted here: \"at+jwt\""],
        )
        .logs("typ", "JWT")
        .explains("typ", "\"JWT\"", "\"at+jwt\""),
        row(
            "no typ where access tokens are typed",
            "access-only",
            typ("urn:acme:access", json!(null)).signed(),
        )
        .leads("token-type-not-allowed", &["accepted here: \"at+jwt\""])
        .logs("typ", "null")
        .explains("typ", "absent, which counts as \"JWT\"", "\"at+jwt\""),
    ];
    check(&house, rows).await;
}
