//! `audient dev`: a service, an issuer and lines to paste, on loopback. No files,
//! no network, no root.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tracing::error;
use url::Url;

use super::failed::Failed;
use super::{Output, complain, exit, print, print_json};
use crate::boot::{self, Runtimes, Sockets};
use crate::clock::{Clock as _, SystemClock};
use crate::config::{Config, ConfiguredIssuer, Insecure, Server};
use crate::dev::mint::{Mint, MintRequest};
use crate::dev::{issuer, keys, lines};
use crate::jwks::source::{KeySource, Location, Remote, Timing};
use crate::policy::Name;
use crate::policy::audience::AudiencePolicy;
use crate::policy::caller::Disclosure;
use crate::policy::issuer::Issuer;
use crate::server::Exposure;
use crate::telemetry::logging;
use crate::token::algorithm::AlgorithmSet;

const LISTEN: u16 = 50051;
const ADMIN: u16 = 50052;
const ISSUER: u16 = 50053;

/// Nobody waits for a load balancer here.
const DRAIN: Duration = Duration::from_millis(200);

/// What a command gets to end by itself after a signal.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Codes of commands that a signal ended start here.
const SIGNALLED: u8 = 128;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Run this once the service is ready, with AUDIENT_ADDR, AUDIENT_ADMIN_ADDR,
    /// AUDIENT_ISSUER and AUDIENT_TOKEN (a good one for `orders`) set, and end with its exit code
    #[arg(last = true, value_name = "CMD")]
    command: Vec<String>,
}

/// Where everything is.
struct Places {
    listen: SocketAddr,
    admin: SocketAddr,
    issuer: String,
}

pub(super) fn run(args: &Args, output: Output) -> Result<u8, Failed> {
    if std::env::var_os("RUST_LOG").is_some() || args.command.is_empty() {
        logging::start();
    }
    Ok(start(args, output)?)
}

fn start(args: &Args, output: Output) -> Result<u8, String> {
    let listen = bind(LISTEN)?;
    let admin = bind(ADMIN)?;
    let issuer = bind(ISSUER)?;
    let address = |socket: &TcpListener| socket.local_addr().map_err(|error| error.to_string());
    let places = Places {
        listen: address(&listen)?,
        admin: address(&admin)?,
        issuer: format!("http://{}", address(&issuer)?),
    };
    let mint = Arc::new(mint(&places.issuer)?);
    let config = config(&places)?;
    let runtimes = Runtimes::start().map_err(|error| format!("cannot start: {error}"))?;
    serve_issuer(&runtimes, issuer, mint.clone())?;

    let sockets = Sockets { listen, admin };
    let serve = |shutdown| boot::run(&config, sockets, &runtimes, Exposure::Everywhere, shutdown);
    if args.command.is_empty() {
        greet(&mint, &places, output)?;
        let shutdown: std::pin::Pin<Box<dyn Future<Output = ()>>> = Box::pin(runtimes.signals()?);
        serve(shutdown)?;
        return Ok(exit::OK);
    }
    let mut code = exit::FAILED;
    let command = command(args, &mint, &places)?;
    let signals = runtimes.signals()?;
    serve(Box::pin(async {
        code = run_command(command, &places, signals).await;
    }))?;
    Ok(code)
}

/// The usual port if it is free, else any, which is told.
fn bind(port: u16) -> Result<TcpListener, String> {
    let at = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let failed = |error: io::Error| format!("127.0.0.1:{port}: {error}");
    match at(port) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            let socket = at(0).map_err(failed)?;
            let address = socket.local_addr().map_err(failed)?;
            complain(&format!("127.0.0.1:{port} is in use; {address} instead"));
            Ok(socket)
        }
        bound => bound.map_err(failed),
    }
}

fn mint(issuer: &str) -> Result<Mint, String> {
    let failed = |_| "no random keys can be made on this machine".to_owned();
    let [(_, orders), _] = lines::AUDIENCES;
    // New keys have new kids, so that a service which knows those of an earlier run
    // asks for these.
    let run = std::process::id() & 0xffff;
    Ok(Mint {
        issuer: issuer.to_owned(),
        audience: orders.to_owned(),
        published: (keys::published().map_err(failed)?.into_iter())
            .map(|key| {
                let kid = format!("{}-{run:04x}", key.kid);
                key.renamed(kid)
            })
            .collect(),
        unpublished: keys::unpublished().map_err(failed)?,
    })
}

