//! From a configuration to a running service: runtimes, key store, World.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};
use tracing::{info, warn};

use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::jwks::store::KeyStore;
use crate::policy::Policies;
use crate::policy::caller::Caller;
use crate::replica::Replica;
use crate::server::{self, Exposure, Ports, Served, Settings};
use crate::telemetry::metrics::Metrics;
use crate::telemetry::observe::Observer;
use crate::world::{About, World};

/// Two runtimes: callers are served on one, and no load on it can hold up
/// fetches, probes and signals, which have the other.
#[derive(Debug)]
pub struct Runtimes {
    /// Callers.
    pub workers: Runtime,
    /// Everything else.
    pub control: Runtime,
}

impl Runtimes {
    /// The signals that end this process.
    ///
    /// # Errors
    /// As [`signals`], in words.
    pub fn signals(&self) -> Result<impl Future<Output = ()> + use<>, String> {
        let _context = self.control.enter();
        signals().map_err(|error| format!("cannot watch for signals: {error}"))
    }

    /// Starts both.
    ///
    /// # Errors
    /// The system has no threads to give.
    pub fn start() -> io::Result<Self> {
        Ok(Self {
            workers: Builder::new_multi_thread()
                .thread_name("worker")
                .enable_all()
                .build()?,
            control: Builder::new_multi_thread()
                .worker_threads(1)
                .thread_name("control")
                .enable_all()
                .build()?,
        })
    }
}

/// Where a service is reached.
#[derive(Debug)]
pub struct Sockets {
    /// gRPC for callers.
    pub listen: std::net::TcpListener,
    /// Probes, metrics, diagnostics.
    pub admin: std::net::TcpListener,
}

impl Sockets {
    /// Binds both addresses of a configuration.
    ///
    /// # Errors
    /// Which address, and why.
    pub fn bind(config: &Config) -> Result<Self, String> {
        let bind = |key: &str, address: std::net::SocketAddr| {
            std::net::TcpListener::bind(address)
                .map_err(|error| format!("server.{key} {address}: {error}"))
        };
        Ok(Self {
            listen: bind("listen", config.server.listen)?,
            admin: bind("admin_listen", config.server.admin_listen)?,
        })
    }
}

/// Serves a configuration until `shutdown`, and drains.
///
/// # Errors
/// Why it cannot be served, in words.
pub fn run(
    config: &Config,
    sockets: Sockets,
    runtimes: &Runtimes,
    exposure: Exposure,
    shutdown: impl Future<Output = ()>,
) -> Result<(), String> {
    let control = runtimes.control.handle().clone();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let policies = policies(config);
    let metrics = Arc::new(Metrics::new(&policies));
    let store = KeyStore::over_http(control.clone(), clock.clone());
    let replica = Replica::here(clock.now().wall);
    let world = world(config, policies, &store);
    announce(config, &sockets, &world.about);
    let served = Served {
        world: Arc::new(ArcSwap::from_pointee(world)),
        clock,
        replica,
        observer: Arc::new(Observer::new(metrics)),
    };
    let settings = Settings {
        reflection: config.server.reflection,
        drain: config.server.drain,
        plaintext: config.insecure.plaintext,
        exposure,
    };
    runtimes.workers.block_on(async {
        let listener = |socket: std::net::TcpListener| {
            socket
                .set_nonblocking(true)
                .map_err(|error| error.to_string())?;
            TcpListener::from_std(socket).map_err(|error| error.to_string())
        };
        let listen = listener(sockets.listen)?;
        let admin = {
            // Registered with the runtime that will accept on it.
            let _control = control.enter();
            listener(sockets.admin)?
        };
        server::run(Ports { listen, admin }, served, settings, control, shutdown).await
    })
}

/// The policies of a configuration.
#[must_use]
pub fn policies(config: &Config) -> Policies {
    let issuers = config
        .issuers
        .iter()
        .map(|one| one.issuer.clone())
        .collect();
    Policies::new(issuers, config.audiences.clone())
}

/// The World of a configuration; fetching starts with it.
#[must_use]
pub fn world(config: &Config, policies: Policies, store: &KeyStore) -> World {
    let keys = (config.issuers.iter()).filter_map(|one| {
        let handle = store.handle(&one.issuer, &one.keys)?;
        Some((one.issuer.name.clone(), handle))
    });
    World {
        keys: keys.collect(),
        policies,
        denied: HashMap::new(),
        anyone: Caller::anyone(config.server.disclosure),
        max_token_bytes: config.server.max_token_bytes,
        generation: 1,
        about: About {
            sources: (config.issuers.iter())
                .map(|one| (one.issuer.name.clone(), one.keys.shown()))
                .collect(),
            digest: config.digest().into(),
            loaded_at: Some(store.clock().now().wall),
        },
    }
}

fn announce(config: &Config, sockets: &Sockets, about: &About) {
    for used in config.insecure_uses() {
        warn!(used, "insecure");
    }
    let address = |socket: &std::net::TcpListener| {
        socket
            .local_addr()
            .map_or_else(|error| error.to_string(), |at| at.to_string())
    };
    info!(
        version = env!("CARGO_PKG_VERSION"),
        listen = address(&sockets.listen),
        admin_listen = address(&sockets.admin),
        issuers = config.issuers.len(),
        audiences = config.audiences.len(),
        config_digest = &*about.digest,
        "serving"
    );
}

/// Watches for signals from now on. The future ends on SIGTERM or SIGINT. SIGHUP asks
/// for a reload, which this version does not have: it is told and ignored, so that it
/// does not end the process. Needs the runtime it is called in.
///
/// # Errors
/// The system does not let this process watch signals.
fn signals() -> io::Result<impl Future<Output = ()>> {
    let mut term = signal(SignalKind::terminate())?;
    let mut int = signal(SignalKind::interrupt())?;
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(async move {
        loop {
            tokio::select! {
                _ = term.recv() => return,
                _ = int.recv() => return,
                _ = hangup.recv() => {
                    warn!("SIGHUP ignored: this version does not reload; restart it");
                }
            }
        }
    })
}
