//! IntrospectionService: protobuf in, one decision, protobuf out.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use http::HeaderMap;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tonic::{Extensions, Request, Response, Status, Streaming};

use super::call::Call;
use super::status::Failure;
use super::{batch, convert, fields, stream};
use crate::clock::{Clock, Now};
use crate::introspect::{Decision, Query, Refusal, decide};
use crate::pb::introspection_service_server::IntrospectionService;
use crate::pb::{
    BatchIntrospectRequest, BatchIntrospectResponse, IntrospectRequest, IntrospectResponse,
    StreamIntrospectRequest,
};
use crate::policy::caller::Caller;
use crate::telemetry::observe::Observer;
use crate::verdict::{Cause, Verdict};
use crate::world::World;

/// What is kept back of a caller's deadline, so that an answer about missing keys
/// still reaches it.
const FOR_THE_WAY_BACK: Duration = Duration::from_millis(20);

/// Answers questions.
#[derive(Clone)]
pub struct Introspection {
    /// The configuration in force.
    pub world: Arc<ArcSwap<World>>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Who hears of decisions.
    pub observer: Arc<Observer>,
    /// Cancelled when the drain is over: what is not finished then ends.
    pub cut: CancellationToken,
}

/// What all questions of one call see alike.
pub struct Moment {
    world: Arc<World>,
    now: Now,
}

impl Introspection {
    /// The configuration and the time of now.
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment {
            world: self.world.load_full(),
            now: self.clock.now(),
        }
    }

    /// One question, wherever it came from.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn answer(
        &self,
        request: &IntrospectRequest,
        call: &Call,
        deadline: Option<Instant>,
        Moment { world, now }: &Moment,
    ) -> Result<IntrospectResponse, Failure> {
        let observe = |decision: &_| self.observer.observe(decision, &request.token, call);
        answer(world, request, *now, deadline, observe).await
    }

    /// The facts that the outermost layer noted.
    fn call_of(&self, extensions: &Extensions) -> Call {
        (extensions.get::<Call>().cloned()).unwrap_or_else(|| {
            let now = self.clock.now().monotonic;
            Call::new(&HeaderMap::new(), None, now)
        })
    }
}

/// What a World says to one question. The same for a caller of the service and for a
/// person who judges at a command line.
///
/// # Errors
/// Why there is no answer.
pub async fn answer(
    world: &World,
    request: &IntrospectRequest,
    now: Now,
    deadline: Option<Instant>,
    observe: impl FnOnce(&Decision),
) -> Result<IntrospectResponse, Failure> {
    let wanted = fields::check(request)?;
    let caller = caller(world);
    let query = Query {
        token: &request.token,
        audience: &request.audience,
        scopes: &wanted.scopes,
    };
    let until = |wait| until(now.monotonic, wait, deadline);
    let decision = decide(world, query, caller, now, until)
        .await
        .map_err(|refusal| refused(refusal, &request.audience))?;
    observe(&decision);
    convert::response(&decision, caller.disclosure, wanted.format)
        .map_err(|cause| cannot_tell(&decision, cause))
}

/// Until when a call waits for keys.
fn until(now: Instant, wait: Duration, deadline: Option<Instant>) -> Instant {
    let longest = now + wait;
    let latest = deadline.and_then(|at| at.checked_sub(FOR_THE_WAY_BACK));
    latest.map_or(longest, |latest| longest.min(latest))
}

/// Who asks: today, whoever reaches the port.
fn caller(world: &World) -> &Caller {
    &world.anyone
}

/// A question that cannot be put.
pub(super) fn refused(refusal: Refusal, audience: &str) -> Failure {
    let audience = audience.to_owned();
    match refusal {
        Refusal::NotPermitted => Failure::AudienceNotPermitted { audience },
        Refusal::NotConfigured { nearest } => Failure::AudienceNotConfigured {
            audience,
            nearest: nearest.map(|name| name.to_string()),
        },
    }
}

fn cannot_tell(decision: &Decision, cause: Cause) -> Failure {
    debug_assert!(matches!(decision.judgement.verdict, Verdict::CannotTell(_)));
    Failure::CannotTell {
        cause,
        issuer: (decision.judgement.issuer.as_ref())
            .map_or_else(String::new, |issuer| issuer.name.to_string()),
        audience: decision.audience.to_string(),
        retry_after: decision.retry_after.unwrap_or(Duration::from_secs(1)),
    }
}

#[tonic::async_trait]
impl IntrospectionService for Introspection {
    type StreamIntrospectStream = stream::Answers;

    async fn introspect(
        &self,
        request: Request<IntrospectRequest>,
    ) -> Result<Response<IntrospectResponse>, Status> {
        let call = self.call_of(request.extensions());
        let moment = self.moment();
        let answer = self
            .answer(request.get_ref(), &call, call.deadline, &moment)
            .await;
        answer
            .map(Response::new)
            .map_err(|failure| failure.status(call.attempt))
    }

    async fn batch_introspect(
        &self,
        request: Request<BatchIntrospectRequest>,
    ) -> Result<Response<BatchIntrospectResponse>, Status> {
        let call = self.call_of(request.extensions());
        let answer = batch::answer(self, &request.get_ref().requests, &call).await;
        answer
            .map(Response::new)
            .map_err(|failure| failure.status(call.attempt))
    }

    async fn stream_introspect(
        &self,
        request: Request<Streaming<StreamIntrospectRequest>>,
    ) -> Result<Response<Self::StreamIntrospectStream>, Status> {
        let call = self.call_of(request.extensions());
        let answers = stream::answers(self.clone(), request.into_inner(), call);
        Ok(Response::new(answers))
    }
}

#[cfg(test)]
mod tests;
