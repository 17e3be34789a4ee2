//! A service to ask, and ways to ask it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use audient::boot;
use audient::clock::{Clock, SystemClock};
use audient::config::{Config, ConfiguredIssuer, Insecure, Server};
use audient::jwks::source::{KeySource, Location, Remote, Timing};
use audient::jwks::store::KeyStore;
use audient::pb::diagnostics_service_client::DiagnosticsServiceClient;
use audient::pb::introspection_service_client::IntrospectionServiceClient;
use audient::pb::{IntrospectRequest, IntrospectResponse};
use audient::policy::Name;
use audient::policy::audience::AudiencePolicy;
use audient::policy::caller::Disclosure;
use audient::policy::issuer::Issuer as IssuerPolicy;
use audient::replica::Replica;
use audient::server::{self, Exposure, Ports, Served, Settings};
use audient::telemetry::metrics::Metrics;
use audient::telemetry::observe::Observer;
use audient::token::algorithm::AlgorithmSet;
use bytes::Bytes;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::issuer::{Issuer, Mode};

pub const ORDERS: &str = "https://api.example.com/orders";
pub const PAYMENTS: &str = "https://api.example.com/payments";
pub const INTROSPECT: &str = "/audient.v1.IntrospectionService/Introspect";

/// Nothing here takes that long; what does has failed.
const PATIENCE: Duration = Duration::from_secs(20);

pub fn now() -> i64 {
    SystemClock.now().wall.floor_seconds()
}

/// What differs between tests.
pub struct Setup {
    pub disclosure: Disclosure,
    pub exposure: Exposure,
    pub admin: &'static str,
    pub max_token_bytes: usize,
    pub drain: Duration,
    pub cooldown: Duration,
    pub wait: Duration,
    /// What else the configuration says.
    pub change: Box<dyn FnOnce(&mut Config) + Send>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            disclosure: Disclosure::Details,
            exposure: Exposure::Split,
            admin: "127.0.0.1:0",
            max_token_bytes: 16 * 1024,
            drain: Duration::from_millis(300),
            cooldown: Duration::from_secs(3600),
            wait: Duration::from_secs(10),
            change: Box::new(|_| ()),
        }
    }
}

impl Setup {
    /// A set that is this old proves nothing about a kid that it lacks.
    pub fn short_cooldown() -> Self {
        Self {
            cooldown: Duration::from_millis(50),
            ..Self::default()
        }
    }

    pub async fn start(self, issuer: &Issuer) -> Service {
        Service::start(self, issuer).await
    }
}

pub struct Service {
    pub listen: SocketAddr,
    pub admin: SocketAddr,
    pub channel: Channel,
    pub admin_channel: Channel,
    shutdown: Option<oneshot::Sender<()>>,
    done: Option<JoinHandle<Result<(), String>>>,
}

/// A service that is ready, before an issuer that is up.
pub async fn ready() -> (Issuer, Service) {
    ready_with(Setup::default()).await
}

pub async fn ready_with(setup: Setup) -> (Issuer, Service) {
    let issuer = Issuer::start(Mode::Up).await;
    let service = setup.start(&issuer).await;
    service.until_ready().await;
    (issuer, service)
}

impl Service {
    async fn start(setup: Setup, issuer: &Issuer) -> Self {
        let ports = Ports {
            listen: TcpListener::bind("127.0.0.1:0").await.unwrap(),
            admin: TcpListener::bind(setup.admin).await.unwrap(),
        };
        let listen = ports.listen.local_addr().unwrap();
        let admin = ports.admin.local_addr().unwrap();
        let mut config = config(&setup, issuer, listen, admin);
        (setup.change)(&mut config);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let policies = boot::policies(&config);
        let metrics = Arc::new(Metrics::new(&policies));
        let store = KeyStore::over_http(Handle::current(), clock.clone());
        let world = boot::world(&config, policies, &store);
        let served = Served {
            world: Arc::new(ArcSwap::from_pointee(world)),
            clock: clock.clone(),
            observer: Arc::new(Observer::new(metrics)),
            replica: Replica {
                name: "replica-1".into(),
                started_at: clock.now().wall,
            },
        };
        let settings = Settings {
            reflection: true,
            drain: setup.drain,
            plaintext: false,
            exposure: setup.exposure,
        };
        let (shutdown, asked) = oneshot::channel();
        let done = tokio::spawn(async move {
            let asked = async {
                // Dropped with the test: likewise.
                let _ = asked.await;
            };
            server::run(ports, served, settings, Handle::current(), asked).await
        });
        Self {
            listen,
            admin,
            channel: channel(listen),
            admin_channel: channel(admin),
            shutdown: Some(shutdown),
            done: Some(done),
        }
    }

    pub fn client(&self) -> IntrospectionServiceClient<Channel> {
        IntrospectionServiceClient::new(self.channel.clone())
    }

    pub fn diagnostics(&self) -> DiagnosticsServiceClient<Channel> {
        DiagnosticsServiceClient::new(self.admin_channel.clone())
    }

    pub async fn ask(&self, token: &str) -> Result<IntrospectResponse, Status> {
        self.put(question(token)).await
    }

    pub async fn put(
        &self,
        request: impl tonic::IntoRequest<IntrospectRequest>,
    ) -> Result<IntrospectResponse, Status> {
        let answer = in_time(self.client().introspect(request)).await;
        answer.map(tonic::Response::into_inner)
    }

