use std::collections::HashMap;

use bytes::Bytes;
use http_body::Frame;
use http_body_util::BodyExt as _;
use tokio_stream::StreamExt as _;
use tonic::Code;
use tonic_types::StatusExt as _;

use super::*;
use crate::clock::SystemClock;
use crate::policy::Policies;
use crate::policy::caller::{Caller, Disclosure};
use crate::world::{About, World};

const PATH: &str = "/audient.v1.IntrospectionService/Introspect";

struct Bench {
    outer: Outer,
}

impl Bench {
    fn new() -> Self {
        Self {
            outer: Outer {
                clock: Arc::new(SystemClock),
                metrics: Arc::new(Metrics::new(&Policies::default())),
                in_flight: InFlight::default(),
                cut: CancellationToken::new(),
                plain_http: None,
            },
        }
    }

    /// Calls a handler through the layers.
    async fn call<F, H>(&self, request: http::request::Builder, handler: F) -> Response<Body>
    where
        F: FnOnce() -> H + Clone + Send + 'static,
        H: Future<Output = Response<Body>> + Send + 'static,
    {
        let inner = tower::service_fn(move |_: Request<Body>| {
            let answer = handler.clone()();
            async move { Ok::<_, Infallible>(answer.await) }
        });
        let request = request.uri(PATH).body(Body::empty()).unwrap();
        self.outer.layer(inner).oneshot(request).await.unwrap()
    }

    fn metrics(&self) -> String {
        self.outer.metrics.render(&World {
            policies: Policies::default(),
            keys: HashMap::new(),
            denied: HashMap::new(),
            anyone: Caller::anyone(Disclosure::Details),
            max_token_bytes: 1,
            generation: 1,
            about: About::default(),
        })
    }

    fn handled(&self, code: &str) -> bool {
        let code = format!("grpc_code=\"{code}\"");
        (self.metrics().lines())
            .any(|line| line.starts_with("grpc_server_handled_total") && line.contains(&code))
    }
}

fn grpc() -> http::request::Builder {
    Request::builder()
        .method(Method::POST)
        .header("content-type", "application/grpc")
}

fn status(code: Code) -> Response<Body> {
    Status::new(code, "tonic's words").into_http()
}

/// A body of these frames, then of nothing, for ever or to the end.
fn streaming(frames: Vec<Frame<Bytes>>, stays: bool) -> Response<Body> {
    let frames = tokio_stream::iter(frames.into_iter().map(Ok::<_, Status>));
    let body = if stays {
        Body::new(http_body_util::StreamBody::new(
            frames.chain(tokio_stream::pending()),
        ))
    } else {
        Body::new(http_body_util::StreamBody::new(frames))
    };
    Response::new(body)
}

fn data() -> Frame<Bytes> {
    Frame::data(Bytes::from_static(b"x"))
}

fn trailers(code: Code) -> Frame<Bytes> {
    Frame::trailers(status(code).headers().clone())
}

/// Reads to the end; the status, from the headers or the trailers.
async fn outcome(response: Response<Body>) -> Status {
    if let Some(status) = Status::from_header_map(response.headers()) {
        return status;
    }
    let trailers = response.into_body().collect().await.unwrap();
    Status::from_header_map(trailers.trailers().unwrap()).unwrap()
}

fn reason(status: &Status) -> String {
    let details = status.get_error_details();
    (details.error_info()).map_or_else(String::new, |info| info.reason.clone())
}

#[tokio::test]
async fn a_panic_is_counted_and_hurts_one_call() {
    let bench = Bench::new();
    let response = bench
        .call(grpc(), || async { panic!("in the handler") })
        .await;
    assert_eq!(outcome(response).await.code(), Code::Internal);
    let response = bench
        .call(grpc(), || async {
            let frames =
                futures_util::stream::poll_fn(|_| -> Poll<Option<Result<Frame<Bytes>, Status>>> {
                    panic!("in the body")
                });
            Response::new(Body::new(http_body_util::StreamBody::new(frames)))
        })
        .await;
    assert_eq!(outcome(response).await.code(), Code::Internal);
    let response = bench
        .call(grpc(), || async {
            streaming(vec![trailers(Code::Ok)], false)
        })
        .await;
    assert_eq!(outcome(response).await.code(), Code::Ok);
    assert!(bench.metrics().contains("audient_panics_total 2"));
    assert!(bench.handled("Internal") && bench.handled("OK"));
    assert_eq!(bench.outer.in_flight.now(), (0, 3));
}

#[tokio::test]
async fn what_tonic_says_of_a_peers_mistakes_is_said_in_our_terms() {
    let bench = Bench::new();
    for (code, expected, why) in [
        (Code::Internal, Code::InvalidArgument, "MESSAGE_INVALID"),
        (
            Code::OutOfRange,
            Code::ResourceExhausted,
            "MESSAGE_TOO_LARGE",
        ),
        (Code::Unimplemented, Code::Unimplemented, ""),
        (Code::NotFound, Code::NotFound, ""),
    ] {
        let in_headers = bench
            .call(grpc(), move || async move { status(code) })
            .await;
        let in_trailers = bench
            .call(grpc(), move || async move {
                streaming(vec![data(), trailers(code)], false)
            })
            .await;
        for response in [in_headers, in_trailers] {
            let status = outcome(response).await;
            assert_eq!((status.code(), &*reason(&status)), (expected, why));
            let pushback = status
                .metadata()
                .contains_key(super::super::status::PUSHBACK);
            assert_eq!(pushback, expected == Code::ResourceExhausted);
        }
    }
    // A status with details is our own.
    let response = bench
        .call(grpc(), || async {
            let mut details = tonic_types::ErrorDetails::new();
            details.set_error_info("OURS", "audient", HashMap::new());
            Status::with_error_details(Code::Internal, "", details).into_http()
        })
        .await;
    let status = outcome(response).await;
    assert_eq!((status.code(), &*reason(&status)), (Code::Internal, "OURS"));
}

