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

#[test]
fn a_token_is_said_again_in_no_flag_and_no_name() {
    let desk = crate::desk::Desk::offline().0;
    let token = desk.good();
    let flag = format!("--at={token}");
    for line in [
        vec!["introspect", "--audience", "orders", "--token-file", &token],
        vec!["introspect", "--audience", "orders", "--addr", &token],
        vec!["explain", &flag],
        vec!["explain", "--config", &token],
        vec!["explain", "--ca", &token],
        vec!["check-config", &token],
        vec!["doctor", &token],
        vec!["completions", &token],
        vec![&token],
    ] {
        for output in ["text", "json"] {
            let line = [line.clone(), vec!["--output", output]].concat();
            let ran = audient(&line, "x", &[]);
            assert!(ran.code > 1, "{line:?}: {}", ran.code);
            for part in token.split('.') {
                assert!(
                    !ran.err.contains(part) && !ran.out.contains(part),
                    "{line:?}: {}{}",
                    ran.out,
                    ran.err
                );
            }
        }
    }
}

#[test]
fn an_answer_that_cannot_be_written_does_not_end_well() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let Ok(full) = full else {
        // Of Linux alone.
        return;
    };
    let done = std::process::Command::new(env!("CARGO_BIN_EXE_audient"))
        .args(["completions", "bash"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(3));
    assert!(!done.stderr.is_empty());
}
