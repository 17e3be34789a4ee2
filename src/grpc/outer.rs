//! The outer layers of every call, in their order: a panic hurts one call, what
//! tonic says of a peer's mistakes is put into this service's terms, and the
//! caller's deadline is kept on this side too.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::FutureExt as _;
use http::{HeaderMap, Request, Response, StatusCode, header};
use http_body::{Body as HttpBody, Frame, SizeHint};
use pin_project_lite::pin_project;
use tokio::time::Sleep;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::body::Body;
use tonic::transport::server::TcpConnectInfo;
use tonic::{Code, Status};
use tower::{Layer, Service};

use super::MAX_MESSAGE_BYTES;
use super::call::Call;
use super::drain::InFlight;
use super::status::Failure;
use crate::clock::Clock;
use crate::telemetry::metrics::{Metrics, Rpc};

type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// tonic has a timer of its own outside of every layer, whose CANCELLED cannot be
/// translated: ours fires this much earlier.
const AHEAD_OF_TONIC: Duration = Duration::from_millis(1);

/// What the outer layers share.
#[derive(Clone)]
pub struct Outer {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where calls and panics are counted.
    pub metrics: Arc<Metrics>,
    /// Calls under way, for the drain.
    pub in_flight: InFlight,
    /// Cancelled when the drain is over: what is not finished then ends.
    pub cut: CancellationToken,
    /// Whether requests that are no gRPC go on to plain HTTP routes.
    pub plain_http: bool,
}

impl<S> Layer<S> for Outer {
    type Service = OuterService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        OuterService {
            inner,
            outer: self.clone(),
        }
    }
}

/// A service within the outer layers.
#[derive(Clone)]
pub struct OuterService<S> {
    inner: S,
    outer: Outer,
}

impl<S> Service<Request<Body>> for OuterService<S>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx).map(|_| Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        // The service that was polled ready is the one to call.
        let ready = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, ready);
        let outer = self.outer.clone();
        Box::pin(async move { Ok(outer.answer(inner, request).await) })
    }
}

impl Outer {
    async fn answer<S>(self, mut inner: S, mut request: Request<Body>) -> Response<Body>
    where
        S: Service<Request<Body>, Response = Response<Body>>,
        S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        if !is_grpc(request.headers()) {
            if !self.plain_http {
                return refuse_media_type();
            }
            return inner
                .call(request)
                .await
                .unwrap_or_else(|_| refuse_media_type());
        }
        let now = self.clock.now().monotonic;
        let call = Call::new(request.headers(), peer(&request), now);
        let attempt = call.attempt;
        let deadline = call.deadline.and_then(|at| at.checked_sub(AHEAD_OF_TONIC));
        let rpc = self.metrics.rpc_started(request.uri().path(), now);
        let running = self.in_flight.enter(request.uri().path());
        request.extensions_mut().insert(call);

        let run = async {
            tokio::select! {
                biased;
                () = self.cut.cancelled() => Failure::Draining.status(attempt).into_http(),
                () = passed(deadline) => Failure::Deadline.status(attempt).into_http(),
                answer = inner.call(request) => answer.unwrap_or_else(|error| {
                    Status::from_error(error.into()).into_http()
                }),
            }
        };
        let response = match AssertUnwindSafe(run).catch_unwind().await {
            Ok(response) => translate(response, attempt),
            Err(_) => {
                self.metrics.panics.inc();
                Failure::Internal.status(attempt).into_http()
            }
        };
        let trailers_only = response.headers().contains_key(Status::GRPC_STATUS);
        if trailers_only {
            rpc.finished(code_of(response.headers()), self.clock.now().monotonic);
            return response;
        }
        let clock = self.clock.clone();
        response.map(|inner| {
            Body::new(OuterBody {
                inner,
                attempt,
                deadline: deadline.map(tokio::time::sleep_until),
                cut: self.cut.clone().cancelled_owned(),
                rpc: Some((rpc, clock)),
                running: Some(running),
            })
        })
    }
}

