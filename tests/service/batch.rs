//! BatchIntrospect.

use audient::pb::batch_introspect_result::Result as Outcome;
use audient::pb::{
    BatchIntrospectRequest, BatchIntrospectResponse, ClaimsFormat, IntrospectRequest,
};
use prost::Message as _;
use serde_json::json;
use tonic::{Code, Status};
use tonic_types::{ErrorInfo, pb};

use crate::issuer::{Issuer, Mode};
use crate::support::{
    Service, Setup, again, codes, failure, in_time, pushback, question, ready, ready_with, until,
};

async fn ask(
    service: &Service,
    requests: Vec<IntrospectRequest>,
) -> Result<BatchIntrospectResponse, Status> {
    let request = BatchIntrospectRequest { requests };
    let answer = in_time(service.client().batch_introspect(request)).await;
    answer.map(tonic::Response::into_inner)
}

/// What a result says, in a word.
pub fn word(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Response(answer) if answer.active() => "active".into(),
        Outcome::Response(answer) => codes(answer).join(" "),
        Outcome::Error(error) => reason(error),
    }
}

pub fn reason(error: &pb::Status) -> String {
    (error.details.iter())
        .find(|any| any.type_url.ends_with(ErrorInfo::TYPE_URL))
        .map(|any| pb::ErrorInfo::decode(&*any.value).unwrap().reason)
        .unwrap_or_default()
}

fn words(answer: &BatchIntrospectResponse) -> Vec<String> {
    let results = answer.results.iter();
    results
        .map(|one| word(one.result.as_ref().unwrap()))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn results_stand_in_the_order_of_the_questions_each_with_its_own_error() {
    let (issuer, service) = ready().await;
    let of = |audience: &str| IntrospectRequest {
        audience: audience.into(),
        ..question(&issuer.good())
    };
    let answer = ask(
        &service,
        vec![
            question(&issuer.good()),
            of(""),
            question(&issuer.expired()),
            of("nobody"),
            IntrospectRequest {
                claims_format: 9,
                ..of("orders")
            },
            question(""),
            of("payments"),
            question(&issuer.good()),
        ],
    );
    assert_eq!(
        words(&answer.await.unwrap()),
        [
            "active",
            "AUDIENCE_REQUIRED",
            "expired",
            "AUDIENCE_NOT_CONFIGURED",
            "FIELD_INVALID",
            "token-missing",
            "audience-mismatch",
            "active",
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_of_none_and_one_of_too_many_fail_as_a_whole() {
    let (_, service) = ready().await;
    for (number, reason) in [(0, "FIELD_INVALID"), (257, "BATCH_TOO_LARGE")] {
        let status = ask(&service, vec![question(""); number]).await.unwrap_err();
        let (code, found, details) = failure(&status);
        assert_eq!((code, &*found), (Code::InvalidArgument, reason));
        let violations = &details.bad_request().unwrap().field_violations;
        assert_eq!(violations[0].field, "requests");
        assert_eq!(details.error_info().unwrap().metadata["max"], "256");
    }
    let answer = ask(&service, vec![question(""); 256]).await.unwrap();
    assert_eq!(answer.results.len(), 256);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn equal_questions_are_judged_once() {
    let (issuer, service) = ready().await;
    let good = question(&issuer.good());
    let with_scope = IntrospectRequest {
        required_scopes: vec!["orders:read".into()],
        ..good.clone()
    };
    let requests = vec![good.clone(), with_scope, good.clone(), good];
    assert_eq!(
        words(&ask(&service, requests).await.unwrap()),
        ["active"; 4]
    );
    let judged = service.metric("audient_verdicts_total").await;
    assert!((judged - 2.0).abs() < 0.1, "{judged}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_keys_waits_together() {
    let issuer = Issuer::start(Mode::Stalled).await;
    let service = Setup::default().start(&issuer).await;
    let token = |n: u32| issuer.with_claims(json!({ "n": n }));
    let requests = (0..100).map(|n| question(&token(n))).collect();
    let release = async {
        let started = "grpc_server_started_total{grpc_type=\"unary\",grpc_service=\"audient";
        until(async || service.metric(started).await >= 1.0).await;
        issuer.set(Mode::Up);
    };
    let (answer, ()) = tokio::join!(ask(&service, requests), release);
    assert_eq!(words(&answer.unwrap()), ["active"; 100]);
    assert_eq!(issuer.fetches(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_question_that_cannot_be_told_spoils_no_other() {
    let issuer = Issuer::start(Mode::Down).await;
    let service = Setup::default().start(&issuer).await;
    let requests = vec![question(&issuer.good()), question(&issuer.expired())];
    let answer = ask(&service, requests.clone()).await.unwrap();
    assert_eq!(words(&answer), ["KEYS_UNAVAILABLE", "expired"]);
    let Some(Outcome::Error(error)) = &answer.results[0].result else {
        panic!("{answer:?}")
    };
    assert_eq!(error.code, i32::from(Code::Unavailable));
    let retry = error
        .details
        .iter()
        .any(|any| any.type_url.ends_with("google.rpc.RetryInfo"));
    assert!(retry, "{error:?}");
    // The batch itself did not fail: its client is told nothing about retrying.
    let mut client = service.client();
    let answer = client.batch_introspect(again(BatchIntrospectRequest { requests }));
    let answer = in_time(answer).await.unwrap();
    assert!(!answer.metadata().contains_key("grpc-retry-pushback-ms"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_would_be_too_long_keeps_what_fits() {
    let setup = Setup {
        max_token_bytes: 1 << 20,
        ..Setup::default()
    };
    let (issuer, service) = ready_with(setup).await;
    // In the answer twice: as a claim and as the subject.
    let token = issuer.with_claims(json!({ "sub": "s".repeat(30_000) }));
    let long = IntrospectRequest {
        claims_format: ClaimsFormat::Json.into(),
        ..question(&token)
    };
    let mut requests = vec![long; 80];
    requests.push(question(""));
    let answer = ask(&service, requests).await.unwrap();
    assert!(answer.encoded_len() <= 3 << 20, "{}", answer.encoded_len());
    let words = words(&answer);
    let fit = words.iter().filter(|word| *word == "active").count();
    assert!((50..=52).contains(&fit), "{fit}");
    assert!(
        words[fit..80]
            .iter()
            .all(|word| word == "MESSAGE_TOO_LARGE")
    );
    assert_eq!(words[80], "token-missing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_over_the_message_limit_never_fits() {
    let (_, service) = ready().await;
    let requests = vec![question(&"x".repeat(50_000)); 100];
    let status = ask(&service, requests).await.unwrap_err();
    assert_eq!(failure(&status).1, "MESSAGE_TOO_LARGE");
    assert_eq!(pushback(&status), Some("-1"));
}
