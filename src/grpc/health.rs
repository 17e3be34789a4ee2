//! grpc.health.v1 over a watch of the service's state. tonic-health's own service
//! starts out SERVING and ends a `Watch` of an unknown name, where health.proto
//! says SERVICE_UNKNOWN and to keep the stream.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;
use tokio_stream::{Stream, StreamExt as _};
use tonic::{Request, Response, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_server::Health;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use crate::policy::Name;

/// How the service stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Readiness, as of the contract: may calls be sent here?
    pub ready: bool,
    /// It is about to end.
    pub draining: bool,
    /// Which audiences can be decided about: an issuer of theirs has usable keys.
    pub decidable: BTreeMap<Name, bool>,
}

impl State {
    /// Whether calls may be sent here.
    #[must_use]
    pub fn serving(&self) -> bool {
        self.ready && !self.draining
    }
}

/// The health of one port.
#[derive(Clone, Debug)]
pub struct HealthService {
    /// The state it shows.
    pub state: watch::Receiver<State>,
    /// Full names of the services that this port serves.
    pub services: Arc<[&'static str]>,
}

impl HealthService {
    fn status(services: &[&str], state: &State, name: &str) -> ServingStatus {
        let serving = match name.strip_prefix("audience/") {
            Some(audience) => state
                .decidable
                .get(audience)
                .map(|one| *one && !state.draining),
            None => (name.is_empty() || services.contains(&name)).then(|| state.serving()),
        };
        match serving {
            None => ServingStatus::ServiceUnknown,
            Some(true) => ServingStatus::Serving,
            Some(false) => ServingStatus::NotServing,
        }
    }
}

fn response(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse {
        status: status.into(),
    }
}

#[tonic::async_trait]
impl Health for HealthService {
    type WatchStream =
        Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send + 'static>>;

    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        let name = &request.get_ref().service;
        match Self::status(&self.services, &self.state.borrow(), name) {
            ServingStatus::ServiceUnknown => Err(Status::not_found("no such service")),
            status => Ok(Response::new(response(status))),
        }
    }

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let name = request.into_inner().service;
        let services = self.services.clone();
        let mut last = None;
        let statuses = WatchStream::new(self.state.clone()).filter_map(move |state| {
            let status = Self::status(&services, &state, &name);
            // Only what changed is sent (health.proto, Watch).
            (last.replace(status) != Some(status)).then(|| Ok(response(status)))
        });
        Ok(Response::new(Box::pin(statuses)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICES: &[&str] = &["audient.v1.IntrospectionService"];

    fn state(ready: bool, draining: bool, orders: bool) -> State {
        let name = Name::new("orders").unwrap();
        State {
            ready,
            draining,
            decidable: BTreeMap::from([(name, orders)]),
        }
    }

    #[test]
    fn each_name_shows_what_it_stands_for() {
        use ServingStatus::{NotServing, ServiceUnknown, Serving};
        for (state, name, expected) in [
            (state(true, false, true), "", Serving),
            (state(true, false, true), SERVICES[0], Serving),
            (state(false, false, true), "", NotServing),
            (state(false, false, true), "audience/orders", Serving),
            (state(true, false, false), "audience/orders", NotServing),
            (state(true, true, true), "", NotServing),
            (state(true, true, true), SERVICES[0], NotServing),
            (state(true, true, true), "audience/orders", NotServing),
            (state(true, false, true), "audience/other", ServiceUnknown),
            (
                state(true, false, true),
                "audient.v1.AdminService",
                ServiceUnknown,
            ),
        ] {
            assert_eq!(
                HealthService::status(SERVICES, &state, name),
                expected,
                "{name} {state:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_watch_of_an_unknown_name_stays_and_hears_of_it() {
        let (sender, receiver) = watch::channel(State::default());
        let health = HealthService {
            state: receiver,
            services: SERVICES.into(),
        };
        let request = Request::new(HealthCheckRequest {
            service: "audience/orders".into(),
        });
        let mut stream = health.watch(request).await.unwrap().into_inner();
        let mut next = async || stream.next().await.unwrap().unwrap().status();
        assert_eq!(next().await, ServingStatus::ServiceUnknown);
        sender.send_replace(state(false, false, true));
        assert_eq!(next().await, ServingStatus::Serving);
        sender.send_replace(state(true, false, true)); // nothing changed for this name
        sender.send_replace(state(true, true, true));
        assert_eq!(next().await, ServingStatus::NotServing);
    }
}