async fn passed(deadline: Option<tokio::time::Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

fn is_grpc(headers: &HeaderMap) -> bool {
    (headers.get(header::CONTENT_TYPE))
        .is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
}

/// gRPC over HTTP/2: a request of another content type is answered by 415.
fn refuse_media_type() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    response
}

fn peer(request: &Request<Body>) -> Option<SocketAddr> {
    request.extensions().get::<TcpConnectInfo>()?.remote_addr()
}

fn code_of(headers: &HeaderMap) -> Code {
    (headers.get(Status::GRPC_STATUS))
        .map_or(Code::Unknown, |value| Code::from_bytes(value.as_bytes()))
}

/// What tonic says of wrong bytes from a peer, in this service's terms. Statuses
/// with details are our own.
fn translated(headers: &HeaderMap, attempt: u32) -> Option<Status> {
    if headers.contains_key(Status::GRPC_STATUS_DETAILS) {
        return None;
    }
    let failure = match code_of(headers) {
        Code::Internal => Failure::MessageInvalid,
        Code::OutOfRange => Failure::MessageTooLarge {
            max: MAX_MESSAGE_BYTES,
        },
        Code::Cancelled => Failure::Deadline,
        _ => return None,
    };
    Some(failure.status(attempt))
}

fn translate(response: Response<Body>, attempt: u32) -> Response<Body> {
    // The router's own answer: no service here has this path.
    if response.status() != StatusCode::OK {
        return Status::unimplemented("no such method on this port").into_http();
    }
    match translated(response.headers(), attempt) {
        Some(status) if response.headers().contains_key(Status::GRPC_STATUS) => status.into_http(),
        _ => response,
    }
}

pin_project! {
    /// The body of an answer: its trailers translated, its stream ended by the
    /// deadline and by the end of the drain.
    struct OuterBody {
        #[pin]
        inner: Body,
        attempt: u32,
        #[pin]
        deadline: Option<Sleep>,
        #[pin]
        cut: WaitForCancellationFutureOwned,
        rpc: Option<(Rpc, Arc<dyn Clock>)>,
        running: Option<super::drain::Running>,
    }
}

impl HttpBody for OuterBody {
    type Data = bytes::Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let this = self.project();
        if this.running.is_none() {
            return Poll::Ready(None);
        }
        let trailers = match this.inner.poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => match frame.into_trailers() {
                Ok(trailers) => match translated(&trailers, *this.attempt) {
                    Some(status) => trailers_of(&status),
                    None => trailers,
                },
                Err(data) => return Poll::Ready(Some(Ok(data))),
            },
            Poll::Ready(other) => {
                *this.running = None;
                return Poll::Ready(other);
            }
            Poll::Pending => {
                let over = this.deadline.as_pin_mut().map(|sleep| sleep.poll(cx));
                let failure = if over.is_some_and(|poll| poll.is_ready()) {
                    Failure::Deadline
                } else if this.cut.poll(cx).is_ready() {
                    Failure::Draining
                } else {
                    return Poll::Pending;
                };
                trailers_of(&failure.status(*this.attempt))
            }
        };
        if let Some((rpc, clock)) = this.rpc.take() {
            rpc.finished(code_of(&trailers), clock.now().monotonic);
        }
        *this.running = None;
        Poll::Ready(Some(Ok(Frame::trailers(trailers))))
    }

    fn is_end_stream(&self) -> bool {
        self.running.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

fn trailers_of(status: &Status) -> HeaderMap {
    let mut trailers = HeaderMap::new();
    // A status that is too long for headers has no better place to be told in.
    if status.add_header(&mut trailers).is_err() {
        trailers.clear();
    }
    trailers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_no_service_has_is_unimplemented() {
        for answer in [StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED] {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = answer;
            let response = translate(response, 0);
            assert_eq!(response.status(), StatusCode::OK);
            assert_eq!(code_of(response.headers()), Code::Unimplemented);
        }
    }
}
