//! Tokens that got hurt on the way.

use serde_json::json;

use crate::draft::{Draft, encode};
use crate::house::House;
use crate::row::{Row, check, row};

const ORDERS: &str = "https://api.example.com/orders";

/// Nothing can be read: the log has a reason and a fingerprint.
fn torn(
    name: &'static str,
    token: String,
    leads: &'static str,
    words: &'static [&'static str],
) -> Row {
    row(name, "orders", token)
        .leads(leads, words)
        .logs("reasons", leads)
        .logs("iss", "null")
        .explains("form", "", "three parts of base64url")
}

#[tokio::test]
async fn copied_wrongly() {
    let house = House::ready().await;
    let good = Draft::good(ORDERS, house.now()).signed();
    let (input, _) = good.rsplit_once('.').unwrap();
    let (header, rest) = good.split_once('.').unwrap();
    let malformed = |name, token, words| torn(name, token, "token-malformed", words);
    let rows = vec![
        torn(
            "nothing",
            String::new(),
            "token-missing",
            &["No token was sent", "without \"Bearer \""],
        ),
        torn(
            "undefined",
            "undefined".into(),
            "token-opaque",
            &["no dots", "a JWT cut before its first dot"],
        ),
        malformed(
            "Bearer in front",
            format!("Bearer {good}"),
            &["\"Bearer \"", "send what follows it"],
        ),
        malformed(
            "in quotation marks",
            format!("\"{good}\""),
            &["quotation mark", "without quotes"],
        ),
        malformed(
            "a line break in the middle",
            format!("{}\n{}", &good[..76], &good[76..]),
            &["line break in the", "in one line"],
        ),
        malformed(
            "a line break at the end",
            format!("{good}\n"),
            &["line break in the signature", "in one line"],
        ),
        malformed(
            "cut in half",
            good[..good.len() / 2].into(),
            &["has 2 parts", "cut or joined"],
        ),
        malformed(
            "no signature, no dot",
            input.into(),
            &["has 2 parts", "three"],
        ),
        malformed(
            "a letter lost at the end",
            good[..good.len() - 1].into(),
            &["signature does not end as base64url", "cut or changed"],
        ),
        malformed(
            "padded",
            format!("{header}=.{rest}"),
            &["header is padded with \"=\""],
        ),
        malformed(
            "blanks around dots",
            good.replace('.', " . "),
            &["a blank in the header"],
        ),
        malformed(
            "the standard alphabet",
            good_with_blips(house.now()),
            &["payload has a character outside base64url"],
        ),
        malformed(
            "a whole JSON answer",
            format!("{{\"access_token\":\"{good}\"}}"),
            &["header"],
        ),
    ];
    check(&house, rows).await;
}

/// A payload that has `_` and `-` in base64url, in the other alphabet.
fn good_with_blips(now: i64) -> String {
    let token = Draft::good(ORDERS, now)
        .claims(json!({"name": "??>>~~ÿþ?>?>"}))
        .signed();
    let (header, rest) = token.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let standard = payload.replace('-', "+").replace('_', "/");
    assert_ne!(payload, standard);
    format!("{header}.{standard}.{signature}")
}

#[tokio::test]
async fn made_wrongly() {
    let house = House::ready().await;
    let draft = Draft::good(ORDERS, house.now());
    let good = draft.signed();
    let long = draft
        .clone()
        .claims(json!({"groups": vec!["a group with a long name"; 700]}))
        .signed();
    let rows = vec![
        row("over 16 KiB", "orders", long)
            .leads(
                "token-too-large",
                &["at most 16384", "max_token_bytes", "fewer claims"],
            )
            .explains("form", "", "three parts"),
        row(
            "aud twice",
            "orders",
            draft.with_payload(r#"{"aud":"a","aud":"https://api.example.com/orders"}"#),
        )
        .leads(
            "payload-malformed",
            &["payload has \"aud\" twice", "each name once"],
        )
        .logs("kid", "dev-es256")
        .explains("form", "", "JSON objects"),
        row(
            "kid twice",
            "orders",
            draft.with_header(r#"{"alg":"ES256","kid":"dev-es256","kid":"dev-rsa"}"#),
        )
        .leads("header-malformed", &["header has \"kid\" twice"])
        .logs("aud", ORDERS)
        .explains("form", "", "JSON objects"),
        row(
            "Latin-1 in the payload",
            "orders",
            draft.with_payload(b"{\"name\":\"Andr\xe9\"}"),
        )
        .leads(
            "payload-malformed",
            &["payload is not UTF-8", "must send UTF-8"],
        )
        .logs("alg", "ES256")
        .explains("form", "", "JSON objects"),
        row(
            "no JSON in the payload",
            "orders",
            draft.with_payload("alice"),
        )
        .leads("payload-malformed", &["payload is not one JSON object"])
        .logs("kid", "dev-es256")
        .explains("form", "", "JSON objects"),
        row(
            "a header that is no JSON",
            "orders",
            format!(
                "{}{}",
                encode("{alg:ES256}"),
                &good[good.find('.').unwrap()..]
            ),
        )
        .leads("header-malformed", &["header is not one JSON object"])
        .logs("iss", "https://auth.example.com")
        .explains("form", "", "JSON objects"),
        row(
            "a kid that is a number",
            "orders",
            draft.clone().header(json!({"kid": 7_000_001})).signed(),
        )
        .leads(
            "header-malformed",
            &["\"kid\" is 7000001", "must be a string"],
        )
        .logs("iss", "https://auth.example.com")
        .explains("form", "", "JSON objects"),
        row(
            "a critical extension",
            "orders",
            draft
                .clone()
                .header(json!({"crit": ["b64"], "b64": false}))
                .signed(),
        )
        .leads(
            "critical-header-unsupported",
            &["crit is [\"b64\"]", "no extension is supported"],
        )
        .logs("kid", "dev-es256")
        .explains("crit", "[\"b64\"]", "absent"),
    ];
    check(&house, rows).await;
}
