//! Keys that come, go and stay away.

use std::time::Duration;

use audient::pb::{KeySetState, SignatureStatus};
use tonic::Code;

use crate::issuer::{Issuer, Mode};
use crate::support::{Service, Setup, failure, pushback, ready, ready_with, until};

/// Until the set at hand is too old to prove that a kid does not exist.
async fn cool_down() {
    tokio::time::sleep(Duration::from_millis(60)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_token_is_answered_without_keys_and_causes_no_fetch() {
    let issuer = Issuer::start(Mode::Stalled).await;
    let service = Setup::default().start(&issuer).await;
    until(async || issuer.fetches() == 1).await;
    let told = service.told(&issuer.expired()).await;
    assert_eq!(told.rejections[0].code, "expired");
    assert_eq!(told.signature(), SignatureStatus::NotChecked);
    assert!(told.keys.is_none() && told.token_info.is_none());
    let bad = issuer.token(&audient::dev::mint::MintRequest {
        iss: Some("https://elsewhere.example.com".into()),
        kid: Some("nobody".into()),
        ..Default::default()
    });
    assert_eq!(service.codes(&bad).await, ["issuer-unknown"]);
    assert_eq!(issuer.fetches(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_token_of_an_unknown_key_causes_no_fetch_either() {
    let (issuer, service) = ready_with(Setup::short_cooldown()).await;
    cool_down().await;
    let token = issuer.token(&audient::dev::mint::MintRequest {
        kid: Some("nobody".into()),
        expires_in: Some(-3600),
        ..Default::default()
    });
    // The set is too old to prove that there is no such key, so it is not claimed.
    assert_eq!(service.codes(&token).await, ["expired"]);
    assert_eq!(issuer.fetches(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_set_just_confirmed_proves_that_there_is_no_such_key() {
    let (issuer, service) = ready().await;
    let told = service.told(&issuer.with_kid("nobody")).await;
    assert_eq!(told.rejections[0].code, "key-not-found");
    assert_eq!(told.signature(), SignatureStatus::NotChecked);
    assert!(told.keys.is_some());
    assert_eq!(issuer.fetches(), 1);
}

async fn started(service: &Service) -> f64 {
    let series = "grpc_server_started_total{grpc_type=\"unary\",grpc_service=\"audient.v1.IntrospectionService\",grpc_method=\"Introspect\"}";
    service.metric(series).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_keys_cause_one_fetch_together_and_known_ones_do_not_wait() {
    let (issuer, service) = ready_with(Setup::short_cooldown()).await;
    cool_down().await;
    issuer.set(Mode::Stalled);
    let before = started(&service).await;
    let tokens: Vec<String> = (0..20).map(|n| issuer.with_kid(&format!("k{n}"))).collect();
    let all = futures_util::future::join_all(tokens.iter().map(|token| service.ask(token)));
    let meanwhile = async {
        until(async || started(&service).await >= before + 20.0 && issuer.fetches() == 2).await;
        assert!(service.told(&issuer.good()).await.active());
        issuer.set(Mode::Up);
    };
    let (answers, ()) = tokio::join!(all, meanwhile);
    for answer in answers {
        assert_eq!(answer.unwrap().rejections[0].code, "key-not-found");
    }
    assert_eq!(issuer.fetches(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_key_is_fetched_by_its_first_token() {
    let (issuer, service) = ready_with(Setup::short_cooldown()).await;
    issuer.rotate();
    cool_down().await;
    let told = service.told(&issuer.by_new_key()).await;
    assert!(told.active());
    assert_eq!(told.token_info.unwrap().key_id, "dev-unknown");
    assert_eq!(issuer.fetches(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_may_be_new_is_pending_while_the_issuer_is_down() {
    let (issuer, service) = ready_with(Setup::short_cooldown()).await;
    issuer.set(Mode::Down);
    cool_down().await;
    let status = service.ask(&issuer.by_new_key()).await.unwrap_err();
    let (code, reason, details) = failure(&status);
    assert_eq!((code, &*reason), (Code::Unavailable, "KEY_PENDING"));
    let metadata = &details.error_info().unwrap().metadata;
    assert_eq!(
        (&*metadata["issuer"], &*metadata["audience"]),
        ("prod", "orders")
    );
    assert!(details.retry_info().is_some());
    assert_eq!(pushback(&status), None);
    // The last good set serves.
    let told = service.told(&issuer.good()).await;
    assert!(told.active());
    assert_eq!(told.keys.unwrap().state(), KeySetState::Stale);

    issuer.rotate();
    issuer.set(Mode::Up);
    let token = issuer.by_new_key();
    until(async || service.ask(&token).await.is_ok_and(|told| told.active())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_for_people_is_no_key_set() {
    let issuer = Issuer::start(Mode::Html).await;
    let service = Setup::default().start(&issuer).await;
    let status = service.ask(&issuer.good()).await.unwrap_err();
    assert_eq!(failure(&status).1, "KEYS_UNAVAILABLE");
    assert!(!status.message().contains("Sign in"));
}
