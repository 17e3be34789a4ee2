//! Errors are about the request or about us, never about the token.


use audient::pb::IntrospectRequest;
use tonic::Code;

use crate::issuer::{Issuer, Mode};
use crate::support::{
    INTROSPECT, ORDERS, Setup, again, failure, in_time, pushback, question, ready, until,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_question_is_refused_before_any_look_at_the_token() {
    let (issuer, service) = ready().await;
    let ask = |audience: &str, format: i32, scopes: Vec<String>| IntrospectRequest {
        token: issuer.expired(),
        audience: audience.into(),
        claims_format: format,
        required_scopes: scopes,
    };
    let many = vec!["x".to_owned(); 33];
    let scope = |text: &str| vec!["ok".to_owned(), text.to_owned()];
    let invalid = Code::InvalidArgument;
    for (request, code, reason, field) in [
        (ask("", 0, vec![]), invalid, "AUDIENCE_REQUIRED", "audience"),
        (
            ask("", 7, many.clone()),
            invalid,
            "AUDIENCE_REQUIRED",
            "audience",
        ),
        (
            ask("orders", 3, vec![]),
            invalid,
            "FIELD_INVALID",
            "claims_format",
        ),
        (
            ask("orders", -1, vec![]),
            invalid,
            "FIELD_INVALID",
            "claims_format",
        ),
        (
            ask("orders", 0, many),
            invalid,
            "FIELD_INVALID",
            "required_scopes",
        ),
        (
            ask("nobody", 0, scope("")),
            invalid,
            "FIELD_INVALID",
            "required_scopes[1]",
        ),
        (
            ask("orders", 0, scope("a b")),
            invalid,
            "FIELD_INVALID",
            "required_scopes[1]",
        ),
        (
            ask("orders", 0, scope("ä")),
            invalid,
            "FIELD_INVALID",
            "required_scopes[1]",
        ),
        (
            ask("orders", 0, scope(&"x".repeat(257))),
            invalid,
            "FIELD_INVALID",
            "required_scopes[1]",
        ),
        (
            ask("nobody", 0, vec![]),
            Code::NotFound,
            "AUDIENCE_NOT_CONFIGURED",
            "",
        ),
    ] {
        let status = service.put(request).await.unwrap_err();
        let (found, why, details) = failure(&status);
        assert_eq!((found, &*why), (code, reason));
        let info = details.error_info().unwrap();
        let violation = (details.bad_request()).map_or("", |bad| &bad.field_violations[0].field);
        assert_eq!(violation, field, "{status:?}");
        assert_eq!(info.metadata.get("field").map_or("", |it| it), field);
        assert_eq!(pushback(&status), None);
        assert!(status.message().is_ascii(), "{}", status.message());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_is_nearly_one_and_a_value_sent_as_a_name_are_recognized() {
    let (_, service) = ready().await;
    for (audience, suggested) in [
        ("order", Some("orders")),
        (ORDERS, Some("orders")),
        ("something-else-altogether", None),
        ("x\n\u{202e}", None),
    ] {
        let request = IntrospectRequest {
            audience: audience.into(),
            ..question("")
        };
        let status = service.put(request).await.unwrap_err();
        let (code, reason, details) = failure(&status);
        assert_eq!(
            (code, &*reason),
            (Code::NotFound, "AUDIENCE_NOT_CONFIGURED")
        );
        let told = status.message().split("did you mean \"").nth(1);
        assert_eq!(told.map(|rest| rest.trim_end_matches("\"?")), suggested);
        let shown = &details.error_info().unwrap().metadata["audience"];
        assert!(
            shown.bytes().all(|byte| matches!(byte, b' '..=b'~')),
            "{shown}"
        );
    }
}

/// One gRPC message: a flag, a length, and bytes.
fn framed(flag: u8, length: usize, bytes: &[u8]) -> Vec<u8> {
    let mut frame = vec![flag];
    frame.extend(u32::try_from(length).unwrap().to_be_bytes());
    frame.extend(bytes);
    frame
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_that_are_no_message_are_the_peers_mistake() {
    let (issuer, service) = ready().await;
    let deep = [0x0b_u8; 5000]; // groups within groups
    for (what, body) in [
        ("garbage", framed(0, 4, &[0xff, 0xff, 0xff, 0xff])),
        ("a truncated field", framed(0, 3, &[0x0a, 0x7f, b'x'])),
        ("no UTF-8", framed(0, 4, &[0x0a, 0x02, 0xc3, 0x28])),
        ("a wrong wire type", framed(0, 2, &[0x10, 0x01])),
        ("a length that lies", framed(0, 100, b"\x0a\x01x")),
        ("a flag that is none", framed(9, 0, b"")),
        ("compressed, nobody said how", framed(1, 1, b"x")),
        ("too deep", framed(0, deep.len(), &deep)),
        ("half a frame", vec![0, 0, 0]),
        ("nothing", vec![]),
    ] {
        let status = service.raw(INTROSPECT, body.clone()).await;
        let (code, reason, details) = failure(&status);
        assert_eq!(
            (code, &*reason),
            (Code::InvalidArgument, "MESSAGE_INVALID"),
            "{what}"
        );
        assert!(details.bad_request().is_none(), "{what}");
        if !body.is_empty() {
            let path = "/audient.v1.IntrospectionService/StreamIntrospect";
            let status = service.raw(path, body).await;
            let (code, reason, _) = failure(&status);
            assert_eq!(
                (code, &*reason),
                (Code::InvalidArgument, "MESSAGE_INVALID"),
                "{what}"
            );
        }
    }
    assert!(service.told(&issuer.good()).await.active());
    assert!(service.metric("audient_panics_total").await < 1.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_over_the_limit_can_never_fit() {
    let (_, service) = ready().await;
    let status = service.ask(&"x".repeat(4 << 20)).await.unwrap_err();
    let (code, reason, details) = failure(&status);
    assert_eq!(
        (code, &*reason),
        (Code::ResourceExhausted, "MESSAGE_TOO_LARGE")
    );
    assert_eq!(details.error_info().unwrap().metadata["max"], "4194304");
    assert!(details.retry_info().is_none());
    assert_eq!(pushback(&status), Some("-1"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_served_is_unimplemented() {
    let (_, service) = ready().await;
    for path in [
        "/audient.v1.IntrospectionService/Nothing",
        "/audient.v1.Nobody/Introspect",
        "/audient.v1.DiagnosticsService/Explain",
        "/audient.v1.AdminService/DenyKey",
        "/",
    ] {
        let status = service.raw(path, framed(0, 0, b"")).await;
        assert_eq!(status.code(), Code::Unimplemented, "{path}");
    }
}

/// A client that does not know its own deadline.
async fn unary(url: String, timeout: &str) -> tonic::Status {
    let client = reqwest::Client::builder().http2_prior_knowledge().build();
    let request = client.unwrap().post(url);
    let request = request
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .header("grpc-timeout", timeout)
        .body(framed(0, 0, b""));
    let response = in_time(request.send()).await.unwrap();
    tonic::Status::from_header_map(response.headers()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadline_is_kept_on_this_side_too() {
    let (_, service) = ready().await;
    let url = format!("http://{}{INTROSPECT}", service.listen);
    for timeout in ["0m", "1n"] {
        let status = unary(url.clone(), timeout).await;
        let (code, reason, _) = failure(&status);
        assert_eq!((code, &*reason), (Code::DeadlineExceeded, "DEADLINE"));
    }
    let status = unary(url.clone(), "99999999H").await;
    assert_eq!(failure(&status).1, "AUDIENCE_REQUIRED");
    // What cannot be read is no deadline.
    let status = unary(url, "soon").await;
    assert_eq!(failure(&status).1, "AUDIENCE_REQUIRED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_keys_it_cannot_be_told_until_the_issuer_is_back() {
    let issuer = Issuer::start(Mode::Down).await;
    let service = Setup::default().start(&issuer).await;
    let good = issuer.good();
    let status = service.ask(&good).await.unwrap_err();
    let (code, reason, details) = failure(&status);
    assert_eq!((code, &*reason), (Code::Unavailable, "KEYS_UNAVAILABLE"));
    let metadata = &details.error_info().unwrap().metadata;
    assert_eq!(
        (&*metadata["issuer"], &*metadata["audience"]),
        ("prod", "orders")
    );
    let delay = details.retry_info().unwrap().retry_delay.unwrap();
    assert!((1..=60).contains(&delay.as_secs()), "{delay:?}");
    assert_eq!(pushback(&status), None);
    let status = service.put(again(question(&good))).await.unwrap_err();
    assert_eq!(pushback(&status), Some("-1"));

    issuer.set(Mode::Up);
    until(async || service.ask(&good).await.is_ok_and(|told| told.active())).await;
}