/// What a configuration file would say, without one.
fn config(places: &Places) -> Result<Config, String> {
    let name = |text: &str| Name::new(text).ok_or_else(|| format!("{text}: is no name"));
    let issuer = Arc::new(Issuer {
        name: name("dev")?,
        identifier: places.issuer.as_str().into(),
        environment: "dev".into(),
        algorithms: AlgorithmSet::asymmetric(),
        trusted: true,
        max_stale: Some(Timing::default().max_stale),
    });
    let discovery = format!("{}/.well-known/openid-configuration", places.issuer);
    let discovery = Url::parse(&discovery).map_err(|error| error.to_string())?;
    let keys = KeySource::Remote(Remote {
        location: Location::Discovery {
            urls: vec![discovery],
        },
        timing: Timing::default(),
        ca: None,
        allow_http: true,
    });
    let audiences: Result<Vec<_>, String> = (lines::AUDIENCES.into_iter())
        .map(|(audience, value)| {
            let issuers = vec![issuer.clone()];
            Ok(AudiencePolicy::new(
                name(audience)?,
                vec![value.into()],
                issuers,
            ))
        })
        .collect();
    Ok(Config {
        server: Server {
            listen: places.listen,
            admin_listen: places.admin,
            reflection: true,
            disclosure: Disclosure::Details,
            max_token_bytes: 16 * 1024,
            drain: DRAIN,
        },
        insecure: Insecure {
            allow_http: true,
            plaintext: false,
        },
        issuers: vec![ConfiguredIssuer { issuer, keys }],
        audiences: audiences?,
    })
}

fn serve_issuer(runtimes: &Runtimes, socket: TcpListener, mint: Arc<Mint>) -> Result<(), String> {
    socket
        .set_nonblocking(true)
        .map_err(|error| error.to_string())?;
    let _control = runtimes.control.enter();
    let listener = tokio::net::TcpListener::from_std(socket).map_err(|error| error.to_string())?;
    runtimes.control.spawn(async move {
        if let Err(error) = issuer::serve(listener, mint).await {
            error!(%error, "dev issuer");
        }
    });
    Ok(())
}

fn greet(mint: &Mint, places: &Places, output: Output) -> Result<(), String> {
    let examples = lines::examples(mint, SystemClock.now().wall.floor_seconds())?;
    match output {
        Output::Text => print(&lines::page(
            &examples,
            &places.listen.to_string(),
            &places.admin.to_string(),
            &places.issuer,
            &program(),
        )),
        Output::Json => {
            let examples: Vec<_> = (examples.iter())
                .map(|one| json!({ "title": one.title, "answer": one.answer, "token": one.token }))
                .collect();
            print_json(&json!({
                "listen": places.listen.to_string(),
                "admin_listen": places.admin.to_string(),
                "issuer": places.issuer,
                "examples": examples,
            }));
        }
    }
    Ok(())
}

/// How to call this program from where the person is.
fn program() -> String {
    let Ok(path) = std::env::current_exe() else {
        return "audient".into();
    };
    let here = std::env::current_dir().ok();
    let near = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_path_buf));
    near.unwrap_or(path).display().to_string()
}

fn command(args: &Args, mint: &Mint, places: &Places) -> Result<tokio::process::Command, String> {
    let (program, rest) = args.command.split_first().ok_or("no command")?;
    let now = SystemClock.now().wall.floor_seconds();
    let token = mint.token(&MintRequest::default(), now)?;
    let mut command = tokio::process::Command::new(program);
    command
        .args(rest)
        .env("AUDIENT_ADDR", places.listen.to_string())
        .env("AUDIENT_ADMIN_ADDR", places.admin.to_string())
        .env("AUDIENT_ISSUER", &places.issuer)
        .env("AUDIENT_TOKEN", token);
    Ok(command)
}

/// Runs the command once the service is ready, and returns its code. A signal to this
/// process ends the command as well: at a terminal it has heard of it already.
async fn run_command(
    mut command: tokio::process::Command,
    places: &Places,
    signals: impl Future<Output = ()>,
) -> u8 {
    if let Err(why) = super::health::until_ready(&places.admin.to_string()).await {
        complain(&why);
        return exit::FAILED;
    }
    let mut child = match command.kill_on_drop(true).spawn() {
        Ok(child) => child,
        Err(error) => {
            let name = command
                .as_std()
                .get_program()
                .to_string_lossy()
                .into_owned();
            complain(&format!("{name}: {error}"));
            return exit::FAILED;
        }
    };
    let ended = tokio::select! {
        ended = child.wait() => Some(ended),
        () = async {
            signals.await;
            tokio::time::sleep(LAST_WORDS).await;
        } => None,
    };
    match ended {
        Some(Ok(status)) => code_of(status),
        Some(Err(_)) => exit::FAILED,
        // As a shell says of a command that SIGTERM ended.
        None => SIGNALLED + 15,
    }
}

/// The code of a command, as a shell would tell it.
fn code_of(status: std::process::ExitStatus) -> u8 {
    let code = status.code().or_else(|| {
        let signal = status.signal()?;
        Some(i32::from(SIGNALLED) + signal)
    });
    code.and_then(|code| u8::try_from(code).ok())
        .unwrap_or(exit::FAILED)
}
