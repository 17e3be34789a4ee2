//! Judging by a configuration and a key set at hand, without any network.

use std::io::ErrorKind;

use audient::dev::mint::MintRequest;
use serde_json::json;

use crate::desk::{Desk, ISSUER, ORDERS, audient};

#[test]
fn with_keys_in_a_file_nobody_is_asked() {
    let (desk, nobody) = Desk::offline();
    let keys = desk.keys();
    let ran = desk.introspect(&["--jwks", &keys], &desk.good());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out.starts_with(&format!("active for {ORDERS}\n")),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains('\u{1b}'), "a pipe is no terminal");

    let ran = desk.introspect(
        &["--jwks", &keys, "--output", "json", "--claims"],
        &desk.good(),
    );
    let answer = ran.json();
    assert_eq!(answer["active"], true);
    assert_eq!(answer["keys"]["state"], "KEY_SET_STATE_STATIC");
    let claims = answer["claims_json"].as_str().unwrap();
    assert!(claims.contains("dev-user"), "{claims}");

    let broken = format!("{}x", desk.good());
    let ran = desk.introspect(&["--jwks", &keys], &broken);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.starts_with("inactive\n"), "{}", ran.out);
    // A kid that the file lacks is proven absent, without looking any further.
    let unknown = desk.token(&MintRequest {
        kid: Some("rotated-away".into()),
        ..MintRequest::default()
    });
    let ran = desk.introspect(&["--jwks", &keys], &unknown);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("key-not-found"), "{}", ran.out);
    let came = nobody.accept().unwrap_err();
    assert_eq!(came.kind(), ErrorKind::WouldBlock);
}

#[test]
fn the_time_can_be_moved() {
    let (desk, _nobody) = Desk::offline();
    let keys = desk.keys();
    let token = desk.good();
    let at = |seconds: i64| {
        let at = seconds.to_string();
        desk.introspect(&["--jwks", &keys, "--at", &at], &token)
    };
    // It lives for an hour; leeway is 30 s.
    assert_eq!(at(desk.now).code, 0);
    assert_eq!(at(desk.now + 3629).code, 0);
    let late = at(desk.now + 3630);
    assert_eq!(late.code, 1);
    assert!(late.out.contains("\n  expired: "), "{}", late.out);
    let early = at(desk.now - 31);
    assert_eq!(early.code, 1);
    assert!(early.out.contains("issued-in-future"), "{}", early.out);
    assert!(early.out.contains("\n  again "), "{}", early.out);

    let rfc3339 = ["--jwks", &keys, "--at", "2020-01-01T00:00:00Z"];
    assert_eq!(desk.introspect(&rfc3339, &token).code, 1);
    let nonsense = ["--jwks", &keys, "--at", "yesterday"];
    assert_eq!(desk.introspect(&nonsense, &token).code, 2);
}

#[test]
fn an_untrusted_issuer_stays_untrusted() {
    let (desk, _nobody) = Desk::offline();
    let token = desk.token(&MintRequest {
        iss: Some("https://staging.example.com".into()),
        ..MintRequest::default()
    });
    let ran = desk.introspect(&["--jwks", &desk.keys()], &token);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("issuer-not-allowed"), "{}", ran.out);
    assert!(ran.out.contains("signature  not checked"), "{}", ran.out);
}

#[test]
fn a_wrong_question_is_told_with_the_nearest_name() {
    let (desk, _nobody) = Desk::offline();
    let keys = desk.keys();
    let flags = ["--jwks", &keys, "--audience", "order"];
    let ran = desk.introspect(&flags, &desk.good());
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert_eq!(
        ran.err,
        "audient: no audience \"order\" is configured; did you mean \"orders\"? (AUDIENCE_NOT_CONFIGURED)\n"
    );
    let with_json = [&flags[..], &["--output", "json"]].concat();
    let error = desk.introspect(&with_json, &desk.good()).error();
    assert_eq!(error["code"], "NOT_FOUND");
    assert_eq!(error["reason"], "AUDIENCE_NOT_CONFIGURED");
    assert_eq!(error["metadata"]["audience"], "order");
    assert_eq!(error["exit_code"], 2);

    let ran = desk.introspect(&["--jwks", &keys, "--scope", "two words"], &desk.good());
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("FIELD_INVALID"), "{}", ran.err);
}

