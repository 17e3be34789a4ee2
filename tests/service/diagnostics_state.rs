//! What a person is told about issuers and their keys.

use std::collections::BTreeMap;

use audient::config::{self, Config};
use audient::jwks::source::{KeySource, Location};
use audient::pb::{IssuerState, KeyProblem, KeySetState, ListIssuersRequest};
use audient::token::numeric_date::NumericDate;
use serde_json::json;
use tonic::{Code, Status};

use crate::issuer::{Issuer, Mode};
use crate::support::{Service, Setup, failure, in_time, now, ready, ready_with, until};

async fn issuers(
    service: &Service,
    request: ListIssuersRequest,
) -> Result<Vec<IssuerState>, Status> {
    let mut client = service.diagnostics();
    let answer = in_time(client.list_issuers(request)).await?;
    Ok(answer.into_inner().issuers)
}

/// One issuer, with its keys.
async fn issuer(service: &Service, name: &str) -> IssuerState {
    let request = ListIssuersRequest {
        name: name.into(),
        include_keys: true,
        ..ListIssuersRequest::default()
    };
    issuers(service, request).await.unwrap().remove(0)
}

fn state(issuer: &IssuerState) -> Option<KeySetState> {
    issuer.keys.map(|keys| keys.state())
}

/// Adds what these files say.
fn with_files(files: &[(&str, String)]) -> Box<dyn FnOnce(&mut Config) + Send> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let read_at = NumericDate::from_seconds(now());
    let path = folder.path().join("a.toml");
    let more = config::load(&[path], &BTreeMap::new(), read_at).unwrap();
    Box::new(move |config| {
        config.issuers.extend(more.issuers);
        config.audiences.extend(more.audiences);
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_issuer_that_answers_is_fresh() {
    let before = now();
    let (up, service) = ready().await;
    let told = issuer(&service, "prod").await;
    assert_eq!(state(&told), Some(KeySetState::Fresh));
    assert_eq!((told.name.as_str(), &told.issuer), ("prod", &up.url));
    assert_eq!(told.environment, "production");
    assert_eq!(told.algorithms.len(), 10);
    assert_eq!(told.source, format!("{}/jwks.json", up.url));
    assert!(told.trusted);
    assert_eq!(told.last_error, "");
    let (keys, last) = (told.keys.unwrap(), told.last_attempt_at.unwrap());
    assert_eq!(keys.fetched_at, told.last_attempt_at);
    assert!((before..=now()).contains(&last.seconds), "{last:?}");
    assert!(told.next_refresh_at.unwrap().seconds > last.seconds);
    assert!((0..60).contains(&told.age.unwrap().seconds));
    assert_eq!((told.usable_keys, told.ignored_keys), (4, 0));
    assert_eq!(told.key_infos.len(), 4);
    assert!(told.key_infos.iter().all(|key| key.thumbprint.len() == 43));
    // Keys come only if they are asked for.
    let all = issuers(&service, ListIssuersRequest::default())
        .await
        .unwrap();
    let bare = IssuerState {
        key_infos: Vec::new(),
        age: all[0].age,
        ..told
    };
    assert_eq!(all, [bare]);
    // To be asked is no reason to fetch.
    assert_eq!(up.fetches(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_issuer_that_turned_into_a_login_page_is_stale_and_says_so() {
    let (up, service) = ready_with(Setup::short_cooldown()).await;
    up.set(Mode::Html);
    // A kid that nobody knows asks for a fetch.
    until(async || {
        let _ = service.ask(&up.by_new_key()).await;
        state(&issuer(&service, "prod").await) == Some(KeySetState::Stale)
    })
    .await;
    let told = issuer(&service, "prod").await;
    let page = "200 text/html, 37 bytes \"<!doctype html><title>Sign in</title>\"";
    let fault = "the document is HTML or XML, not a JWK Set";
    assert_eq!(
        told.last_error,
        format!("{}/jwks.json: {page}: {fault}", up.url)
    );
    assert_eq!(told.usable_keys, 4);
    let fetched_at = told.keys.unwrap().fetched_at.unwrap();
    assert!(told.last_attempt_at.unwrap().seconds >= fetched_at.seconds);
    // What is old serves.
    assert!(service.told(&up.good()).await.active());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_issuer_that_never_answered_has_no_keys_and_says_why() {
    let down = Issuer::start(Mode::Down).await;
    let service = Setup::default().start(&down).await;
    until(async || !issuer(&service, "prod").await.last_error.is_empty()).await;
    let told = issuer(&service, "prod").await;
    assert_eq!((told.keys, told.age), (None, None));
    assert_eq!((told.usable_keys, told.key_infos.len()), (0, 0));
    let seen = "503 no content type, 0 bytes \"\"";
    assert_eq!(told.last_error, format!("{}/jwks.json: {seen}", down.url));
    assert!(told.last_attempt_at.is_some() && told.next_refresh_at.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_that_are_ignored_are_told_with_why() {
    let up = Issuer::start(Mode::Up).await;
    let weak = json!({"kty": "RSA", "kid": "weak", "alg": "RS256", "n": "AQAB", "e": "AQAB"});
    let secret = json!({"kty": "oct", "kid": "secret", "k": "c2VjcmV0"});
    let good = up.mint.published[0].jwk.clone();
    up.publish(vec![weak.clone(), good, secret.clone()]);
    let service = Setup::default().start(&up).await;
    service.until_ready().await;
    let told = issuer(&service, "prod").await;
    assert_eq!(state(&told), Some(KeySetState::Fresh));
    assert_eq!((told.usable_keys, told.ignored_keys), (1, 2));
    let keys: Vec<_> = (told.key_infos.iter())
        .map(|key| {
            (
                key.key_id.as_str(),
                key.problem(),
                key.problem_text.is_empty(),
            )
        })
        .collect();
    let kid = up.mint.published[0].kid.as_str();
    let expected = [
        (kid, KeyProblem::Unspecified, true),
        ("weak", KeyProblem::TooWeak, false),
        ("secret", KeyProblem::Symmetric, false),
    ];
    assert_eq!(keys, expected);
    assert_eq!(told.key_infos[2].thumbprint, "");

    // Of a set without a usable key the keys are told all the same.
    up.publish(vec![weak, secret]);
    let service = Setup::default().start(&up).await;
    until(async || issuer(&service, "prod").await.keys.is_some()).await;
    let told = issuer(&service, "prod").await;
    assert_eq!(state(&told), Some(KeySetState::None));
    assert_eq!((told.usable_keys, told.ignored_keys), (0, 2));
    assert_eq!(told.key_infos.len(), 2);
    assert!(
        told.last_error.ends_with("no usable key (2 ignored)"),
        "{}",
        told.last_error
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_static_and_who_is_only_known_has_no_keys() {
    let up = Issuer::start(Mode::Up).await;
    let jwks = json!({ "keys": [up.mint.published[0].jwk] }).to_string();
    let text = r#"
        [[issuers]]
        name = "file"
        issuer = "urn:file"
        jwks_file = "keys.json"
        [[issuers]]
        name = "staging"
        issuer = "https://staging.example.com"
        environment = "staging"
        trusted = false
        [[audiences]]
        name = "batch"
        accept = ["batch"]
        issuers = ["file"]
    "#;
    let setup = Setup {
        change: with_files(&[("a.toml", text.into()), ("keys.json", jwks)]),
        ..Setup::default()
    };
    let service = setup.start(&up).await;
    service.until_ready().await;
    let all = issuers(&service, ListIssuersRequest::default())
        .await
        .unwrap();
    let names: Vec<_> = all.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["file", "prod", "staging"]);
    let [file, _, staging] = &all[..] else {
        panic!("{all:?}")
    };
    assert_eq!(state(file), Some(KeySetState::Static));
    assert!(file.source.ends_with("/keys.json"), "{}", file.source);
    assert_eq!(
        (file.age, file.last_attempt_at, file.usable_keys),
        (None, None, 1)
    );
    assert!(!staging.trusted && staging.keys.is_none() && staging.source.is_empty());
    assert_eq!(staging.environment, "staging");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_ahead_is_told() {
    let up = Issuer::start(Mode::Up).await;
    up.set_back(90);
    let service = Setup::default().start(&up).await;
    service.until_ready().await;
    let skew = issuer(&service, "prod").await.clock_skew.unwrap();
    assert!((89..120).contains(&skew.seconds), "{skew:?}");
    assert_eq!(skew.nanos, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_secret_in_a_url_is_not_told() {
    let setup = Setup {
        change: Box::new(|config| {
            let KeySource::Remote(remote) = &mut config.issuers[0].keys else {
                panic!("it is remote")
            };
            let Location::JwksUri(url) = &mut remote.location else {
                panic!("it has a URL")
            };
            url.set_username("me").unwrap();
            url.set_password(Some("hush")).unwrap();
            url.set_query(Some("key=hush"));
        }),
        ..Setup::default()
    };
    let up = Issuer::start(Mode::Html).await;
    let service = setup.start(&up).await;
    until(async || !issuer(&service, "prod").await.last_error.is_empty()).await;
    let told = issuer(&service, "prod").await;
    assert_eq!(told.source, format!("{}/jwks.json", up.url));
    assert!(told.last_error.starts_with(&format!("{}: ", told.source)));
    assert!(!format!("{told:?}").contains("hush"));
}

async fn refused(service: &Service, request: ListIssuersRequest) -> (Code, String, String) {
    let status = issuers(service, request).await.unwrap_err();
    let (code, reason, _) = failure(&status);
    (code, reason, status.message().to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_wrong_is_told_what_would_be_right() {
    let (_, service) = ready().await;
    let named = |name: &str| ListIssuersRequest {
        name: name.into(),
        ..ListIssuersRequest::default()
    };
    let message = "no issuer \"pord\" is configured; did you mean \"prod\"?";
    assert_eq!(
        refused(&service, named("pord")).await,
        (
            Code::NotFound,
            "ISSUER_NOT_CONFIGURED".into(),
            message.into()
        )
    );
    for (request, field) in [
        (
            ListIssuersRequest {
                include_keys: true,
                ..ListIssuersRequest::default()
            },
            "include_keys",
        ),
        (
            ListIssuersRequest {
                page_size: -1,
                ..named("pord")
            },
            "page_size",
        ),
        (
            ListIssuersRequest {
                page_token: "garbage".into(),
                ..named("pord")
            },
            "page_token",
        ),
    ] {
        let (code, reason, message) = refused(&service, request).await;
        assert_eq!(
            (code, reason.as_str()),
            (Code::InvalidArgument, "FIELD_INVALID")
        );
        assert!(message.starts_with(&format!("{field}: ")), "{message}");
    }
}