    /// The answer, which is one about the token.
    pub async fn told(&self, token: &str) -> IntrospectResponse {
        self.ask(token).await.unwrap()
    }

    /// The codes of all reasons.
    pub async fn codes(&self, token: &str) -> Vec<String> {
        codes(&self.told(token).await)
    }

    pub async fn health(&self, channel: &Channel, name: &str) -> Result<ServingStatus, Status> {
        let request = HealthCheckRequest {
            service: name.into(),
        };
        let answer = HealthClient::new(channel.clone()).check(request).await?;
        Ok(answer.into_inner().status())
    }

    pub async fn until_ready(&self) {
        until(async || {
            let health = self.health(&self.admin_channel, "").await;
            matches!(health, Ok(ServingStatus::Serving))
        })
        .await;
    }

    /// A page of the admin port: its status and text.
    pub async fn page(&self, path: &str) -> (u16, String) {
        let response = reqwest::get(format!("http://{}{path}", self.admin)).await;
        let response = response.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// The sum of all series that start so.
    pub async fn metric(&self, series: &str) -> f64 {
        let (_, page) = self.page("/metrics").await;
        (page.lines())
            .filter(|line| line.starts_with(series))
            .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
            .sum()
    }

    /// Sends these bytes as the body of a gRPC request.
    pub async fn raw(&self, path: &str, body: Vec<u8>) -> Status {
        use http_body_util::BodyExt as _;
        use tower::ServiceExt as _;
        let request = http::Request::post(format!("http://{}{path}", self.listen))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .body(tonic::body::Body::new(http_body_util::Full::new(
                Bytes::from(body),
            )))
            .unwrap();
        let response = in_time(self.channel.clone().oneshot(request))
            .await
            .unwrap();
        if let Some(status) = Status::from_header_map(response.headers()) {
            return status;
        }
        let body = in_time(response.into_body().collect()).await.unwrap();
        Status::from_header_map(body.trailers().unwrap()).unwrap()
    }

    /// Begins the drain.
    pub fn shut_down(&mut self) {
        let _ = self.shutdown.take().unwrap().send(());
    }

    /// Waits until the server has ended.
    pub async fn ended(&mut self) {
        let done = self.done.take().unwrap();
        in_time(done).await.unwrap().unwrap();
    }
}

/// A connection of its own.
pub fn channel(address: SocketAddr) -> Channel {
    Endpoint::from_shared(format!("http://{address}"))
        .unwrap()
        .connect_lazy()
}

fn config(setup: &Setup, issuer: &Issuer, listen: SocketAddr, admin: SocketAddr) -> Config {
    let name = |text: &str| Name::new(text).unwrap();
    let timing = Timing {
        unknown_kid_cooldown: setup.cooldown,
        wait: setup.wait,
        ..Timing::default()
    };
    let policy = Arc::new(IssuerPolicy {
        name: name("prod"),
        identifier: issuer.url.as_str().into(),
        environment: "production".into(),
        algorithms: AlgorithmSet::asymmetric(),
        trusted: true,
        max_stale: Some(timing.max_stale),
    });
    let keys = KeySource::Remote(Remote {
        location: Location::JwksUri(format!("{}/jwks.json", issuer.url).parse().unwrap()),
        timing,
        ca: None,
        allow_http: true,
    });
    let audience = |text, value: &str| {
        AudiencePolicy::new(name(text), vec![value.into()], vec![policy.clone()])
    };
    Config {
        server: Server {
            listen,
            admin_listen: admin,
            reflection: true,
            disclosure: setup.disclosure,
            max_token_bytes: setup.max_token_bytes,
            drain: setup.drain,
        },
        insecure: Insecure {
            allow_http: true,
            plaintext: false,
        },
        audiences: vec![audience("orders", ORDERS), audience("payments", PAYMENTS)],
        issuers: vec![ConfiguredIssuer {
            issuer: policy,
            keys,
        }],
    }
}

pub fn question(token: &str) -> IntrospectRequest {
    IntrospectRequest {
        token: token.into(),
        audience: "orders".into(),
        ..IntrospectRequest::default()
    }
}

/// The second attempt of a client.
pub fn again<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    let attempts = request.metadata_mut();
    attempts.insert("grpc-previous-rpc-attempts", "1".parse().unwrap());
    request
}

pub fn codes(answer: &IntrospectResponse) -> Vec<String> {
    let rejections = answer.rejections.iter();
    rejections.map(|one| one.code.clone()).collect()
}

/// Status code, `ErrorInfo.reason`, and all details; the domain is checked here.
pub fn failure(status: &Status) -> (Code, String, ErrorDetails) {
    let details = status.get_error_details();
    let reason = details.error_info().map_or_else(String::new, |info| {
        assert_eq!(info.domain, "audient");
        info.reason.clone()
    });
    (status.code(), reason, details)
}

pub fn pushback(status: &Status) -> Option<&str> {
    let value = status.metadata().get("grpc-retry-pushback-ms")?;
    value.to_str().ok()
}

/// Fails where something hangs.
pub async fn in_time<F: Future>(future: F) -> F::Output {
    (tokio::time::timeout(PATIENCE, future).await).expect("it hangs")
}

/// Waits for something that will be true soon.
pub async fn until(mut condition: impl AsyncFnMut() -> bool) {
    in_time(async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}
