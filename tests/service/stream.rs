//! StreamIntrospect.

use std::collections::BTreeMap;
use std::time::Duration;

use audient::pb::introspection_service_client::IntrospectionServiceClient;
use audient::pb::stream_introspect_response::Result as Outcome;
use audient::pb::{IntrospectRequest, StreamIntrospectRequest, StreamIntrospectResponse};
use tokio::sync::mpsc;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Request, Streaming};

use crate::batch;
use crate::issuer::{Issuer, Mode};
use crate::support::{Service, Setup, channel, failure, in_time, question, ready, until};

type Questions = mpsc::Sender<StreamIntrospectRequest>;

async fn open(service: &Service) -> (Questions, Streaming<StreamIntrospectResponse>) {
    let (sender, receiver) = mpsc::channel(1);
    let mut client = service.client();
    let answers = client.stream_introspect(ReceiverStream::new(receiver));
    (sender, in_time(answers).await.unwrap().into_inner())
}

fn ask(id: u64, token: &str, timeout: Option<(i64, i32)>) -> StreamIntrospectRequest {
    StreamIntrospectRequest {
        id,
        request: Some(question(token)),
        timeout: timeout.map(|(seconds, nanos)| prost_types::Duration { seconds, nanos }),
    }
}

const LONG: Option<(i64, i32)> = Some((30, 0));

fn word(answer: StreamIntrospectResponse) -> (u64, String) {
    let word = match answer.result.unwrap() {
        Outcome::Response(one) => {
            batch::word(&audient::pb::batch_introspect_result::Result::Response(one))
        }
        Outcome::Error(error) => batch::reason(&error),
    };
    (answer.id, word)
}

