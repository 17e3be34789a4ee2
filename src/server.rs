//! Binds, serves, drains.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use axum::Router;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, watch};
use tokio_stream::Stream;
use tokio_util::sync::CancellationToken;
use tonic::service::{Routes, RoutesBuilder};
use tonic::transport::Server;
use tonic_health::pb::health_server::HealthServer;
use tracing::{error, info};

use crate::clock::Clock;
use crate::grpc::diagnostics::Diagnostics;
use crate::grpc::drain::InFlight;
use crate::grpc::health::{HealthService, State};
use crate::grpc::outer::Outer;
use crate::grpc::service::Introspection;
use crate::grpc::unserved::Unserved;
use crate::grpc::{MAX_MESSAGE_BYTES, reflection};
use crate::io::{Io, incoming};
use crate::pb::admin_service_server::AdminServiceServer;
use crate::pb::diagnostics_service_server::DiagnosticsServiceServer;
use crate::pb::introspection_service_server::IntrospectionServiceServer;
use crate::probes::probes;
use crate::readiness;
use crate::replica::Replica;
use crate::telemetry::observe::Observer;
use crate::world::World;

const INTROSPECTION: &str = "audient.v1.IntrospectionService";
const DIAGNOSTICS: &str = "audient.v1.DiagnosticsService";
const ADMIN: &str = "audient.v1.AdminService";
const HEALTH: &str = "grpc.health.v1.Health";

/// gRPC pins one connection a client: without an end to it a new replica would
/// get no load.
const CONNECTION_AGE: Duration = Duration::from_secs(10 * 60);

/// A peer that is gone without a word is noticed after this and the timeout below.
const KEEPALIVE: Duration = Duration::from_secs(30);
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// Calls under way on one connection.
const MAX_STREAMS: u32 = 1024;

/// Bytes of one request, and of all requests on a connection, that wait to be read.
/// A stream that is held back must not take the whole window: it would hold back
/// every call beside it.
const STREAM_WINDOW: u32 = 256 * 1024;
const CONNECTION_WINDOW: u32 = 1024 * 1024;

/// All headers of a request together. The token is not one of them.
const MAX_HEADER_BYTES: u32 = 16 * 1024;

/// A drain is over early once no call came for this long: the load balancer has
/// seen that this replica is not ready.
const QUIET: Duration = Duration::from_secs(1);

/// What connections get to close in after the drain.
const CLOSING: Duration = Duration::from_secs(1);

/// Which services stand on which port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposure {
    /// Introspection on `listen`; diagnostics, admin, probes on `admin_listen`.
    Split,
    /// Everything gRPC on both: for `dev`, on loopback.
    Everywhere,
}

/// How to serve.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether reflection is served.
    pub reflection: bool,
    /// How long a drain may take.
    pub drain: Duration,
    /// `[insecure] plaintext`
    pub plaintext: bool,
    /// Which services stand where.
    pub exposure: Exposure,
}

/// Two sockets that are bound.
#[derive(Debug)]
pub struct Ports {
    /// gRPC for callers.
    pub listen: TcpListener,
    /// Probes, metrics, diagnostics.
    pub admin: TcpListener,
}

/// What is served.
#[derive(Clone)]
pub struct Served {
    /// The configuration in force.
    pub world: Arc<ArcSwap<World>>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Who hears of decisions.
    pub observer: Arc<Observer>,
    /// Who serves it.
    pub replica: Replica,
}

/// Serves until `shutdown`, then drains. Callers are served on this runtime;
/// probes, metrics and readiness on `control`, where no load can starve them.
///
/// # Errors
/// A server that cannot be started, in words.
pub async fn run(
    ports: Ports,
    served: Served,
    settings: Settings,
    control: Handle,
    shutdown: impl Future<Output = ()>,
) -> Result<(), String> {
    let (health, state) = watch::channel(State::default());
    let drain = Drain::default();
    let admin_address = ports
        .admin
        .local_addr()
        .map_err(|error| error.to_string())?;
    let public = public_port(&served, &settings, &state, &drain)?;
    let private = private_port(&served, &settings, &state, &drain, admin_address)?;

    let admin = control.spawn(serve(private, incoming(ports.admin), drain.stop.clone()));
    let callers = tokio::spawn(serve(public, incoming(ports.listen), drain.stop.clone()));
    let draining = health.clone();
    control.spawn(readiness::run(
        served.world.clone(),
        served.clock.clone(),
        health,
    ));
    control.spawn(flush_log(served.clone(), drain.stop.clone()));

    shutdown.await;
    info!(drain = ?settings.drain, "draining");
    draining.send_modify(|state| state.draining = true);
    let finished = drain.wait(settings.drain).await;
    info!(finished, "stopping");
    drain.cut.cancel();
    drain.stop.cancel();
    for server in [callers, admin] {
        if let Ok(Ok(Err(error))) = tokio::time::timeout(CLOSING, server).await {
            error!(%error, "server");
        }
    }
    Ok(())
}

/// One port: its routes within the outer layers.
struct Port {
    routes: Routes,
    outer: Outer,
}

