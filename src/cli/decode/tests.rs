use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;

use super::decoded::{Form, decode};
use super::json::json;
use super::text::text;
use crate::cli::look::Look;
use crate::token::numeric_date::NumericDate;

/// 2025-11-25T08:00:00Z
const NOW: NumericDate = NumericDate::from_seconds(1_764_057_600);

const PLAIN: Look = Look {
    width: 100,
    unicode: true,
    colour: false,
};

const HEADER: &str = r#"{"alg":"ES256","typ":"at+jwt","kid":"2025-11"}"#;

const CLAIMS: &str = r#"{"iss":"https://auth.example.com","sub":"user-7","aud":["https://api.example.com/orders","https://api.example.com/payments"],"iat":1764057480,"exp":1764058380,"scope":"orders:read","realm_access":{"roles":["admin"],"empty":{},"none":[]}}"#;

fn token(header: impl AsRef<[u8]>, claims: impl AsRef<[u8]>, signature: usize) -> String {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let signature = vec![7; signature];
    format!(
        "{}.{}.{}",
        encode(header.as_ref()),
        encode(claims.as_ref()),
        encode(&signature)
    )
}

fn samples() -> Vec<(&'static str, String)> {
    let good = token(HEADER, CLAIMS, 64);
    let jwe = token(
        r#"{"alg":"RSA-OAEP-256","enc":"A256GCM","cty":"JWT"}"#,
        "key",
        12,
    );
    vec![
        ("signed", good.clone()),
        (
            "numbers",
            token(
                HEADER,
                r#"{"exp":1764058380000,"iat":1764057480.123456789012345,"nbf":"soon","big":123456789012345678901234567890,"small":1.0e-400,"minus":-0.0}"#,
                64,
            ),
        ),
        (
            "twice",
            token(
                HEADER,
                r#"{"sub":"a","exp":1764050000,"sub":"b","exp":1764058380}"#,
                64,
            ),
        ),
        ("unsigned", token(r#"{"alg":"none"}"#, CLAIMS, 0)),
        ("der_signature", token(HEADER, CLAIMS, 71)),
        (
            "secret",
            token(r#"{"alg":"HS256","crit":["b64"],"b64":false}"#, "{}", 32),
        ),
        ("rsa", token(r#"{"alg":"RS256"}"#, "{}", 256)),
        ("strange_algorithm", token(r#"{"alg":"ES256K"}"#, "{}", 64)),
        (
            "ill_typed_header",
            token(r#"{"alg":7,"kid":null}"#, "{}", 64),
        ),
        ("no_json", token("hello", [0xff, 0xfe, b'x'], 64)),
        (
            "too_deep",
            token(
                HEADER,
                format!("{{\"a\":{}1{}}}", "[".repeat(40), "]".repeat(40)),
                64,
            ),
        ),
        (
            "attack",
            token(
                "{\"alg\":\"ES256\",\"kid\":\"\\u001b[2J\u{202e}\\u0007\u{7f}\"}",
                "{\"\u{9b}\\u0000\":\"\u{1f600} \u{2066}\",\"sub\":\"ordеrs\\/\\\"\"}",
                64,
            ),
        ),
        ("bearer", format!("Bearer {good}")),
        ("quoted", format!("\"{good}\"")),
        ("line_break", good.replace('.', ".\n")),
        ("two_parts", good.rsplit_once('.').unwrap().0.to_owned()),
        ("encrypted", format!("{jwe}.Zm9v.YmFy")),
        ("opaque", "2YotnFZFEjr1zCsicMWpAA".to_owned()),
        ("host_name", "api.example.com".to_owned()),
        ("empty", String::new()),
    ]
}

#[test]
fn each_text_for_people() {
    let coloured = Look {
        colour: true,
        ..PLAIN
    };
    for (name, token) in samples() {
        let decoded = decode(&token);
        insta::assert_snapshot!(format!("{name}.text"), text(&decoded, NOW, PLAIN));
        let shown = text(&decoded, NOW, coloured);
        let stripped = anstream::adapter::strip_str(&shown).to_string();
        assert_eq!(stripped, text(&decoded, NOW, PLAIN), "{name}");
        if matches!(name, "signed" | "twice") {
            insta::assert_snapshot!(format!("{name}.colour"), shown.replace('\u{1b}', "␛"));
        }
    }
}

#[test]
fn each_text_for_programs() {
    for (name, token) in samples() {
        let json = json(&decode(&token));
        let parsed: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(parsed["verified"], false);
        insta::assert_snapshot!(format!("{name}.json"), json);
    }
}

#[test]
fn only_a_readable_signed_token_is_well() {
    for (name, token) in samples() {
        let decoded = decode(&token);
        let readable = matches!(
            name,
            "signed"
                | "numbers"
                | "unsigned"
                | "der_signature"
                | "secret"
                | "rsa"
                | "attack"
                | "strange_algorithm"
        );
        assert_eq!(decoded.readable, readable, "{name}");
        assert!(!readable || decoded.form == Form::Jws, "{name}");
    }
}

#[test]
fn four_mebibytes_are_taken_apart_and_not_more() {
    let filler = "9".repeat(3 * 1024 * 1024 - 200);
    let decoded = decode(&token(HEADER, format!("{{\"n\":{filler}}}"), 64));
    assert!(decoded.readable && json(&decoded).contains(&filler));
    let decoded = decode(&"a.b.c".repeat(1024 * 1024));
    assert_eq!(decoded.problems[0].code, "token-too-large");
    let decoded = decode(&".".repeat(4 * 1024 * 1024));
    assert_eq!(decoded.form, Form::Malformed);
}

fn is_tame(text: &str) {
    let known = |c: char| matches!(c, '\n' | ' '..='~' | '✗' | '…');
    assert!(text.chars().all(known), "{text:?}");
}

#[test]
fn nothing_of_a_token_reaches_the_terminal_raw() {
    for (_, token) in samples() {
        is_tame(&text(&decode(&token), NOW, PLAIN));
        is_tame(&json(&decode(&token)));
    }
}

proptest! {
    #[test]
    fn no_text_reaches_the_terminal_raw(any in "(?s).{0,60}", a in "(?s).{0,20}", b in "(?s).{0,20}") {
        let (name, value) = (serde_json::to_string(&a).unwrap(), serde_json::to_string(&b).unwrap());
        let object = format!("{{{name}:{value},{value}:[{{{name}:{name}}}]}}");
        for token in [any.clone(), token(&object, &object, 3), token(&any, &any, 3)] {
            let decoded = decode(&token);
            is_tame(&text(&decoded, NOW, PLAIN));
            is_tame(&json(&decoded));
            prop_assert!(serde_json::from_str::<serde_json::Value>(&json(&decoded)).is_ok());
        }
    }

    #[test]
    fn the_claims_mean_what_they_meant(
        numbers in proptest::collection::vec((".{0,8}", any::<i64>()), 0..6),
        list in proptest::collection::vec(proptest::collection::vec(".{0,8}", 0..4), 0..4),
    ) {
        let mut object: serde_json::Map<String, serde_json::Value> = numbers
            .into_iter()
            .map(|(name, number)| (name, serde_json::json!([number, { "x": number }])))
            .collect();
        object.insert("list".into(), serde_json::json!(list));
        let object = serde_json::Value::Object(object);
        let shown = json(&decode(&token(HEADER, object.to_string(), 64)));
        let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
        prop_assert_eq!(&shown["claims"], &object);
        prop_assert_eq!(&shown["claims_text"], &object.to_string());
    }
}
