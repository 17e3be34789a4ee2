//! Explain: every check of a token, read off the judge that Introspect asks.

use std::time::Duration;

use audient::dev::mint::MintRequest;
use audient::pb::audience_explanation::Answer;
use audient::pb::check::Outcome;
use audient::pb::diagnostics_service_client::DiagnosticsServiceClient;
use audient::pb::{
    AudienceExplanation, Check, ExplainRequest, ExplainResponse, KeySetState, SignatureStatus,
};
use audient::policy::Name;
use audient::policy::audience::AudiencePolicy;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use tonic::{Code, Status};

use crate::issuer::{Issuer, Mode};
use crate::support::{ORDERS, Service, Setup, failure, in_time, now, ready, ready_with, until};

const CHECKS: [&str; 17] = [
    "form",
    "crit",
    "typ",
    "alg",
    "iss",
    "key",
    "signature",
    "aud",
    "azp",
    "exp",
    "nbf",
    "iat",
    "lifetime",
    "claims",
    "sub",
    "scope",
    "cnf",
];

async fn put(service: &Service, request: ExplainRequest) -> Result<ExplainResponse, Status> {
    let mut client = DiagnosticsServiceClient::new(service.admin_channel.clone());
    let answer = in_time(client.explain(request)).await;
    answer.map(tonic::Response::into_inner)
}

async fn explained(service: &Service, token: &str, audience: &str) -> ExplainResponse {
    let request = ExplainRequest {
        token: token.into(),
        audience: audience.into(),
        ..ExplainRequest::default()
    };
    put(service, request).await.unwrap()
}

fn names(one: &AudienceExplanation) -> Vec<&str> {
    one.checks.iter().map(|check| check.name.as_str()).collect()
}

fn of<'a>(answer: &'a ExplainResponse, name: &str) -> &'a Check {
    let checks = &answer.audiences[0].checks;
    checks.iter().find(|check| check.name == name).unwrap()
}