#[tokio::test]
async fn a_deadline_that_has_passed_is_kept_even_if_the_answer_is_there() {
    let bench = Bench::new();
    let response = bench
        .call(grpc().header("grpc-timeout", "0m"), || async {
            status(Code::Ok)
        })
        .await;
    assert_eq!(reason(&outcome(response).await), "DEADLINE");
    // One that has not is served, however short.
    let response = bench
        .call(grpc().header("grpc-timeout", "1H"), || async {
            status(Code::Ok)
        })
        .await;
    assert_eq!(outcome(response).await.code(), Code::Ok);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_what_waits_and_what_never_stops() {
    let bench = Bench::new();
    let in_a_second = || grpc().header("grpc-timeout", "1S");
    let waits = bench.call(in_a_second(), std::future::pending).await;
    let silent = bench
        .call(in_a_second(), || async { streaming(vec![data()], true) })
        .await;
    let endless = bench
        .call(in_a_second(), || async {
            let frames = futures_util::stream::unfold((), |()| async {
                tokio::time::advance(Duration::from_millis(10)).await;
                Some((Ok::<_, Status>(data()), ()))
            });
            Response::new(Body::new(http_body_util::StreamBody::new(Box::pin(frames))))
        })
        .await;
    for response in [waits, silent, endless] {
        let status = outcome(response).await;
        assert_eq!(status.code(), Code::DeadlineExceeded);
        assert_eq!(reason(&status), "DEADLINE");
    }
    assert_eq!(bench.outer.in_flight.now().0, 0);
}

#[test]
fn ours_comes_before_tonics_and_never_before_the_call() {
    let now = Instant::now();
    for (left, expected) in [(0, 0), (1, 500), (2, 1000), (1000, 999_000)] {
        let at = ahead(now + Duration::from_millis(left), now);
        assert_eq!(at - now, Duration::from_micros(expected), "{left}");
    }
}

#[tokio::test]
async fn the_end_of_the_drain_ends_what_is_not_finished() {
    let bench = Bench::new();
    let open = bench
        .call(grpc(), || async { streaming(vec![data()], true) })
        .await;
    let waiting = bench.call(grpc(), std::future::pending);
    let (waiting, ()) = tokio::join!(waiting, async { bench.outer.cut.cancel() });
    for response in [open, waiting] {
        let status = outcome(response).await;
        assert_eq!(status.code(), Code::Unavailable);
        assert_eq!(reason(&status), "DRAINING");
    }
}

#[tokio::test]
async fn a_handler_that_hears_of_the_end_has_the_last_word() {
    let bench = Bench::new();
    let cut = bench.outer.cut.clone();
    let response = bench
        .call(grpc(), move || async move {
            let last = async move {
                cut.cancelled().await;
                Ok::<_, Status>(trailers(Code::Aborted))
            };
            let frames = futures_util::stream::once(Box::pin(last));
            Response::new(Body::new(http_body_util::StreamBody::new(frames)))
        })
        .await;
    let (status, ()) = tokio::join!(outcome(response), async { bench.outer.cut.cancel() });
    assert_eq!(status.code(), Code::Aborted);
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_any_more_is_counted_as_cancelled() {
    let bench = Bench::new();
    let call = bench.call(grpc(), std::future::pending);
    assert!(tokio::time::timeout(Duration::ZERO, call).await.is_err());
    assert!(bench.handled("Canceled"));
    assert_eq!(bench.outer.in_flight.now(), (0, 1));
    // And one that is given up while its answer is read.
    let open = bench
        .call(grpc(), || async { streaming(vec![], true) })
        .await;
    drop(open);
    let twice = bench.metrics();
    let line = twice
        .lines()
        .find(|line| line.contains("Canceled"))
        .unwrap();
    assert!(line.ends_with(" 2"), "{line}");
}

#[tokio::test]
async fn only_grpc_goes_to_the_services() {
    let bench = Bench::new();
    let asked = async |bench: &Bench, method: Method, kind: Option<&str>| {
        let mut request = Request::builder().method(method);
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        bench.call(request, || async { status(Code::Ok) }).await
    };
    for (method, kind, expected) in [
        (Method::POST, Some("application/grpc"), 200),
        (Method::POST, Some("application/grpc+proto"), 200),
        (Method::POST, Some("Application/GRPC;x=y"), 200),
        (Method::GET, Some("application/grpc"), 405),
        (Method::POST, Some("application/grpc-web+proto"), 415),
        (Method::POST, Some("application/json"), 415),
        (Method::POST, None, 415),
        (Method::GET, None, 415),
    ] {
        let response = asked(&bench, method, kind).await;
        assert_eq!(response.status(), expected, "{kind:?}");
        let served = response.headers().contains_key(Status::GRPC_STATUS);
        assert_eq!(served, expected == 200, "{kind:?}");
    }
    let mut bench = bench;
    let panics = axum::routing::post(async || -> &'static str { panic!("plain") });
    bench.outer.plain_http = Some(Router::new().route(PATH, panics));
    assert_eq!(asked(&bench, Method::POST, None).await.status(), 500);
    assert_eq!(asked(&bench, Method::GET, None).await.status(), 405);
    assert!(bench.metrics().contains("audient_panics_total 1"));
}