async fn next(answers: &mut Streaming<StreamIntrospectResponse>) -> (u64, String) {
    word(in_time(answers.next()).await.unwrap().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_question_is_answered_and_no_error_ends_the_stream() {
    let (issuer, service) = ready().await;
    let (questions, mut answers) = open(&service).await;
    let of = |id, audience: &str| StreamIntrospectRequest {
        request: Some(IntrospectRequest {
            audience: audience.into(),
            ..question(&issuer.good())
        }),
        ..ask(id, "", None)
    };
    let table = [
        (ask(1, &issuer.good(), None), "active"),
        (of(2, ""), "AUDIENCE_REQUIRED"),
        (of(3, "nobody"), "AUDIENCE_NOT_CONFIGURED"),
        (
            StreamIntrospectRequest {
                id: 4,
                ..StreamIntrospectRequest::default()
            },
            "FIELD_INVALID",
        ),
        (ask(5, &issuer.good(), Some((0, 0))), "FIELD_INVALID"),
        (ask(6, &issuer.good(), Some((30, 1))), "FIELD_INVALID"),
        (
            ask(7, &issuer.good(), Some((i64::MIN, i32::MIN))),
            "FIELD_INVALID",
        ),
        (ask(8, &issuer.expired(), LONG), "expired"),
        (ask(u64::MAX, "", None), "token-missing"),
        // An id means nothing here.
        (ask(1, "", None), "token-missing"),
    ];
    for (question, expected) in table {
        let id = question.id;
        questions.send(question).await.unwrap();
        assert_eq!(next(&mut answers).await, (id, expected.to_owned()));
    }
    drop(questions);
    assert!(in_time(answers.next()).await.is_none());
    assert!(service.metric("audient_panics_total").await < 1.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_that_waits_holds_up_no_other_and_all_are_answered_in_the_end() {
    let issuer = Issuer::start(Mode::Stalled).await;
    let service = Setup::default().start(&issuer).await;
    let (questions, mut answers) = open(&service).await;
    questions.send(ask(1, &issuer.good(), LONG)).await.unwrap();
    questions
        .send(ask(2, &issuer.expired(), LONG))
        .await
        .unwrap();
    assert_eq!(next(&mut answers).await, (2, "expired".into()));
    // The caller has no more questions, and is still told all answers.
    drop(questions);
    issuer.set(Mode::Up);
    assert_eq!(next(&mut answers).await, (1, "active".into()));
    assert!(in_time(answers.next()).await.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_has_its_own_time() {
    let issuer = Issuer::start(Mode::Stalled).await;
    let service = Setup::default().start(&issuer).await;
    let (questions, mut answers) = open(&service).await;
    let good = issuer.good();
    questions.send(ask(1, &good, LONG)).await.unwrap();
    questions
        .send(ask(2, &good, Some((0, 200_000_000))))
        .await
        .unwrap();
    // 20 ms before its end it is told what it waited for.
    assert_eq!(next(&mut answers).await, (2, "KEYS_UNAVAILABLE".into()));
    questions.send(ask(3, &good, None)).await.unwrap();
    assert_eq!(next(&mut answers).await, (3, "KEYS_UNAVAILABLE".into()));
    issuer.set(Mode::Up);
    assert_eq!(next(&mut answers).await, (1, "active".into()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_deadline_of_the_call_is_the_streams() {
    let (issuer, service) = ready().await;
    let (sender, receiver) = mpsc::channel(1);
    let mut request = Request::new(ReceiverStream::new(receiver));
    request.set_timeout(Duration::from_millis(300));
    let answers = service.client().stream_introspect(request).await;
    let mut answers = answers.unwrap().into_inner();
    sender.send(ask(1, &issuer.good(), LONG)).await.unwrap();
    assert_eq!(next(&mut answers).await, (1, "active".into()));
    let status = in_time(answers.next()).await.unwrap().unwrap_err();
    let (code, reason, _) = failure(&status);
    assert_eq!((code, &*reason), (Code::DeadlineExceeded, "DEADLINE"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_over_the_limit_ends_the_stream_after_what_was_asked_before() {
    let issuer = Issuer::start(Mode::Stalled).await;
    let service = Setup::default().start(&issuer).await;
    let (questions, mut answers) = open(&service).await;
    questions.send(ask(1, &issuer.good(), LONG)).await.unwrap();
    questions
        .send(ask(2, &"x".repeat(4 << 20), LONG))
        .await
        .unwrap();
    issuer.set(Mode::Up);
    assert_eq!(next(&mut answers).await, (1, "active".into()));
    let status = in_time(answers.next()).await.unwrap().unwrap_err();
    let (code, reason, _) = failure(&status);
    assert_eq!(
        (code, &*reason),
        (Code::ResourceExhausted, "MESSAGE_TOO_LARGE")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beyond_its_bound_a_stream_is_not_read() {
    let issuer = Issuer::start(Mode::Stalled).await;
    let service = Setup {
        wait: Duration::from_secs(30),
        ..Setup::default()
    };
    let service = service.start(&issuer).await;
    let (questions, mut answers) = open(&service).await;
    let (good, expired) = (issuer.good(), issuer.expired());
    // As many as may be under way, and all of them wait.
    for id in 0..256 {
        questions.send(ask(id, &good, LONG)).await.unwrap();
    }
    // This one would be answered at once if it were read.
    questions.send(ask(256, &expired, LONG)).await.unwrap();
    let early = tokio::time::timeout(Duration::from_millis(200), answers.next()).await;
    assert!(early.is_err(), "{early:?}");
    issuer.set(Mode::Up);
    let mut told = BTreeMap::new();
    for _ in 0..257 {
        let (id, word) = next(&mut answers).await;
        assert!(told.insert(id, word).is_none(), "{id} twice");
    }
    assert_eq!(told.remove(&256).as_deref(), Some("expired"));
    assert!(told.values().all(|word| word == "active"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_never_reads_is_not_read_either_and_hurts_nobody() {
    let (issuer, service) = ready().await;
    let (listen, expired, good) = (service.listen, issuer.expired(), issuer.good());
    // On a runtime of its own, so that the caller can vanish.
    let caller = tokio::runtime::Runtime::new().unwrap();
    let stalled = caller.spawn(async move {
        let connection = channel(listen);
        let mut client = IntrospectionServiceClient::new(connection.clone());
        let (questions, receiver) = mpsc::channel(1);
        let answers = client.stream_introspect(ReceiverStream::new(receiver));
        let answers = in_time(answers).await.unwrap();
        let mut sent = 0_u64;
        let pause = Duration::from_millis(300);
        // The windows of both sides fill up, and then nothing moves.
        while let Ok(permit) = tokio::time::timeout(pause, questions.reserve()).await {
            permit.unwrap().send(ask(sent, &expired, LONG));
            sent += 1;
            assert!(sent < 100_000, "it is read without end");
        }
        // Not even a call on the same connection is held up.
        let told = in_time(client.introspect(question(&good))).await;
        assert!(told.unwrap().into_inner().active());
        (questions, answers, connection)
    });
    let stalled = in_time(stalled).await.unwrap();
    caller.shutdown_background();
    let ended = "grpc_server_handled_total{grpc_type=\"bidi_stream\",grpc_service=\"audient";
    until(async || service.metric(ended).await >= 1.0).await;
    drop(stalled);
}