fn failed(one: &AudienceExplanation) -> Vec<&Check> {
    let checks = one.checks.iter();
    checks
        .filter(|check| check.outcome() == Outcome::Failed)
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_good_token_passes_every_check_and_each_says_what_it_saw() {
    let (issuer, service) = ready().await;
    let answer = explained(&service, &issuer.good(), "orders").await;
    assert_eq!(answer.signature(), SignatureStatus::Verified);
    assert_eq!(answer.keys.as_ref().unwrap().state(), KeySetState::Fresh);
    assert!(
        answer.summary.starts_with("Active for \"orders\""),
        "{}",
        answer.summary
    );
    assert!(answer.claims_json.contains(ORDERS));
    assert!(answer.header_json.contains("kid"));
    let orders = &answer.audiences[0];
    assert_eq!(orders.answer(), Answer::Active);
    assert_eq!(names(orders), CHECKS);
    for check in &orders.checks {
        assert!(matches!(
            check.outcome(),
            Outcome::Passed | Outcome::Skipped
        ));
        assert!(
            !check.expected.is_empty() && !check.found.is_empty(),
            "{check:?}"
        );
        assert_eq!(
            check.why.is_empty(),
            check.outcome() == Outcome::Passed,
            "{check:?}"
        );
        assert!(check.rejection.is_none());
    }
    assert_eq!(of(&answer, "aud").found, format!("\"{ORDERS}\""));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_checks_that_fail_are_introspects_rejections() {
    let (issuer, service) = ready().await;
    let token = |request: MintRequest| issuer.token(&request);
    let aud = |value: &str| Some(vec![value.to_owned()]);
    let claims = |value: serde_json::Value| value.as_object().unwrap().clone();
    for token in [
        String::new(),
        "opaque".into(),
        "a.b".into(),
        "Bearer a.b.c".into(),
        "a.b.c.d.e".into(),
        "e30.e30.".into(),
        "bm8.bm8.AA".into(),
        issuer.expired(),
        issuer.with_kid("nobody"),
        token(MintRequest {
            aud: aud(&format!("{ORDERS}/")),
            expires_in: Some(-9999),
            ..Default::default()
        }),
        token(MintRequest {
            alg: Some("none".into()),
            ..Default::default()
        }),
        token(MintRequest {
            iss: Some("https://elsewhere.example.com".into()),
            ..Default::default()
        }),
        token(MintRequest {
            claims: claims(json!({"exp": 17e11, "nbf": "now", "cnf": {"jkt": "x"}})),
            ..Default::default()
        }),
        token(MintRequest {
            claims: claims(json!({"exp": null, "aud": []})),
            typ: Some("logout+jwt".into()),
            ..Default::default()
        }),
    ] {
        let told = service.told(&token).await;
        let answer = explained(&service, &token, "orders").await;
        let orders = &answer.audiences[0];
        let mut seen: Vec<_> = failed(orders)
            .into_iter()
            .map(|check| check.rejection.clone().unwrap())
            .collect();
        seen.sort_by_key(|one| one.reason);
        assert_eq!(orders.answer() == Answer::Active, told.active());
        let pairs: Vec<_> = seen.iter().map(|one| (&one.code, &one.field)).collect();
        let expected: Vec<_> = told
            .rejections
            .iter()
            .map(|one| (&one.code, &one.field))
            .collect();
        assert_eq!(pairs, expected);
        assert_eq!(answer.signature, told.signature);
        assert!(names(orders).is_sorted_by_key(|name| CHECKS.iter().position(|one| one == name)));
        assert!(CHECKS.iter().all(|name| names(orders).contains(name)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_an_audience_the_one_it_is_for_comes_first() {
    let (issuer, service) = ready_with(Setup {
        change: Box::new(|config| {
            let issuers = vec![config.issuers[0].issuer.clone()];
            config.audiences.extend((0..20).map(|n| {
                let name = Name::new(&format!("a{n:02}")).unwrap();
                let value = format!("https://api.example.com/{n}");
                AudiencePolicy::new(name, vec![value.into()], issuers.clone())
            }));
        }),
        ..Setup::default()
    })
    .await;
    let token = issuer.token(&MintRequest {
        aud: Some(vec!["https://api.example.com/19".into()]),
        expires_in: Some(-3600),
        ..Default::default()
    });
    let answer = explained(&service, &token, "").await;
    assert_eq!(answer.audiences.len(), 16);
    assert_eq!(answer.audiences_omitted, 22 - 16);
    assert_eq!(answer.audiences[0].audience, "a19");
    assert!(answer.summary.contains("expired at"), "{}", answer.summary);
    assert!(answer.summary.contains("\"a19\""), "{}", answer.summary);

    let both = issuer.token(&MintRequest {
        aud: Some(vec![ORDERS.into(), "https://api.example.com/7".into()]),
        ..Default::default()
    });
    let answer = explained(&service, &both, "").await;
    let first: Vec<_> = answer
        .audiences
        .iter()
        .take(3)
        .map(|one| (one.audience.as_str(), one.answer()))
        .collect();
    assert_eq!(
        first,
        [
            ("a07", Answer::Active),
            ("orders", Answer::Active),
            ("a00", Answer::Inactive)
        ]
    );
    assert!(
        answer.summary.contains("and 1 more of 22 audiences"),
        "{}",
        answer.summary
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_moves_the_time_and_nothing_else() {
    let (issuer, service) = ready().await;
    let request = |seconds| ExplainRequest {
        token: issuer.expired(),
        audience: "orders".into(),
        at: Some(prost_types::Timestamp { seconds, nanos: 0 }),
        ..Default::default()
    };
    // It lived until an hour ago.
    let then = put(&service, request(now() - 3600 - 60)).await.unwrap();
    assert_eq!(then.audiences[0].answer(), Answer::Active);
    assert_eq!(
        then.evaluated_at.unwrap().seconds,
        then.evaluated_at.unwrap().seconds
    );
    let later = put(&service, request(now() + 40 * 24 * 3600))
        .await
        .unwrap();
    // The keys are as fresh as they are.
    assert_eq!(later.keys.as_ref().unwrap().state(), KeySetState::Fresh);
    assert_eq!(of(&later, "exp").outcome(), Outcome::Failed);
    assert_eq!(of(&later, "signature").outcome(), Outcome::Passed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_fetches_nothing_counts_no_verdict_and_is_never_unavailable() {
    let issuer = Issuer::start(Mode::Stalled).await;
    let service = Setup::default().start(&issuer).await;
    until(async || issuer.fetches() == 1).await;
    let answer = explained(&service, &issuer.good(), "orders").await;
    assert_eq!(answer.audiences[0].answer(), Answer::CannotTell);
    for name in ["key", "signature"] {
        let check = of(&answer, name);
        assert_eq!(check.outcome(), Outcome::Undecided);
        assert!(check.why.contains("no usable key"), "{check:?}");
    }
    assert!(
        answer.summary.contains("issuer \"prod\""),
        "{}",
        answer.summary
    );
    assert!(answer.keys.is_none());
    assert_eq!(issuer.fetches(), 1);

    let (issuer, service) = ready_with(Setup::short_cooldown()).await;
    tokio::time::sleep(Duration::from_millis(60)).await;
    let answer = explained(&service, &issuer.with_kid("nobody"), "orders").await;
    assert_eq!(of(&answer, "key").outcome(), Outcome::Undecided);
    assert!(
        of(&answer, "key").expected.contains("at hand"),
        "{answer:?}"
    );
    assert!(
        answer.summary.contains("audient introspect"),
        "{}",
        answer.summary
    );
    assert_eq!(issuer.fetches(), 1);
    explained(&service, &issuer.expired(), "").await;
    assert!(service.metric("audient_verdicts_total").await < 1.0);
    assert!(service.metric("audient_undecided_total").await < 1.0);
    assert!(service.metric("audient_unknown_kid_total").await < 1.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_asked_wrongly_is_said() {
    let (issuer, service) = ready().await;
    let request = |audience: &str| ExplainRequest {
        token: issuer.good(),
        audience: audience.into(),
        ..Default::default()
    };
    let status = put(&service, request("order")).await.unwrap_err();
    let (code, reason, _) = failure(&status);
    assert_eq!(
        (code, reason.as_str()),
        (Code::NotFound, "AUDIENCE_NOT_CONFIGURED")
    );
    assert!(status.message().contains("orders"), "{}", status.message());
    for wrong in [
        ExplainRequest {
            required_scopes: vec!["two words".into()],
            ..request("nobody")
        },
        ExplainRequest {
            at: Some(prost_types::Timestamp {
                seconds: -1,
                nanos: 0,
            }),
            ..request("nobody")
        },
    ] {
        let status = put(&service, wrong).await.unwrap_err();
        let (code, reason, _) = failure(&status);
        assert_eq!(
            (code, reason.as_str()),
            (Code::InvalidArgument, "FIELD_INVALID")
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_cannot_make_it_long() {
    let (issuer, service) = ready().await;
    let twice: Vec<String> = (0..400).map(|n| format!("\"m{n}\":1,\"m{n}\":2")).collect();
    let twice = twice.join(",");
    let header = format!("{{{twice},\"alg\":\"ES256\"}}");
    let good = issuer.good();
    let (_, rest) = good.split_once('.').unwrap();
    let token = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.as_bytes()));
    let answer = explained(&service, &token, "").await;
    for one in &answer.audiences {
        let form = failed(one).into_iter().filter(|check| check.name == "form");
        assert_eq!(form.count(), 16);
    }
    // It is shown all the same.
    assert_eq!(answer.header_json, header);
    assert!(answer.summary.len() <= 256);
    let all = answer.audiences.iter().flat_map(|one| &one.checks);
    for text in all.flat_map(|check| [&check.expected, &check.found, &check.why]) {
        assert!(
            text.len() <= 256 && text.bytes().all(|byte| (b' '..=b'~').contains(&byte)),
            "{text}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_longest_answer_fits_a_message() {
    let (issuer, service) = ready_with(Setup {
        max_token_bytes: 1024 * 1024,
        ..Setup::default()
    })
    .await;
    // Of what stands for itself in JSON, the only character that is told by an escape.
    let payload = format!("{{\"aud\":\"x\",\"x\":\"{}\"}}", "\u{7f}".repeat(780_000));
    let good = issuer.good();
    let (header, rest) = good.split_once('.').unwrap();
    let (_, signature) = rest.split_once('.').unwrap();
    let token = format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(payload));
    assert!(token.len() <= 1024 * 1024);
    let answer = explained(&service, &token, "").await;
    assert_eq!(answer.claims_json, "");
    assert!(answer.header_json.contains("kid"));
    assert_eq!(answer.audiences.len(), 2);
}
