//! What the service tells about itself, and what it keeps to itself.

use std::cell::RefCell;
use std::io;
use std::sync::Once;

use audient::dev::lines::examples;
use audient::dev::mint::MintRequest;
use audient::pb::BatchIntrospectRequest;
use serde_json::{Value, json};
use tonic::Request;
use tracing::Metadata;
use tracing_subscriber::filter::DynFilterFn;
use tracing_subscriber::layer::{Context, Layer as _, SubscriberExt as _};
use tracing_subscriber::registry::Registry;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::issuer::{Issuer, Mode};
use crate::support::{Setup, in_time, now, question, ready, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_verdicts_and_key_sets_are_counted() {
    let (issuer, service) = ready().await;
    let count = async |series: &str, expected: f64| {
        let found = service.metric(series).await;
        assert!((found - expected).abs() < 0.01, "{series}: {found}");
    };
    let (_, page) = service.page("/metrics").await;
    // There before it first happens.
    let zero = "audient_verdicts_total{audience=\"payments\",issuer=\"prod\",reason=\"none\"} 0";
    assert!(page.contains(zero), "{page}");

    service.told(&issuer.good()).await;
    service.told(&issuer.good()).await;
    let old_and_wrong = issuer.token(&MintRequest {
        expires_in: Some(-3600),
        aud: Some(vec!["x".into()]),
        ..MintRequest::default()
    });
    service.told(&old_and_wrong).await;
    service.told("").await;
    service.told(&issuer.with_kid("nobody")).await;
    service.put(question("")).await.unwrap();
    let unknown = audient::pb::IntrospectRequest {
        audience: "nobody".into(),
        ..question("")
    };
    service.put(unknown).await.unwrap_err();

    let verdicts = |issuer: &str, reason: &str| {
        format!(
            "audient_verdicts_total{{audience=\"orders\",issuer=\"{issuer}\",reason=\"{reason}\"}}"
        )
    };
    count(&verdicts("prod", "none"), 2.0).await;
    count(&verdicts("prod", "audience-not-allowed"), 1.0).await;
    count(&verdicts("prod", "expired"), 0.0).await;
    count(&verdicts("unknown", "token-missing"), 2.0).await;
    count(&verdicts("prod", "key-not-found"), 1.0).await;
    let rejections = |reason: &str| {
        format!("audient_rejections_total{{audience=\"orders\",reason=\"{reason}\"}}")
    };
    count(&rejections("audience-not-allowed"), 1.0).await;
    count(&rejections("expired"), 1.0).await;
    count(
        "audient_unknown_kid_total{issuer=\"prod\",result=\"absent\"}",
        1.0,
    )
    .await;
    count(
        "audient_verdicts_by_key_state_total{issuer=\"prod\",state=\"fresh\"}",
        4.0,
    )
    .await;
    count(
        "audient_key_set_fetches_total{issuer=\"prod\",result=\"ok\"}",
        1.0,
    )
    .await;
    count(
        "audient_key_set_keys{issuer=\"prod\",state=\"usable\"}",
        4.0,
    )
    .await;
    count("audient_panics_total", 0.0).await;
    let at = service
        .metric("audient_key_set_last_success_timestamp_seconds")
        .await;
    #[expect(clippy::cast_precision_loss, reason = "a time of today")]
    let ago = now() as f64 - at;
    assert!((0.0..100.0).contains(&ago), "{at}");
    let handled = |code: &str| {
        format!(
            "grpc_server_handled_total{{grpc_type=\"unary\",grpc_service=\"audient.v1.IntrospectionService\",grpc_method=\"Introspect\",grpc_code=\"{code}\"}}"
        )
    };
    count(&handled("OK"), 6.0).await;
    count(&handled("NotFound"), 1.0).await;
    let seconds = "grpc_server_handling_seconds_count{grpc_type=\"unary\",grpc_service=\"audient";
    count(seconds, 7.0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_stranger_can_grow_a_series() {
    let (issuer, service) = ready().await;
    let series = async || {
        let (_, page) = service.page("/metrics").await;
        page.lines().filter(|line| !line.starts_with('#')).count()
    };
    let strange = async |n: u32| {
        let name = format!("stranger-{n}");
        let token = issuer.token(&MintRequest {
            iss: Some(name.clone()),
            aud: Some(vec![name.clone()]),
            kid: Some(name.clone()),
            ..MintRequest::default()
        });
        service.told(&token).await;
        service.told(&issuer.with_kid(&name)).await;
        service.raw(&format!("/{name}/{name}"), vec![]).await;
        let unknown = audient::pb::IntrospectRequest {
            audience: name,
            ..question("")
        };
        service.put(unknown).await.unwrap_err();
    };
    strange(0).await;
    let before = series().await;
    for n in 1..20 {
        strange(n).await;
    }
    assert_eq!(series().await, before);
    assert!(!service.page("/metrics").await.1.contains("stranger"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_told_is_no_verdict() {
    let issuer = Issuer::start(Mode::Down).await;
    let service = Setup::default().start(&issuer).await;
    service.ask(&issuer.good()).await.unwrap_err();
    let undecided =
        "audient_undecided_total{audience=\"orders\",issuer=\"prod\",cause=\"keys-unavailable\"}";
    assert!((service.metric(undecided).await - 1.0).abs() < 0.01);
    assert!(service.metric("audient_verdicts_total").await < 0.01);
    // No kid was looked for: there was no set to look in.
    assert!(service.metric("audient_unknown_kid_total").await < 0.01);
}

thread_local! {
    static KEPT: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// The log of this thread, and so of a test that runs on one thread alone. One
/// subscriber for all: those of single threads disturb each other's caches.
struct Lines;

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        KEPT.with_borrow_mut(|kept| kept.iter_mut().for_each(|kept| kept.extend(bytes)));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    /// Keeps everything, at every level.
    fn capture() -> Self {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            let is_kept =
                |_: &Metadata<'_>, _: &Context<'_, Registry>| KEPT.with_borrow(Option::is_some);
            let lines = tracing_subscriber::fmt::layer()
                .json()
                .flatten_event(true)
                .with_writer(|| Lines)
                .with_filter(DynFilterFn::new(is_kept));
            tracing_subscriber::registry().with(lines).init();
        });
        KEPT.set(Some(Vec::new()));
        Self
    }

    #[expect(clippy::unused_self, reason = "there is none without a capture")]
    fn text(&self) -> String {
        KEPT.with_borrow(|kept| String::from_utf8(kept.clone().unwrap()).unwrap())
    }

    fn of(&self, message: &str) -> Vec<Value> {
        (self.text().lines())
            .map(|line| serde_json::from_str::<Value>(line).expect("one line, one JSON"))
            .filter(|line| line["message"] == message)
            .collect()
    }
}

/// On one thread, whose log is kept.
#[tokio::test]
async fn a_line_says_what_was_decided_and_whom_to_ask() {
    let lines = Lines::capture();
    let (issuer, service) = ready().await;
    let token = issuer.token(&MintRequest {
        aud: Some(vec![
            "https://api.example.com/orders/".into(),
            "x\n\u{202e}".into(),
        ]),
        expires_in: Some(-3600),
        ..MintRequest::default()
    });
    let mut request = Request::new(question(&token));
    let headers = request.metadata_mut();
    headers.insert("x-request-id", "r-17".parse().unwrap());
    headers.insert(
        "traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            .parse()
            .unwrap(),
    );
    service.put(request).await.unwrap();
    service.told(&issuer.good()).await;

    let line = &lines.of("inactive")[0];
    for (field, value) in [
        ("level", json!("INFO")),
        ("audience", json!("orders")),
        ("issuer", json!("prod")),
        ("reason", json!("audience-mismatch")),
        ("reasons", json!("audience-mismatch expired")),
        (
            "aud",
            json!("https://api.example.com/orders/ x\\u{a}\\u{202e}"),
        ),
        ("iss", json!(issuer.url)),
        ("kid", json!("dev-es256")),
        ("typ", json!("at+jwt")),
        ("alg", json!("ES256")),
        ("client", json!("dev-client")),
        ("near_misses", json!("trailing-slash")),
        ("request_id", json!("r-17")),
        (
            "traceparent",
            json!("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ),
    ] {
        assert_eq!(line[field], value, "{field}: {line}");
    }
    // A leeway of 30 s is not counted.
    let off_by = line["off_by_seconds"].as_f64().unwrap();
    assert!((3570.0..3600.0).contains(&off_by), "{off_by}");
    assert!(line["peer"].as_str().unwrap().starts_with("127.0.0.1:"));
    assert!(line["user_agent"].as_str().unwrap().starts_with("tonic/"));
    assert_eq!(line["fingerprint"].as_str().unwrap().len(), 16);
    let active = &lines.of("active")[0];
    assert_eq!(
        (&active["level"], &active["audience"]),
        (&json!("DEBUG"), &json!("orders"))
    );
    for absent in ["aud", "kid", "client", "iss"] {
        assert!(active[absent].is_null(), "{active}");
    }
}

#[tokio::test]
async fn nothing_of_a_token_is_in_any_output() {
    let lines = Lines::capture();
    let (issuer, service) = ready().await;
    let mut tokens: Vec<String> = (examples(&issuer.mint, now()).unwrap().into_iter())
        .map(|example| example.token)
        .collect();
    let secrets = [
        "subject-of-somebody",
        "scope-of-somebody",
        "claim-of-somebody",
    ];
    let private = issuer.with_claims(json!({
        "sub": secrets[0], "scope": secrets[1], "mail": secrets[2], "exp": 1,
    }));
    tokens.push(private);
    tokens.push(format!("Bearer {}", issuer.good()));
    for token in &tokens {
        service.told(token).await;
    }
    let requests = tokens.iter().map(|token| question(token)).collect();
    let batch = BatchIntrospectRequest { requests };
    in_time(service.client().batch_introspect(batch))
        .await
        .unwrap();
    let output = lines.text() + &service.page("/metrics").await.1;
    assert!(output.contains("inactive"));
    for token in &tokens {
        for segment in token
            .split(['.', ' '])
            .filter(|segment| segment.len() >= 16)
        {
            let piece = &segment[..16];
            // The header is the same for all tokens of an algorithm.
            assert!(!output.contains(piece), "{piece}");
        }
    }
    for secret in secrets {
        assert!(!output.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn one_reason_writes_ten_lines_a_second_and_the_rest_is_told() {
    let lines = Lines::capture();
    let (_, service) = ready().await;
    for _ in 0..40 {
        service.told("opaque").await;
    }
    service.told("").await;
    let opaque = |line: &Value| line["reason"] == "token-opaque";
    let written = |lines: &Lines| lines.of("inactive").into_iter().filter(opaque).count();
    let left_out = |lines: &Lines| -> u64 {
        let all = lines
            .of("inactive")
            .into_iter()
            .chain(lines.of("decisions not logged"));
        all.filter(opaque)
            .filter_map(|line| line["left_out"].as_u64())
            .sum()
    };
    // 40 calls may take longer than a second on a busy machine; none gets lost.
    assert!((10..40).contains(&written(&lines)), "{}", written(&lines));
    let empty = lines
        .of("inactive")
        .into_iter()
        .filter(|line| line["reason"] == "token-missing");
    assert_eq!(empty.count(), 1);
    until(async || written(&lines) as u64 + left_out(&lines) == 40).await;
}
