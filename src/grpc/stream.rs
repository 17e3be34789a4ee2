//! StreamIntrospect: questions as they come, answers as they are found.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _, unfold};
use tokio::task::coop::consume_budget;
use tokio::time::{Instant, timeout_at};
use tokio_stream::Stream;
use tonic::{Status, Streaming};

use super::call::Call;
use super::service::Introspection;
use super::status::{Failure, detached};
use crate::pb::stream_introspect_response::Result as Outcome;
use crate::pb::{IntrospectResponse, StreamIntrospectRequest, StreamIntrospectResponse};

/// Most questions under way on one stream. Further ones are not read, so that
/// flow control holds the caller back.
pub const MAX_IN_FLIGHT: usize = 256;

/// Time for a question that names none.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(1);

/// Longest time for a question.
pub const MAX_TIMEOUT: Duration = Duration::from_secs(30);

/// What the caller reads.
pub type Answers =
    Pin<Box<dyn Stream<Item = Result<StreamIntrospectResponse, Status>> + Send + 'static>>;

/// Answers questions until the caller has no more, or sends what is none.
pub fn answers(
    service: Introspection,
    questions: Streaming<StreamIntrospectRequest>,
    call: Call,
) -> Answers {
    let session = Session {
        service,
        questions,
        call: Arc::new(call),
        running: FuturesUnordered::new(),
        unfinished: BTreeMap::new(),
        arrived: 0,
        end: None,
    };
    Box::pin(unfold(session, Session::next))
}

/// A question under way: its place among all, and its answer.
type Running = Pin<Box<dyn Future<Output = (u64, StreamIntrospectResponse)> + Send>>;

struct Session {
    service: Introspection,
    questions: Streaming<StreamIntrospectRequest>,
    call: Arc<Call>,
    running: FuturesUnordered<Running>,
    /// The ids of questions under way. Theirs are the callers' own, and may repeat.
    unfinished: BTreeMap<u64, u64>,
    arrived: u64,
    /// Set once nothing more is read: how the stream ends after the last answer.
    end: Option<Result<(), Status>>,
}

enum Event {
    Cut,
    Answered(u64, Box<StreamIntrospectResponse>),
    Asked(Result<Option<StreamIntrospectRequest>, Status>),
}

impl Session {
    async fn next(mut self) -> Option<(Result<StreamIntrospectResponse, Status>, Self)> {
        loop {
            match self.event().await {
                Some(Event::Answered(place, answer)) => {
                    self.unfinished.remove(&place);
                    return Some((Ok(*answer), self));
                }
                Some(Event::Asked(Ok(Some(question)))) => self.begin(question),
                Some(Event::Asked(Ok(None))) => self.end = Some(Ok(())),
                // The outer layer says it in this service's terms.
                Some(Event::Asked(Err(status))) => self.end = Some(Err(status)),
                Some(Event::Cut) => {
                    self.running.clear();
                    self.end = Some(Err(Failure::Draining.status(self.call.attempt)));
                    if let Some((_, id)) = self.unfinished.pop_first() {
                        return Some((Ok(response(id, Err(Failure::Draining))), self));
                    }
                }
                None => {
                    // Asked again after an error, there is nothing more.
                    let end = self.end.replace(Ok(()));
                    return match end {
                        Some(Err(status)) => Some((Err(status), self)),
                        _ => None,
                    };
                }
            }
        }
    }

    /// What happens next; `None`: nothing more will. An answer comes before the
    /// next question, so that a caller in a hurry does not hold up its own answers.
    async fn event(&mut self) -> Option<Event> {
        let reads = self.end.is_none() && self.unfinished.len() < MAX_IN_FLIGHT;
        let over = self.end.is_some() && self.unfinished.is_empty();
        tokio::select! {
            biased;
            () = self.service.cut.cancelled(), if !over => Some(Event::Cut),
            Some((place, answer)) = self.running.next(), if !over => {
                Some(Event::Answered(place, Box::new(answer)))
            }
            question = self.questions.message(), if reads => Some(Event::Asked(question)),
            else => None,
        }
    }

    fn begin(&mut self, question: StreamIntrospectRequest) {
        let place = self.arrived;
        self.arrived += 1;
        self.unfinished.insert(place, question.id);
        let service = self.service.clone();
        let call = self.call.clone();
        let arrived = service.clock.now().monotonic;
        self.running.push(Box::pin(async move {
            consume_budget().await;
            let outcome = one(&service, &question, &call, arrived).await;
            (place, response(question.id, outcome))
        }));
    }
}

/// One question: from here on only it fails.
async fn one(
    service: &Introspection,
    question: &StreamIntrospectRequest,
    call: &Call,
    arrived: Instant,
) -> Result<IntrospectResponse, Failure> {
    let timeout = timeout(question.timeout.as_ref())?;
    let Some(request) = &question.request else {
        return Err(invalid("request", "is missing: say what to ask"));
    };
    let own = arrived + timeout;
    let deadline = call.deadline.map_or(own, |stream| stream.min(own));
    let answer = service.answer(request, call, Some(deadline));
    (timeout_at(deadline, answer).await).unwrap_or(Err(Failure::Deadline))
}

fn timeout(asked: Option<&prost_types::Duration>) -> Result<Duration, Failure> {
    let Some(asked) = asked else {
        return Ok(DEFAULT_TIMEOUT);
    };
    // By hand: prost's own conversion panics at the least of all seconds.
    let seconds = u64::try_from(asked.seconds).ok();
    let nanos = (u32::try_from(asked.nanos).ok()).filter(|nanos| *nanos < 1_000_000_000);
    (seconds.zip(nanos))
        .map(|(seconds, nanos)| Duration::new(seconds, nanos))
        .filter(|span| !span.is_zero() && *span <= MAX_TIMEOUT)
        .ok_or_else(|| {
            let longest = MAX_TIMEOUT.as_secs();
            let description = format!("must be more than 0 s and at most {longest} s");
            invalid("timeout", &description)
        })
}

fn invalid(field: &str, description: &str) -> Failure {
    Failure::FieldInvalid {
        field: field.into(),
        description: description.into(),
        max: None,
    }
}

fn response(id: u64, outcome: Result<IntrospectResponse, Failure>) -> StreamIntrospectResponse {
    let result = match outcome {
        Ok(answer) => Outcome::Response(answer),
        Err(failure) => Outcome::Error(detached(failure)),
    };
    StreamIntrospectResponse {
        id,
        result: Some(result),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_positive_and_bounded() {
        let span = |seconds, nanos| prost_types::Duration { seconds, nanos };
        assert_eq!(timeout(None), Ok(DEFAULT_TIMEOUT));
        for (asked, expected) in [
            (span(0, 1), Some(Duration::from_nanos(1))),
            (span(2, 500_000_000), Some(Duration::from_millis(2500))),
            (span(30, 0), Some(MAX_TIMEOUT)),
            (span(30, 1), None),
            (span(0, 0), None),
            (span(-1, 0), None),
            (span(1, -1), None),
            (span(1, 1_000_000_000), None),
            (span(i64::MAX, 999_999_999), None),
            (span(i64::MIN, i32::MIN), None),
        ] {
            assert_eq!(timeout(Some(&asked)).ok(), expected, "{asked:?}");
        }
    }
}
