//! The outer layers of every call, in their order: a panic hurts one call, what
//! tonic says of a peer's mistakes is put into this service's terms, and the
//! caller's deadline is kept on this side too.

mod body;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use futures_util::FutureExt as _;
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tonic::Status;
use tonic::body::Body;
use tonic::transport::server::TcpConnectInfo;
use tower::{Layer, Service, ServiceExt};

use body::{OuterBody, code_in, translated};

use super::call::Call;
use super::drain::InFlight;
use super::status::Failure;
use crate::clock::Clock;
use crate::telemetry::metrics::Metrics;

type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// tonic has a timer of its own outside of every layer, whose CANCELLED cannot be
/// translated: ours fires this much earlier, or after half of a shorter time.
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
    /// Where requests that are no gRPC go; `None`: they are refused.
    pub plain_http: Option<Router>,
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
    async fn answer<S>(self, inner: S, request: Request<Body>) -> Response<Body>
    where
        S: Service<Request<Body>, Response = Response<Body>>,
        S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        if !is_grpc(request.headers()) {
            return self.plain(request).await;
        }
        // gRPC over HTTP/2, Request-Headers: the method is POST.
        if request.method() != Method::POST {
            return empty(StatusCode::METHOD_NOT_ALLOWED);
        }
        self.rpc(inner, request).await
    }

    /// A request that is no gRPC.
    async fn plain(self, request: Request<Body>) -> Response<Body> {
        let Some(routes) = self.plain_http else {
            return empty(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        };
        let run = AssertUnwindSafe(ServiceExt::<Request<Body>>::oneshot(routes, request));
        if let Ok(Ok(response)) = run.catch_unwind().await {
            return response.map(Body::new);
        }
        self.metrics.panics.inc();
        empty(StatusCode::INTERNAL_SERVER_ERROR)
    }

    async fn rpc<S>(self, mut inner: S, mut request: Request<Body>) -> Response<Body>
    where
        S: Service<Request<Body>, Response = Response<Body>>,
        S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let now = self.clock.now().monotonic;
        let call = Call::new(request.headers(), peer(&request), now);
        let attempt = call.attempt;
        let deadline = call.deadline.map(|at| ahead(at, now));
        let rpc = (self.metrics).rpc_started(request.uri().path(), self.clock.clone(), now);
        let running = self.in_flight.enter(request.uri().path());
        request.extensions_mut().insert(call);

        let run = async {
            tokio::select! {
                biased;
                () = self.cut.cancelled() => Failure::Draining.status(attempt).into_http(),
                () = passed(deadline, &*self.clock) => Failure::Deadline.status(attempt).into_http(),
                answer = inner.call(request) => answer.unwrap_or_else(|error| {
                    Status::from_error(error.into()).into_http()
                }),
            }
        };
        let answered = AssertUnwindSafe(run).catch_unwind().await;
        let response = answered.unwrap_or_else(|_| {
            self.metrics.panics.inc();
            Failure::Internal.status(attempt).into_http()
        });
        let response = translate(response, attempt);
        if let Some(code) = code_in(response.headers()) {
            rpc.finished(code);
            return response;
        }
        response.map(|inner| {
            Body::new(OuterBody {
                inner,
                attempt,
                deadline,
                timer: deadline.map(tokio::time::sleep_until),
                cut: self.cut.clone().cancelled_owned(),
                rpc: Some(rpc),
                clock: self.clock,
                metrics: self.metrics,
                running: Some(running),
            })
        })
    }
}

fn ahead(deadline: Instant, now: Instant) -> Instant {
    let left = deadline.saturating_duration_since(now);
    deadline - AHEAD_OF_TONIC.min(left / 2)
}

async fn passed(deadline: Option<Instant>, clock: &dyn Clock) {
    match deadline {
        // A timer would notice only at its next tick, and an answer that needs no
        // waiting would come first.
        Some(deadline) if deadline <= clock.now().monotonic => {}
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// gRPC over HTTP/2, Request-Headers: `application/grpc`, alone or with `+` and a
/// codec. gRPC-Web is none.
fn is_grpc(headers: &HeaderMap) -> bool {
    const GRPC: &str = "application/grpc";
    let value = headers.get(header::CONTENT_TYPE);
    let Some((start, rest)) = value.and_then(|value| value.as_bytes().split_at_checked(GRPC.len()))
    else {
        return false;
    };
    start.eq_ignore_ascii_case(GRPC.as_bytes()) && matches!(rest.first(), None | Some(b'+' | b';'))
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn peer(request: &Request<Body>) -> Option<SocketAddr> {
    request.extensions().get::<TcpConnectInfo>()?.remote_addr()
}

fn translate(response: Response<Body>, attempt: u32) -> Response<Body> {
    match translated(response.headers(), attempt) {
        Some(status) => status.into_http(),
        None => response,
    }
}

#[cfg(test)]
mod tests;
