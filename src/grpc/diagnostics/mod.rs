//! DiagnosticsService: looking into a running service. It reads what is there, fetches
//! nothing and counts no verdict.

pub mod audiences;
mod checks;
mod expected;
pub mod explain;
mod found;
pub mod info;
pub mod issuers;
mod keys;
mod pages;
mod summary;

use std::sync::Arc;

use arc_swap::ArcSwap;
use http::HeaderMap;
use tokio::sync::Semaphore;
use tonic::{Extensions, Request, Response, Status};

use super::call::Call;
use super::status::Failure;
use crate::clock::Clock;
use crate::pb;
use crate::pb::diagnostics_service_server::DiagnosticsService;
use crate::replica::Replica;
use crate::world::World;

/// Answers a person who looks for a cause.
#[derive(Clone)]
pub struct Diagnostics {
    /// The configuration in force.
    pub world: Arc<ArcSwap<World>>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// This process.
    pub replica: Replica,
    /// Who is being explained to: one at a time. The work is a stranger's to lengthen,
    /// and this port's thread is that of probes and fetches as well.
    pub explaining: Arc<Semaphore>,
}

impl Diagnostics {
    fn reply<T>(
        &self,
        extensions: &Extensions,
        answer: Result<T, Failure>,
    ) -> Result<Response<T>, Status> {
        let call = (extensions.get::<Call>().cloned())
            .unwrap_or_else(|| Call::new(&HeaderMap::new(), None, self.clock.now().monotonic));
        answer
            .map(Response::new)
            .map_err(|failure| failure.status(call.attempt))
    }
}

#[tonic::async_trait]
impl DiagnosticsService for Diagnostics {
    async fn explain(
        &self,
        request: Request<pb::ExplainRequest>,
    ) -> Result<Response<pb::ExplainResponse>, Status> {
        // Never closed. Whoever waits here has a deadline of its own.
        let _turn = self.explaining.acquire().await;
        let world = self.world.load_full();
        let now = self.clock.now();
        let answer = explain::answer(&world, request.get_ref(), &world.anyone, now).await;
        self.reply(request.extensions(), answer)
    }

    async fn list_issuers(
        &self,
        request: Request<pb::ListIssuersRequest>,
    ) -> Result<Response<pb::ListIssuersResponse>, Status> {
        let world = self.world.load_full();
        let now = self.clock.now();
        let answer = issuers::list(&world, request.get_ref(), &world.anyone, now);
        self.reply(request.extensions(), answer)
    }

    async fn list_audiences(
        &self,
        request: Request<pb::ListAudiencesRequest>,
    ) -> Result<Response<pb::ListAudiencesResponse>, Status> {
        let world = self.world.load_full();
        let now = self.clock.now();
        let answer = audiences::list(&world, request.get_ref(), &world.anyone, now);
        self.reply(request.extensions(), answer)
    }

    async fn get_server_info(
        &self,
        request: Request<pb::GetServerInfoRequest>,
    ) -> Result<Response<pb::GetServerInfoResponse>, Status> {
        let answer = info::tell(&self.world.load(), &self.replica);
        self.reply(request.extensions(), Ok(answer))
    }
}