#[derive(Clone, Default)]
struct Drain {
    in_flight: InFlight,
    /// Ends what is not finished.
    cut: CancellationToken,
    /// Closes the connections.
    stop: CancellationToken,
}

impl Drain {
    /// Waits until no call was under way, and none came, for a while.
    async fn wait(&self, longest: Duration) -> bool {
        let quiet = async {
            let mut last = self.in_flight.now();
            let mut calm = Duration::ZERO;
            let step = QUIET / 10;
            while calm < QUIET {
                tokio::time::sleep(step).await;
                let now = self.in_flight.now();
                calm = if now == last && now.0 == 0 {
                    calm + step
                } else {
                    Duration::ZERO
                };
                last = now;
            }
        };
        tokio::time::timeout(longest, quiet).await.is_ok()
    }

    fn outer(&self, served: &Served, plain_http: Option<Router>) -> Outer {
        Outer {
            clock: served.clock.clone(),
            metrics: served.observer.metrics.clone(),
            in_flight: self.in_flight.clone(),
            cut: self.cut.clone(),
            plain_http,
        }
    }
}

fn public_port(
    served: &Served,
    settings: &Settings,
    state: &watch::Receiver<State>,
    drain: &Drain,
) -> Result<Port, String> {
    let services: &[&str] = match settings.exposure {
        Exposure::Split => &[INTROSPECTION, HEALTH],
        Exposure::Everywhere => &[INTROSPECTION, DIAGNOSTICS, ADMIN, HEALTH],
    };
    Ok(Port {
        routes: routes(served, settings.reflection, state, drain, services)?,
        outer: drain.outer(served, None),
    })
}

fn private_port(
    served: &Served,
    settings: &Settings,
    state: &watch::Receiver<State>,
    drain: &Drain,
    address: SocketAddr,
) -> Result<Port, String> {
    // In plain text, off this machine: probes and metrics, but nothing to operate.
    let exposed = !address.ip().to_canonical().is_loopback() && !settings.plaintext;
    let services: &[&str] = match settings.exposure {
        _ if exposed => &[HEALTH],
        Exposure::Split => &[DIAGNOSTICS, ADMIN, HEALTH],
        Exposure::Everywhere => &[INTROSPECTION, DIAGNOSTICS, ADMIN, HEALTH],
    };
    let reflected = settings.reflection && !exposed;
    let http = probes(served, state.clone());
    Ok(Port {
        routes: routes(served, reflected, state, drain, services)?,
        outer: drain.outer(served, Some(http)),
    })
}

fn routes(
    served: &Served,
    reflected: bool,
    state: &watch::Receiver<State>,
    drain: &Drain,
    services: &[&'static str],
) -> Result<Routes, String> {
    let mut routes = RoutesBuilder::default();
    if services.contains(&INTROSPECTION) {
        let service = Introspection {
            world: served.world.clone(),
            clock: served.clock.clone(),
            observer: served.observer.clone(),
            cut: drain.cut.clone(),
        };
        let service = IntrospectionServiceServer::new(service);
        routes.add_service(service.max_decoding_message_size(MAX_MESSAGE_BYTES));
    }
    if services.contains(&DIAGNOSTICS) {
        routes.add_service(
            DiagnosticsServiceServer::new(Diagnostics {
                world: served.world.clone(),
                clock: served.clock.clone(),
                replica: served.replica.clone(),
                explaining: Arc::new(Semaphore::new(1)),
            })
            .max_decoding_message_size(MAX_MESSAGE_BYTES),
        );
    }
    if services.contains(&ADMIN) {
        routes.add_service(AdminServiceServer::new(Unserved));
    }
    let mut names = services.to_vec();
    if reflected {
        names.extend(reflection::SERVICES);
        reflection::add(&mut routes, &names).map_err(|error| error.to_string())?;
    }
    routes.add_service(HealthServer::new(HealthService {
        state: state.clone(),
        services: names.into(),
    }));
    Ok(routes.routes())
}

async fn serve(
    port: Port,
    incoming: impl Stream<Item = std::io::Result<Io>>,
    stop: CancellationToken,
) -> Result<(), tonic::transport::Error> {
    Server::builder()
        .accept_http1(port.outer.plain_http.is_some())
        .max_connection_age(CONNECTION_AGE)
        .http2_keepalive_interval(Some(KEEPALIVE))
        .http2_keepalive_timeout(Some(KEEPALIVE_TIMEOUT))
        .max_concurrent_streams(Some(MAX_STREAMS))
        .initial_stream_window_size(Some(STREAM_WINDOW))
        .initial_connection_window_size(Some(CONNECTION_WINDOW))
        .http2_max_header_list_size(Some(MAX_HEADER_BYTES))
        .layer(port.outer)
        .add_routes(port.routes)
        .serve_with_incoming_shutdown(incoming, stop.cancelled_owned())
        .await
}

/// Tells once a second how many log lines were left out.
async fn flush_log(served: Served, stop: CancellationToken) {
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        served.observer.flush(served.clock.now().monotonic);
    }
}
