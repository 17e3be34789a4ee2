//! Whose metadata it is, and where it is.

use serde_json::{Value, json};

use crate::command::{doctor, examined};
use crate::issuer::{Issuer, JWKS, OAUTH, OPENID, json_reply, says};

#[tokio::test]
async fn metadata_of_another_issuer_is_not_believed() {
    let issuer = Issuer::http().await;
    issuer.metadata(&json!({ "issuer": "https://evil.example", "jwks_uri": "{origin}/jwks.json" }));
    let seen = examined(&issuer.origin, &[]).await;
    let expected = format!("expected\":\"\\\"{}\\\"", issuer.origin);
    seen.fails(1, "issuer", &["https://evil.example", "not believed"]);
    assert!(seen.json.to_string().contains(&expected), "{}", seen.json);
    seen.says("jwks_uri", "skipped", &[]);
    assert_eq!(issuer.asked(JWKS), 0);
}

#[tokio::test]
async fn a_slash_is_named_with_what_to_write() {
    let issuer = Issuer::http().await;
    let slashed = format!("{}/", issuer.origin);
    let seen = examined(&slashed, &[]).await;
    let write = format!("write issuer = \"{}\"", issuer.origin);
    seen.fails(1, "issuer", &["only the slash at the end differs", &write]);

    issuer.metadata(&json!({ "issuer": "{origin}/", "jwks_uri": "{origin}/jwks.json" }));
    let seen = examined(&issuer.origin, &[]).await;
    let write = format!("write issuer = \"{slashed}\"");
    seen.fails(1, "issuer", &["only the slash at the end differs", &write]);
    // As told, so done.
    examined(&slashed, &[]).await.passes("issuer", "ok", &[]);
}

#[tokio::test]
async fn other_near_misses_are_named() {
    let issuer = Issuer::http().await;
    let port = issuer.origin.rsplit_once(':').unwrap().1.to_owned();
    for (found, words) in [
        (
            format!("https://127.0.0.1:{port}"),
            "the scheme (http, https)",
        ),
        (
            format!("https://127.0.0.1:{port}/"),
            "the scheme (http, https)",
        ),
        ("http://127.0.0.1".into(), "only the port differs"),
        (format!("HTTP://127.0.0.1:{port}"), "differs"),
        (
            format!("{}/realms/other", issuer.origin),
            "is this the right host and path?",
        ),
        (
            "https://login.microsoftonline.com/{tenantid}/v2.0".into(),
            "name the tenant, https://login.microsoftonline.com/TENANT-ID/v2.0",
        ),
    ] {
        issuer.metadata(&json!({ "issuer": found, "jwks_uri": "{origin}/jwks.json" }));
        examined(&issuer.origin, &[])
            .await
            .fails(1, "issuer", &[&found, words]);
    }
}

