//! BatchIntrospect: several questions, each answered as Introspect would.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use prost::Message as _;
use tokio::task::coop::consume_budget;

use super::call::Call;
use super::service::Introspection;
use super::status::{Failure, detached};
use crate::pb::batch_introspect_result::Result as Outcome;
use crate::pb::{
    BatchIntrospectResponse, BatchIntrospectResult, IntrospectRequest, IntrospectResponse,
};

/// Most questions in one batch.
pub const MAX_ITEMS: usize = 256;

/// Longest answer, in bytes: below what clients take by default (4 MiB).
pub const MAX_ANSWER_BYTES: usize = 3 * 1024 * 1024;

/// Answers a batch. Questions that wait for keys wait together, so that a batch
/// takes no longer than its slowest question.
///
/// # Errors
/// What concerns the batch as a whole: how many questions it has.
pub async fn answer(
    service: &Introspection,
    requests: &[IntrospectRequest],
    call: &Call,
) -> Result<BatchIntrospectResponse, Failure> {
    count(requests)?;
    let (questions, places) = distinct(requests);
    let moment = service.moment();
    let moment = &moment;
    let kept = &Kept::default();
    let answers = join_all(questions.into_iter().map(async |request| {
        // 256 signatures are some milliseconds: others get their turn in between.
        consume_budget().await;
        let answer = service.answer(request, call, call.deadline, moment).await;
        kept.keep(answer)
    }))
    .await;
    Ok(assemble(&answers, &places))
}

/// Bytes of the answers so far. What can no longer be sent is let go at once: a
/// stranger's token may have hundreds of reasons, and a batch holds 256 of them.
#[derive(Default)]
struct Kept(AtomicUsize);

impl Kept {
    fn keep(
        &self,
        answer: Result<IntrospectResponse, Failure>,
    ) -> Result<IntrospectResponse, Failure> {
        let answer = answer?;
        let size = answer.encoded_len();
        if self.0.load(Ordering::Relaxed) + size > 2 * MAX_ANSWER_BYTES {
            // Twice, so that one that waited for keys finds room among the others.
            return Err(Failure::MessageTooLarge {
                max: MAX_ANSWER_BYTES,
            });
        }
        self.0.fetch_add(size, Ordering::Relaxed);
        Ok(answer)
    }
}

fn count(requests: &[IntrospectRequest]) -> Result<(), Failure> {
    match requests.len() {
        0 => Err(Failure::FieldInvalid {
            field: "requests".into(),
            description: format!("is empty: send 1 to {MAX_ITEMS} questions"),
            max: Some(MAX_ITEMS),
        }),
        1..=MAX_ITEMS => Ok(()),
        _ => Err(Failure::BatchTooLarge { max: MAX_ITEMS }),
    }
}

/// The different questions, and for each request which of them it is.
fn distinct(requests: &[IntrospectRequest]) -> (Vec<&IntrospectRequest>, Vec<usize>) {
    let mut questions = Vec::new();
    let mut known = HashMap::new();
    let places = (requests.iter())
        .map(|request| {
            let all = (
                &*request.token,
                &*request.audience,
                &*request.required_scopes,
                request.claims_format,
            );
            *known.entry(all).or_insert_with(|| {
                questions.push(request);
                questions.len() - 1
            })
        })
        .collect();
    (questions, places)
}

/// Results in the order of the requests. One that does not fit is an error, and
/// leaves room for those that do.
fn assemble(
    answers: &[Result<IntrospectResponse, Failure>],
    places: &[usize],
) -> BatchIntrospectResponse {
    let too_large = BatchIntrospectResult {
        result: Some(Outcome::Error(detached(Failure::MessageTooLarge {
            max: MAX_ANSWER_BYTES,
        }))),
    };
    // Room for every later result to be at least this error.
    let least = size(&too_large);
    let mut left = MAX_ANSWER_BYTES;
    let mut later = places.len();
    let results = places.iter().map(|place| {
        later -= 1;
        let result = match answers.get(*place) {
            Some(Ok(answer)) => Outcome::Response(answer.clone()),
            Some(Err(failure)) => Outcome::Error(detached(failure.clone())),
            // Every place was made with its question.
            None => Outcome::Error(detached(Failure::Internal)),
        };
        let mut result = BatchIntrospectResult {
            result: Some(result),
        };
        if size(&result) + later * least > left {
            result.clone_from(&too_large);
        }
        left = left.saturating_sub(size(&result));
        result
    });
    BatchIntrospectResponse {
        results: results.collect(),
    }
}

/// What a result takes of the answer: tag, length, bytes.
fn size(result: &BatchIntrospectResult) -> usize {
    let bytes = result.encoded_len();
    1 + prost::length_delimiter_len(bytes) + bytes
}

#[cfg(test)]
mod tests;
