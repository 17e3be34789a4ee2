//! Judging by a configuration alone: keys are fetched.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpListener;

use audient::dev::mint::MintRequest;
use serde_json::json;

use crate::CLOSED;
use crate::desk::{Desk, ISSUER};

/// Answers one request with this document.
fn serve_once(listener: TcpListener, body: String) {
    std::thread::spawn(move || {
        let (mut peer, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            peer.read_exact(&mut byte).unwrap();
            request.push(byte[0]);
        }
        let length = body.len();
        write!(
            peer,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )
        .unwrap();
    });
}

fn over_http(at: &str, other: &str) -> String {
    format!(
        r#"
[insecure]
allow_http = true
[[issuers]]
name = "prod"
issuer = "{ISSUER}"
jwks_uri = "http://{at}/jwks"
[[issuers]]
name = "other"
issuer = "https://other.example.com"
jwks_uri = "http://{other}/jwks"
[[audiences]]
name = "payments"
accept = ["https://api.example.com/payments"]
issuers = ["other"]
"#
    )
}

#[test]
fn without_a_key_file_the_issuers_of_the_audience_are_asked() {
    let [issuer, nobody] = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    nobody.set_nonblocking(true).unwrap();
    let [at, other] = [&issuer, &nobody].map(|one| one.local_addr().unwrap().to_string());
    let desk = Desk::with(&over_http(&at, &other));
    serve_once(issuer, desk.jwks().to_string());
    let ran = desk.introspect(&[], &desk.good());
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("key set    fresh"), "{}", ran.out);
    assert_eq!(nobody.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn an_issuer_that_cannot_be_reached_is_no_verdict() {
    let desk = Desk::with(&over_http(CLOSED, CLOSED));
    let ran = desk.introspect(&["--output", "json"], &desk.good());
    assert_eq!(ran.code, 3, "{}", ran.err);
    let error = ran.error();
    assert_eq!(error["code"], "UNAVAILABLE");
    assert_eq!(error["reason"], "KEYS_UNAVAILABLE");
    assert_eq!(
        error["metadata"],
        json!({ "issuer": "prod", "audience": "orders" })
    );
    assert!(
        error["retry_after_s"]
            .as_u64()
            .is_some_and(|wait| wait >= 1),
        "{error}"
    );
    // Why, for the person who can mend it.
    let notes = error["notes"].as_array().unwrap();
    assert!(
        notes[0]
            .as_str()
            .unwrap()
            .starts_with("keys of issuer prod: "),
        "{notes:?}"
    );
    assert!(ran.err.contains("keys of issuer prod: "), "{}", ran.err);
    // What is bad anyway needs no keys.
    let expired = desk.token(&MintRequest {
        expires_in: Some(-3600),
        ..MintRequest::default()
    });
    let ran = desk.introspect(&[], &expired);
    assert_eq!(ran.code, 1, "{}", ran.err);
}