#[test]
fn every_problem_of_a_configuration_is_told() {
    let desk = Desk::with("[server]\nlisen = \"127.0.0.1:1\"\n");
    let ran = desk.introspect(&[], &desk.good());
    assert_eq!(ran.code, 78);
    for part in ["server.lisen", "audiences[0].issuers[0]"] {
        assert!(ran.err.contains(part), "{part}: {}", ran.err);
    }
    let error = desk.introspect(&["--output", "json"], &desk.good()).error();
    assert_eq!(error["code"], "CONFIGURATION");
    let problems = error["problems"].as_array().unwrap();
    assert_eq!(problems.len(), ran.err.lines().count());
}

#[test]
fn a_key_file_is_checked_as_the_configuration_s() {
    let (desk, _nobody) = Desk::offline();
    let token = desk.good();
    let told = |file: &str, part: &str| {
        let ran = desk.introspect(&["--jwks", &desk.path(file)], &token);
        assert_eq!(ran.code, 78, "{file}: {}", ran.out);
        let line = ran.err.strip_prefix("audient: --jwks: ");
        assert!(
            line.is_some_and(|line| line.contains(part)),
            "{file}: {}",
            ran.err
        );
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    };
    told("missing.json", "is not there; check the path");
    desk.write("list.json", "[]");
    told("list.json", "is no JWK Set");
    desk.write("empty.json", r#"{"keys": []}"#);
    told("empty.json", "has no usable key");
    // A file of the configuration's is not even opened.
    let desk = Desk::with(&format!(
        "[[issuers]]\nname = \"prod\"\nissuer = \"{ISSUER}\"\njwks_file = \"nowhere.json\"\n"
    ));
    assert_eq!(desk.introspect(&[], &desk.good()).code, 78);
    assert_eq!(
        desk.introspect(&["--jwks", &desk.keys()], &desk.good())
            .code,
        0
    );
}

#[test]
fn secrets_and_public_keys_are_kept_apart_here_too() {
    let desk = Desk::with(&format!(
        "[[issuers]]\nname = \"prod\"\nissuer = \"{ISSUER}\"\nalgorithms = [\"HS256\"]\njwks_file = \"nowhere.json\"\n"
    ));
    let ran = desk.introspect(&["--jwks", &desk.keys()], &desk.good());
    assert_eq!(ran.code, 78);
    assert!(ran.err.contains("HS* needs oct keys alone"), "{}", ran.err);
    let secret = json!({ "keys": [{ "kty": "oct", "k": "A".repeat(43) }] });
    desk.write("secret.json", &secret.to_string());
    let ran = desk.introspect(&["--jwks", &desk.path("secret.json")], &desk.good());
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("algorithm-not-allowed"), "{}", ran.out);
}

#[test]
fn here_and_at_a_service_exclude_each_other() {
    let (desk, _nobody) = Desk::offline();
    let (keys, token) = (desk.keys(), desk.good());
    for flags in [
        &["--addr", "127.0.0.1:1"][..],
        &["--tls"],
        &["--server-name", "x"],
    ] {
        let ran = desk.introspect(&[flags, &["--jwks", &keys]].concat(), &token);
        assert_eq!(ran.code, 2, "{flags:?}");
        let both = ran.err.contains("--config") && ran.err.contains(flags[0]);
        assert!(both, "{}", ran.err);
    }
    // The environment's address is for other commands as well.
    let config = desk.path("audient.toml");
    let line = [
        "introspect",
        "--audience",
        "orders",
        "--config",
        &config,
        "--jwks",
        &keys,
    ];
    let ran = audient(&line, &token, &[("AUDIENT_ADDR", "127.0.0.1:1")]);
    assert_eq!(ran.code, 0, "{}", ran.err);

    for flags in [["--jwks", &keys], ["--at", "0"]] {
        let line = [&["introspect", "--audience", "orders"][..], &flags].concat();
        let ran = audient(&line, &token, &[]);
        assert_eq!(ran.code, 2, "{flags:?}");
        assert!(ran.err.contains("--config <PATH>"), "{}", ran.err);
        let line = [&line[..], &["--output", "json"]].concat();
        let error = audient(&line, &token, &[]).error();
        assert_eq!(
            (&error["code"], &error["exit_code"]),
            (&json!("USAGE"), &json!(2))
        );
    }
}

#[test]
fn no_token_is_a_question_and_a_hint() {
    let (desk, _nobody) = Desk::offline();
    let ran = desk.introspect(&["--jwks", &desk.keys()], "\n");
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("token-missing"), "{}", ran.out);
    assert!(ran.err.contains("AUDIENT_TOKEN"), "{}", ran.err);
    let ran = desk.introspect(&["--token-file", "/not/there", "--output", "json"], "");
    assert_eq!((ran.code, ran.error()["code"].as_str()), (2, Some("USAGE")));
}
