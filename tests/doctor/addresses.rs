//! Keys that metadata puts at addresses where an issuer's have no business.

use serde_json::json;

use crate::command::{asked, examined};
use crate::issuer::{Issuer, JWKS, json_reply, rsa};

#[tokio::test]
async fn an_address_nearer_than_the_issuer_is_not_asked() {
    let issuer = Issuer::http().await;
    for address in ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]"] {
        issuer.keys_at(&format!("http://{address}/latest/meta-data"));
        let seen = examined(&issuer.origin, &[]).await;
        seen.fails(
            1,
            "jwks_address",
            &[
                "is a link-local address",
                "nothing was asked there",
                "--allow-private-address",
            ],
        );
        assert!(seen.all("key_set").is_empty());
    }
}

#[tokio::test]
async fn another_host_that_is_as_near_is_asked() {
    let (issuer, other) = (Issuer::http().await, Issuer::http().await);
    other.at(JWKS, json_reply(&json!({ "keys": [rsa("a")] })));
    let elsewhere = other.origin.replace("127.0.0.1", "localhost");
    issuer.keys_at(&format!("{elsewhere}{JWKS}"));
    let seen = examined(&issuer.origin, &[]).await;
    seen.passes("jwks_address", "ok", &["localhost is", "127.0.0.1"]);
    seen.says(
        "jwks_uri",
        "ok",
        &["another origin than the issuer's, localhost"],
    );
    assert_eq!(other.asked(JWKS), 1);
}

#[tokio::test]
async fn keys_at_a_url_of_the_operators_own() {
    let issuer = Issuer::http().await;
    let url = format!("{}{JWKS}", issuer.origin);
    let seen = asked(&[
        "kubernetes/serviceaccount",
        "--allow-http",
        "--jwks-uri",
        &url,
    ])
    .await;
    seen.passes("identifier", "ok", &["no metadata is asked for"]);
    assert!(seen.all("discovery").is_empty() && seen.all("issuer").is_empty());
    let entry = seen.json["configuration"].as_str().unwrap();
    assert!(entry.contains(&format!("jwks_uri = \"{url}\"")), "{entry}");
    assert!(
        entry.contains("name = \"issuer\"\nissuer = \"kubernetes/serviceaccount\"\n"),
        "{entry}"
    );
}
