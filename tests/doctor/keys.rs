//! The key set, and what is wrong with keys.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::command::{Examined, doctor, examined};
use crate::issuer::{Issuer, JWKS, edwards, elliptic, rsa, says, with, without};

async fn of_keys(keys: Value) -> Examined {
    let issuer = Issuer::http().await;
    issuer.keys(&keys);
    examined(&issuer.origin, &[]).await
}

/// A modulus of so many bits.
fn weak(bits: usize) -> Value {
    let mut bytes = vec![0xc5; bits / 8];
    bytes[0] = 0xff;
    with(rsa("weak"), "n", URL_SAFE_NO_PAD.encode(bytes))
}

#[tokio::test]
async fn a_set_without_a_key_of_use() {
    of_keys(json!([]))
        .await
        .fails(1, "keys", &["0 keys", "an empty set"]);

    let enc = with(rsa("a"), "use", "enc");
    let oaep = with(with(rsa("b"), "use", "enc"), "alg", "RSA-OAEP");
    let seen = of_keys(json!([enc, oaep])).await;
    seen.fails(
        1,
        "keys",
        &["2 keys, 0 of use", "all its keys are for encryption"],
    );
    assert_eq!(seen.json["keys"][0]["problem"], "use is \"enc\", not sig");

    let seen = of_keys(json!([weak(1024)])).await;
    seen.fails(1, "keys", &["1 key, 0 of use", "RSA of 2048 bits or more"]);
    let key = &seen.json["keys"][0];
    assert_eq!(
        (&key["type"], &key["outcome"]),
        (&json!("RSA 1024"), &json!("warning"))
    );
    assert!(key["problem"].as_str().unwrap().contains("1024"), "{key}");
}

#[tokio::test]
async fn one_strange_key_costs_no_other() {
    // As Keycloak publishes them: the same kid for signing and for encryption.
    let enc = with(with(rsa("a"), "use", "enc"), "alg", "RSA-OAEP");
    let curve = json!({ "kty": "OKP", "crv": "X25519", "kid": "x", "x": "AA" });
    let seen = of_keys(json!([rsa("a"), enc, curve])).await;
    seen.passes("keys", "ok", &["3 keys, 1 of use"]);

    let seen = of_keys(json!([rsa("a"), weak(1024)])).await;
    seen.passes(
        "keys",
        "warning",
        &["2 keys, 1 of use", "1 key that should be of use and cannot"],
    );
    let seen = of_keys(json!([rsa("a"), without(elliptic("b"), "y")])).await;
    seen.passes("keys", "warning", &["cannot"]);
    assert_eq!(seen.json["keys"][1]["problem"], "y is missing");
}

#[tokio::test]
async fn kids_that_do_not_tell_keys_apart() {
    let seen = of_keys(json!([rsa("same"), elliptic("same")])).await;
    seen.passes("keys", "warning", &["several keys under kid \"same\""]);
    let seen = of_keys(json!([rsa("a"), without(edwards(""), "kid")])).await;
    seen.passes("keys", "warning", &["1 key without kid"]);
    let alone = of_keys(json!([without(edwards(""), "kid")])).await;
    alone.passes("keys", "ok", &["1 key, of use"]);
    let seen = of_keys(json!([rsa("a"), rsa("a")])).await;
    seen.passes("keys", "warning", &["2 keys, 1 of use"]);

    // Five that fit one token: none of them is tried.
    let five: Vec<Value> = (0..5u8)
        .map(|one| {
            let mut n = vec![0xc5; 256];
            (n[0], n[1]) = (0xff, one);
            with(rsa("same"), "n", URL_SAFE_NO_PAD.encode(n))
        })
        .collect();
    let seen = of_keys(five.into()).await;
    seen.fails(
        1,
        "keys",
        &["5 keys fit kid \"same\" and RS256, more than 4: none is tried"],
    );
}

#[tokio::test]
async fn a_private_key_is_loud() {
    let secret = "this-is-the-private-exponent";
    let bare = with(rsa("bare"), "d", secret);
    let oct = json!({ "kty": "oct", "kid": "mac", "k": secret });
    let issuer = Issuer::http().await;
    issuer.at(
        JWKS,
        says(
            200,
            "",
            &json!({ "keys": [bare, elliptic("b"), oct] }).to_string(),
        ),
    );
    let seen = examined(&issuer.origin, &[]).await;
    let words = [
        "PUBLISHED",
        "2 keys (\"bare\", \"mac\")",
        "stop trusting this issuer now",
    ];
    seen.fails(1, "private_keys", &words);
    let keys = &seen.json["keys"];
    assert_eq!(keys[0]["private"], json!(["d"]));
    assert_eq!(
        (&keys[1]["outcome"], keys[1].get("private")),
        (&json!("ok"), None)
    );
    assert_eq!(keys[2]["private"], json!(["k"]));
    let text = doctor(&[&issuer.origin, "--allow-http"]).await.out;
    assert!(text.contains("its private part is published (d)"), "{text}");
    for told in [text, seen.json.to_string()] {
        assert!(!told.contains(&secret[..8]), "{told}");
    }
}

#[tokio::test]
async fn documents_that_are_no_set() {
    let issuer = Issuer::http().await;
    let large = format!("{{\"keys\":[]{}}}", " ".repeat(1 << 20));
    for (status, body, words) in [
        (
            200,
            "<!doctype html><p>Sign in",
            &["200 text/plain", "<!doctype html>", "HTML or XML"][..],
        ),
        (200, "{}", &["no member \\\"keys\\\""]),
        (200, "", &["the document is empty"]),
        (200, r#"{"keys":{}}"#, &["is not a list"]),
        (200, r#"{"keys":["#, &["not a JSON object at byte"]),
        (200, &large, &["over the limit of 1 MiB"]),
        (
            404,
            "nothing",
            &["404 text/plain, 7 bytes", "check the URL"],
        ),
        (500, "", &["the issuer is at fault"]),
    ] {
        issuer.at(JWKS, says(status, "content-type: text/plain\r\n", body));
        let seen = examined(&issuer.origin, &[]).await;
        let url = format!("{}{JWKS}", issuer.origin);
        assert_eq!(seen.step("key_set")["url"], url.as_str());
        let text = seen.step("key_set").to_string();
        for word in words {
            assert!(text.contains(word), "{word} is not in {text}");
        }
        seen.fails(1, "key_set", &[]);
    }
}
