//! A running service, of a configuration as an operator writes it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use audient::boot;
use audient::clock::Clock;
use audient::config::Config;
use audient::jwks::store::KeyStore;
use audient::pb::diagnostics_service_client::DiagnosticsServiceClient;
use audient::pb::introspection_service_client::IntrospectionServiceClient;
use audient::pb::{ExplainRequest, ExplainResponse, IntrospectRequest, IntrospectResponse};
use audient::replica::Replica;
use audient::server::{self, Exposure, Ports, Served, Settings};
use audient::telemetry::metrics::Metrics;
use audient::telemetry::observe::Observer;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tonic::Status;
use tonic::transport::{Channel, Endpoint};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::clock::Stepped;

/// Nothing here takes that long; what does has failed.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Service {
    pub config: Config,
    pub clock: Stepped,
    callers: Channel,
    operators: Channel,
    admin: String,
}

impl Service {
    /// Serves until the runtime of the test ends.
    pub async fn start(config: Config, clock: Stepped) -> Self {
        let ports = Ports {
            listen: TcpListener::bind("127.0.0.1:0").await.unwrap(),
            admin: TcpListener::bind("127.0.0.1:0").await.unwrap(),
        };
        let url = |port: &TcpListener| format!("http://{}", port.local_addr().unwrap());
        let channel = |url: String| Endpoint::from_shared(url).unwrap().connect_lazy();
        let (callers, admin) = (channel(url(&ports.listen)), url(&ports.admin));
        let operators = channel(admin.clone());
        let time: Arc<dyn Clock> = Arc::new(clock.clone());
        let policies = boot::policies(&config);
        let metrics = Arc::new(Metrics::new(&policies));
        let store = KeyStore::over_http(Handle::current(), time.clone());
        let world = boot::world(&config, policies, &store);
        let served = Served {
            world: Arc::new(ArcSwap::from_pointee(world)),
            replica: Replica::here(time.now().wall),
            clock: time,
            observer: Arc::new(Observer::new(metrics)),
        };
        let settings = Settings {
            reflection: true,
            drain: Duration::ZERO,
            plaintext: false,
            exposure: Exposure::Split,
        };
        let run = server::run(
            ports,
            served,
            settings,
            Handle::current(),
            std::future::pending(),
        );
        tokio::spawn(async move { run.await.unwrap() });
        Self {
            config,
            clock,
            callers,
            operators,
            admin,
        }
    }

    pub async fn until_ready(&self) {
        let mut health = HealthClient::new(self.operators.clone());
        in_time(async {
            loop {
                let answer = health.check(HealthCheckRequest::default()).await;
                if answer.is_ok_and(|one| one.get_ref().status() == ServingStatus::Serving) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
    }

    pub fn client(&self) -> IntrospectionServiceClient<Channel> {
        IntrospectionServiceClient::new(self.callers.clone())
    }

    pub async fn ask(&self, audience: &str, token: &str) -> Result<IntrospectResponse, Status> {
        let request = IntrospectRequest {
            token: token.into(),
            audience: audience.into(),
            ..IntrospectRequest::default()
        };
        let answer = in_time(self.client().introspect(request)).await;
        answer.map(tonic::Response::into_inner)
    }

    pub async fn explain(&self, audience: &str, token: &str) -> Result<ExplainResponse, Status> {
        let request = ExplainRequest {
            token: token.into(),
            audience: audience.into(),
            ..ExplainRequest::default()
        };
        let mut client = DiagnosticsServiceClient::new(self.operators.clone());
        let answer = in_time(client.explain(request)).await;
        answer.map(tonic::Response::into_inner)
    }

    /// A page of the admin port.
    pub async fn page(&self, path: &str) -> String {
        let response = reqwest::get(format!("{}{path}", self.admin)).await;
        response.unwrap().text().await.unwrap()
    }
}

/// Where key documents are published: `/NAME` is what `document` says, while it is up.
pub struct Publisher {
    pub url: String,
    up: Arc<AtomicBool>,
}

type Document = fn(&str) -> Option<Value>;

impl Publisher {
    pub async fn start(document: Document) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let up = Arc::new(AtomicBool::new(true));
        let routes = axum::Router::new()
            .route("/{name}", axum::routing::get(publish))
            .with_state((document, up.clone()));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { url, up }
    }

    pub fn set_up(&self, up: bool) {
        self.up.store(up, Ordering::SeqCst);
    }
}

async fn publish(
    State((document, up)): State<(Document, Arc<AtomicBool>)>,
    Path(name): Path<String>,
) -> Result<Json<Value>, StatusCode> {
    if !up.load(Ordering::SeqCst) {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    document(&name).map(Json).ok_or(StatusCode::NOT_FOUND)
}

/// Fails where something hangs.
pub async fn in_time<F: Future>(future: F) -> F::Output {
    (tokio::time::timeout(PATIENCE, future).await).expect("it hangs")
}
