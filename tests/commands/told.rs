//! What commands tell that have no answer, and help.

use serde_json::json;

use crate::CLOSED;
use crate::desk::audient;

#[test]
fn nobody_at_the_service_is_no_verdict_either() {
    let line = ["introspect", "--audience", "orders", "--output", "json"];
    let ran = audient(&line, "x", &[("AUDIENT_ADDR", CLOSED)]);
    assert_eq!(ran.code, 3);
    assert_eq!(ran.error()["code"], "UNAVAILABLE");
    let ran = audient(
        &["health", "--output", "json"],
        "",
        &[("AUDIENT_ADMIN_ADDR", CLOSED)],
    );
    assert_eq!(
        (ran.code, ran.error()["code"].as_str()),
        (1, Some("FAILED"))
    );
    let issuer = format!("http://{CLOSED}");
    let ran = audient(
        &["mint", "--output", "json"],
        "",
        &[("AUDIENT_ISSUER", &issuer)],
    );
    assert_eq!(
        (ran.code, ran.error()["code"].as_str()),
        (1, Some("FAILED"))
    );
}

#[test]
fn help_is_an_answer_and_a_slip_is_not() {
    let ran = audient(&["introspect", "--help"], "", &[]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    assert!(ran.out.contains("Exit codes:"));
    let ran = audient(&[], "", &[]);
    assert_eq!((ran.code, &*ran.out), (2, ""));
    let ran = audient(&["man", "introspec"], "", &[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("'introspect'"), "{}", ran.err);
    let ran = audient(&["completions", "fish", "--output", "json"], "", &[]);
    assert_eq!((ran.code, &ran.json()["shell"]), (0, &json!("fish")));
    let ran = audient(&["man", "serve", "--output", "json"], "", &[]);
    assert!(
        ran.json()["page"]
            .as_str()
            .unwrap()
            .contains(".TH AUDIENT-SERVE 1")
    );
}

#[test]
fn a_token_in_the_wrong_place_is_not_said_again() {
    let desk = crate::desk::Desk::offline().0;
    let token = desk.good();
    for line in [
        vec!["decode", &token],
        vec![
            "introspect",
            &token,
            "--audience",
            "orders",
            "--output",
            "json",
        ],
        vec!["explain", "--at", &token],
    ] {
        let ran = audient(&line, "", &[]);
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains("--token-file"), "{}", ran.err);
        for part in token.split('.') {
            assert!(
                !ran.err.contains(part) && !ran.out.contains(part),
                "{line:?}"
            );
        }
    }
}
