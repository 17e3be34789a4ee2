//! The body of an answer, within the outer layers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body as HttpBody, Frame, SizeHint};
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep};
use tokio_util::sync::WaitForCancellationFutureOwned;
use tonic::body::Body;
use tonic::{Code, Status};

use crate::clock::Clock;
use crate::grpc::MAX_MESSAGE_BYTES;
use crate::grpc::drain::Running;
use crate::grpc::status::Failure;
use crate::telemetry::metrics::Metrics;
use crate::telemetry::rpc::Rpc;

/// What tonic says of wrong bytes from a peer, in this service's terms. Statuses
/// with details are our own.
pub(super) fn translated(headers: &HeaderMap, attempt: u32) -> Option<Status> {
    if headers.contains_key(Status::GRPC_STATUS_DETAILS) {
        return None;
    }
    let failure = match code_in(headers)? {
        Code::Internal => Failure::MessageInvalid,
        Code::OutOfRange => Failure::MessageTooLarge {
            max: MAX_MESSAGE_BYTES,
        },
        _ => return None,
    };
    Some(failure.status(attempt))
}

pin_project! {
    /// The body of an answer: its trailers translated, its stream ended by the
    /// deadline, by the end of the drain, or by a panic.
    pub(super) struct OuterBody {
        #[pin]
        pub(super) inner: Body,
        pub(super) attempt: u32,
        pub(super) deadline: Option<Instant>,
        #[pin]
        pub(super) timer: Option<Sleep>,
        #[pin]
        pub(super) cut: WaitForCancellationFutureOwned,
        pub(super) rpc: Option<Rpc>,
        pub(super) clock: Arc<dyn Clock>,
        pub(super) metrics: Arc<Metrics>,
        pub(super) running: Option<Running>,
    }
}

type PolledFrame = Poll<Option<Result<Frame<Bytes>, Status>>>;

impl HttpBody for OuterBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> PolledFrame {
        if self.running.is_none() {
            return Poll::Ready(None);
        }
        let caught = catch_unwind(AssertUnwindSafe(|| self.as_mut().poll_inner(cx)));
        let polled = caught.unwrap_or_else(|_| {
            self.metrics.panics.inc();
            self.as_ref().instead(Failure::Internal)
        });
        let this = self.project();
        match &polled {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Some(Ok(frame))) => match frame.trailers_ref() {
                None => return polled,
                Some(trailers) => {
                    if let (Some(rpc), Some(code)) = (this.rpc.take(), code_in(trailers)) {
                        rpc.finished(code);
                    }
                }
            },
            Poll::Ready(Some(Err(_)) | None) => {}
        }
        *this.running = None;
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.running.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

impl OuterBody {
    fn poll_inner(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> PolledFrame {
        match self.as_mut().project().inner.poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => Poll::Ready(Some(Ok(self.as_ref().mended(frame)))),
            Poll::Ready(other) => Poll::Ready(other),
            Poll::Pending => self.poll_end(cx),
        }
    }

    fn mended(self: Pin<&Self>, frame: Frame<Bytes>) -> Frame<Bytes> {
        if let Some(trailers) = frame.trailers_ref() {
            return match translated(trailers, self.attempt) {
                Some(status) => Frame::trailers(trailers_of(&status)),
                None => frame,
            };
        }
        // A stream that always has something to say ends in time all the same.
        match self.deadline {
            Some(at) if at <= self.clock.now().monotonic => {
                Frame::trailers(trailers_of(&Failure::Deadline.status(self.attempt)))
            }
            _ => frame,
        }
    }

    /// Nothing to say yet: is it too late to?
    fn poll_end(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> PolledFrame {
        let this = self.as_mut().project();
        if (this.timer.as_pin_mut()).is_some_and(|timer| timer.poll(cx).is_ready()) {
            return self.as_ref().instead(Failure::Deadline);
        }
        if this.cut.poll(cx).is_pending() {
            return Poll::Pending;
        }
        // The handler ends what it can end better: it is asked once more, for it
        // may not have heard yet when it was asked last.
        match self.as_mut().project().inner.poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => Poll::Ready(Some(Ok(self.as_ref().mended(frame)))),
            Poll::Ready(other) => Poll::Ready(other),
            Poll::Pending => self.as_ref().instead(Failure::Draining),
        }
    }

    fn instead(self: Pin<&Self>, failure: Failure) -> PolledFrame {
        let trailers = trailers_of(&failure.status(self.attempt));
        Poll::Ready(Some(Ok(Frame::trailers(trailers))))
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

/// The status, where there is one.
pub(super) fn code_in(headers: &HeaderMap) -> Option<Code> {
    (headers.get(Status::GRPC_STATUS)).map(|value| Code::from_bytes(value.as_bytes()))
}
