//! The end: what runs is finished, what is not is told to go elsewhere.

use std::time::Duration;

use audient::pb::stream_introspect_response::Result as Outcome;
use audient::pb::{BatchIntrospectRequest, StreamIntrospectRequest};
use tokio::sync::mpsc;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Code;
use tonic_health::pb::health_check_response::ServingStatus;

use crate::health::watch;
use crate::issuer::{Issuer, Mode};
use crate::support::{Setup, failure, in_time, pushback, question, ready, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_call_is_finished_and_new_ones_are_served_meanwhile() {
    let issuer = Issuer::start(Mode::Stalled).await;
    let setup = Setup {
        drain: Duration::from_secs(20),
        ..Setup::default()
    };
    let mut service = setup.start(&issuer).await;
    let mut health = watch(&service.channel, "").await;
    let mut client = service.client();
    let token = issuer.good();
    let running = tokio::spawn(async move { client.introspect(question(&token)).await });
    let started = "grpc_server_started_total{grpc_type=\"unary\",grpc_service=\"audient";
    until(async || service.metric(started).await >= 1.0).await;

    service.shut_down();
    until(async || service.page("/readyz").await.1.starts_with("draining\n")).await;
    let known = service.health(&service.channel, "audience/orders").await;
    assert_eq!(known.unwrap(), ServingStatus::NotServing);
    assert_eq!(service.page("/livez").await.0, 200);
    assert_eq!(service.codes(&issuer.expired()).await, ["expired"]);

    issuer.set(Mode::Up);
    assert!(
        in_time(running)
            .await
            .unwrap()
            .unwrap()
            .into_inner()
            .active()
    );
    service.ended().await;
    // It never was ready; then it was not because it ended; then the watch ended.
    let mut last = Ok(ServingStatus::Unknown);
    while let Some(next) = in_time(health.next()).await {
        last = next.map(|answer| answer.status());
        assert_ne!(last.as_ref().ok(), Some(&ServingStatus::Serving));
    }
    assert_eq!(failure(&last.unwrap_err()).1, "DRAINING");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_watch_hears_of_the_drain_and_holds_it_up_no_longer_than_a_moment() {
    let (_, mut service) = ready().await;
    let mut health = watch(&service.admin_channel, "").await;
    let first = in_time(health.next()).await.unwrap().unwrap();
    assert_eq!(first.status(), ServingStatus::Serving);
    service.shut_down();
    let second = in_time(health.next()).await.unwrap().unwrap();
    assert_eq!(second.status(), ServingStatus::NotServing);
    service.ended().await;
    let status = in_time(health.next()).await.unwrap().unwrap_err();
    assert_eq!(failure(&status).1, "DRAINING");
    assert!(in_time(health.next()).await.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_finished_in_time_is_told_to_ask_another() {
    let issuer = Issuer::start(Mode::Stalled).await;
    let mut service = Setup::default().start(&issuer).await;
    let (token, expired) = (issuer.good(), issuer.expired());
    let mut client = service.client();
    let one = question(&token);
    let unary = tokio::spawn(async move { client.introspect(one).await.map(drop) });
    let mut client = service.client();
    let requests = vec![question(&token), question(&expired)];
    let batch = tokio::spawn(async move {
        let request = BatchIntrospectRequest { requests };
        client.batch_introspect(request).await.map(drop)
    });

    let (questions, receiver) = mpsc::channel(8);
    for (id, token) in [(1, &token), (2, &expired), (3, &token)] {
        let question = StreamIntrospectRequest {
            id,
            request: Some(question(token)),
            timeout: Some(prost_types::Duration {
                seconds: 30,
                nanos: 0,
            }),
        };
        questions.send(question).await.unwrap();
    }
    let answers = service
        .client()
        .stream_introspect(ReceiverStream::new(receiver))
        .await;
    let mut answers = answers.unwrap().into_inner();
    // Nothing but this question is answered.
    let answer = in_time(answers.next()).await.unwrap().unwrap();
    assert_eq!(answer.id, 2);
    let started = "grpc_server_started_total{grpc_type=\"unary\",grpc_service=\"audient";
    until(async || service.metric(started).await >= 2.0).await;

    service.shut_down();
    for call in [unary, batch] {
        let status = in_time(call).await.unwrap().unwrap_err();
        let (code, reason, details) = failure(&status);
        assert_eq!((code, &*reason), (Code::Unavailable, "DRAINING"));
        let delay = details.retry_info().unwrap().retry_delay.unwrap();
        assert_eq!(delay, Duration::from_secs(1));
        assert_eq!(pushback(&status), None);
    }
    let mut unfinished = Vec::new();
    for _ in 0..2 {
        let answer = in_time(answers.next()).await.unwrap().unwrap();
        unfinished.push(answer.id);
        let Some(Outcome::Error(error)) = answer.result else {
            panic!("{answer:?}")
        };
        assert_eq!(error.code, i32::from(Code::Unavailable));
    }
    assert_eq!(unfinished, [1, 3]);
    let status = in_time(answers.next()).await.unwrap().unwrap_err();
    assert_eq!(failure(&status).1, "DRAINING");
    service.ended().await;
}
