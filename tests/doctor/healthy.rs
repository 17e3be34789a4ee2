//! The whole of what is printed, for an issuer that is well and for three that are not.

use serde_json::{Value, json};

use crate::command::doctor;
use crate::issuer::{Issuer, OPENID, rsa, says, with};

/// Text and JSON of a run, ports and times masked.
async fn shown(issuer: &Issuer, args: &[&str]) -> String {
    let text = doctor(&[args, &["--allow-http"]].concat()).await;
    let json = doctor(&[args, &["--allow-http", "--output", "json"]].concat()).await;
    assert_eq!(
        (text.err, json.err, text.code),
        (String::new(), String::new(), json.code)
    );
    let value: Value = serde_json::from_str(&json.out).unwrap();
    let expected = audient::escape::ascii_json(&format!("{value}\n"));
    assert_eq!(json.out, expected, "one line, in ASCII");
    assert!(json.out.is_ascii());
    let pretty = serde_json::to_string_pretty(&value).unwrap();
    let both = format!("exit code {}\n\n{}\n{pretty}", text.code, text.out);
    let port = issuer.origin.rsplit_once(':').unwrap().1;
    times_masked(&both.replace(&format!(":{port}"), ":PORT"))
}

/// `12 ms` and `less than 1 ms` as `TIME`.
fn times_masked(text: &str) -> String {
    let text = text.replace("less than 1 ms", "1 ms");
    let parts: Vec<_> = text.split(" ms").collect();
    let (last, timed) = parts.split_last().unwrap();
    let timed = timed.iter().map(|part| {
        let before = part.trim_end_matches(|c: char| c.is_ascii_digit());
        format!("{before}TIME")
    });
    timed.collect::<String>() + last
}

#[tokio::test]
async fn an_issuer_that_is_well() {
    let issuer = Issuer::http().await;
    let listed = ["RS256", "ES256"];
    issuer.metadata(&json!({
        "issuer": "{origin}", "jwks_uri": "{origin}/jwks.json",
        "id_token_signing_alg_values_supported": listed,
    }));
    insta::assert_snapshot!(shown(&issuer, &[&issuer.origin]).await);
}

#[tokio::test]
async fn a_slash_too_much() {
    let issuer = Issuer::http().await;
    let slashed = format!("{}/", issuer.origin);
    insta::assert_snapshot!(shown(&issuer, &[&slashed]).await);
}

#[tokio::test]
async fn a_login_page() {
    let issuer = Issuer::http().await;
    let page = "<!doctype html><title>Sign in</title>";
    issuer.at(OPENID, says(200, "content-type: text/html\r\n", page));
    insta::assert_snapshot!(shown(&issuer, &[&issuer.origin]).await);
}

#[tokio::test]
async fn a_private_key() {
    let issuer = Issuer::http().await;
    issuer.keys(&json!([with(rsa("2026-a"), "d", "AQAB")]));
    insta::assert_snapshot!(shown(&issuer, &[&issuer.origin]).await);
}

#[tokio::test]
async fn no_colour_where_nobody_looks() {
    let issuer = Issuer::http().await;
    let ran = doctor(&[&issuer.origin, "--allow-http"]).await;
    assert!(!ran.out.contains('\u{1b}'), "{}", ran.out);
}