#[tokio::test]
async fn a_stranger_puts_no_control_characters_on_the_screen() {
    let issuer = Issuer::http().await;
    issuer.metadata(&json!({ "issuer": "https://\u{1b}[31mevil\u{202e}\n", "jwks_uri": "x" }));
    let ran = doctor(&[&issuer.origin, "--allow-http"]).await;
    assert!(
        ran.out.contains(r"\u{1b}[31mevil\u{202e}\u{a}"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains('\u{1b}'), "{}", ran.out);
}

#[tokio::test]
async fn nothing_at_any_place() {
    let issuer = Issuer::http().await;
    let identifier = format!("{}/realms/shop", issuer.origin);
    let seen = examined(&identifier, &[]).await;
    seen.fails(
        1,
        "discovery",
        &["404 text/plain, 7 bytes \"nothing\"", "with its whole path"],
    );
    let urls: Vec<_> = (seen.all("discovery").iter())
        .map(|one| one["url"].as_str().unwrap())
        .collect();
    let [first, second, third] = urls[..] else {
        panic!("{urls:?}")
    };
    assert_eq!(first, format!("{identifier}{OPENID}"));
    assert_eq!(second, format!("{}{OAUTH}/realms/shop", issuer.origin));
    assert_eq!(third, format!("{}{OPENID}/realms/shop", issuer.origin));
}

#[tokio::test]
async fn metadata_at_the_second_place_will_do() {
    let issuer = Issuer::http().await;
    issuer.at(OPENID, says(404, "content-type: text/plain\r\n", "nothing"));
    issuer.at(
        OAUTH,
        json_reply(&json!({ "issuer": "{origin}", "jwks_uri": "{origin}/jwks.json" })),
    );
    let seen = examined(&issuer.origin, &[]).await;
    seen.passes("discovery", "ok", &[OAUTH]);
    seen.says("discovery", "skipped", &[OPENID, "404", "nothing here"]);
}

#[tokio::test]
async fn a_page_in_the_place_of_metadata() {
    let issuer = Issuer::http().await;
    issuer.at(
        OPENID,
        says(
            200,
            "content-type: text/html\r\n",
            "<!doctype html><title>Sign in</title>",
        ),
    );
    examined(&issuer.origin, &[]).await.fails(
        1,
        "discovery",
        &[
            "200 text/html",
            "<!doctype html><title>Sign in",
            "a page answers where metadata should",
        ],
    );
}

#[tokio::test]
async fn statuses_have_fixes_of_their_own() {
    let issuer = Issuer::http().await;
    for (status, words) in [
        (401, "no credentials are sent"),
        (403, "no credentials are sent"),
        (429, "limits requests"),
        (500, "the issuer is at fault"),
        (503, "the issuer is at fault"),
    ] {
        issuer.at(OPENID, says(status, "", "no"));
        let seen = examined(&issuer.origin, &[]).await;
        seen.fails(1, "discovery", &[&status.to_string(), words]);
        assert_eq!(seen.all("discovery").len(), 1);
    }
}

#[tokio::test]
async fn a_redirect_elsewhere_is_not_followed() {
    let issuer = Issuer::http().await;
    let other = Issuer::http().await;
    let fields = format!("location: {}{OPENID}\r\n", other.origin);
    issuer.at(OPENID, says(302, &fields, ""));
    let seen = examined(&issuer.origin, &[]).await;
    seen.fails(
        1,
        "discovery",
        &[
            "redirected to another origin",
            &other.origin,
            "not followed",
        ],
    );
    assert_eq!(other.asked(OPENID), 0);

    // Within the origin it is.
    issuer.at(OPENID, says(302, "location: {origin}/moved\r\n", ""));
    issuer.at(
        "/moved",
        json_reply(&json!({ "issuer": "{origin}", "jwks_uri": "{origin}/jwks.json" })),
    );
    examined(&issuer.origin, &[])
        .await
        .passes("discovery", "ok", &[]);
}

#[tokio::test]
async fn where_the_keys_are_must_be_said_well() {
    let issuer = Issuer::http().await;
    for (jwks_uri, words) in [
        (Value::Null, &["none that is a URL"][..]),
        (
            "/jwks.json".into(),
            &["none that is a URL", "an absolute https URL"],
        ),
        ("ftp://127.0.0.1/jwks.json".into(), &["ftp", "an https URL"]),
    ] {
        issuer.metadata(&json!({ "issuer": "{origin}", "jwks_uri": jwks_uri }));
        let seen = examined(&issuer.origin, &[]).await;
        seen.fails(1, "jwks_uri", words);
        seen.says("issuer", "ok", &[]);
    }
    issuer.metadata(&json!({ "issuer": "{origin}" }));
    examined(&issuer.origin, &[])
        .await
        .fails(1, "jwks_uri", &["none that is a URL"]);
    let twice = r#"{"issuer":"{origin}","jwks_uri":"{origin}/a","jwks_uri":"{origin}/b"}"#;
    issuer.at(OPENID, says(200, "", twice));
    examined(&issuer.origin, &[])
        .await
        .fails(1, "discovery", &["\"jwks_uri\" is there twice"]);
}

#[tokio::test]
async fn an_identifier_that_is_none() {
    let long = "https://a.example/?tenant=1";
    for (args, code, words) in [
        (
            &["http://a.example"][..],
            1,
            &["is plain http", "--allow-http"][..],
        ),
        (&["ftp://a.example"], 1, &["is not https"]),
        (&["https://"], 1, &["is no URL"]),
        (&["https://a.example /"], 1, &["holds a blank"]),
        (
            &["https://user:secret@a.example"],
            1,
            &["holds a user or a password"],
        ),
        (&[long], 1, &["has a query or a fragment", "--jwks-uri"]),
        (&["a.example"], 2, &["no URL", "--config"]),
        (
            &["x", "--jwks-uri", "http://a.example"],
            2,
            &["--jwks-uri", "is plain http", "--allow-http"],
        ),
        (
            &["https://a.example", "--ca", "/nowhere/ca.pem"],
            2,
            &["/nowhere/ca.pem"],
        ),
        (&[], 2, &["<ISSUER>"]),
        (
            &["prod", "--config", "x.toml", "--allow-http"],
            2,
            &["--allow-http"],
        ),
    ] {
        let ran = doctor(args).await;
        assert_eq!(ran.code, code, "{args:?}: {}{}", ran.out, ran.err);
        for word in words {
            assert!(
                format!("{}{}", ran.out, ran.err).contains(word),
                "{args:?}: {}{}",
                ran.out,
                ran.err
            );
        }
    }
}
