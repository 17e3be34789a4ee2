//! `audient health`: asks grpc.health.v1 on the admin port.

use std::time::Duration;

use serde_json::json;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use super::failed::Failed;
use super::service::{Tls, endpoint};
use super::{Output, exit, on_runtime, print, print_json};

/// Shorter than the patience of any probe.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Admin address of the service
    #[arg(long, env = "AUDIENT_ADMIN_ADDR", default_value = "127.0.0.1:50052")]
    addr: String,
    /// What to ask about: nothing, a service's full name, or audience/NAME
    #[arg(long, default_value = "")]
    service: String,
    #[command(flatten)]
    tls: Tls,
}

pub(super) fn run(args: &Args, output: Output) -> Result<u8, Failed> {
    let status = on_runtime(async { Ok(ask(args).await?) })?;
    match output {
        Output::Text => print(&format!("{status}\n")),
        Output::Json => print_json(&json!({ "status": status })),
    }
    Ok(if status == "SERVING" {
        exit::OK
    } else {
        exit::FAILED
    })
}

/// Waits until the service on this admin address is ready, for some seconds.
pub(super) async fn until_ready(addr: &str) -> Result<(), String> {
    let args = Args {
        addr: addr.to_owned(),
        service: String::new(),
        tls: Tls::default(),
    };
    for _ in 0..100 {
        if ask(&args).await == Ok("SERVING") {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(format!("{addr}: not ready"))
}

async fn ask(args: &Args) -> Result<&'static str, String> {
    let unreachable = |why: &str| format!("{}: {why}", args.addr);
    let channel = endpoint(&args.addr, &args.tls)?
        .connect_timeout(PATIENCE)
        .timeout(PATIENCE)
        .connect()
        .await
        .map_err(|_| unreachable("nobody answers; is the service running?"))?;
    let request = HealthCheckRequest {
        service: args.service.clone(),
    };
    match HealthClient::new(channel).check(request).await {
        Ok(answer) => Ok(match answer.into_inner().status() {
            ServingStatus::Serving => "SERVING",
            ServingStatus::NotServing => "NOT_SERVING",
            ServingStatus::Unknown | ServingStatus::ServiceUnknown => "UNKNOWN",
        }),
        Err(status) if status.code() == Code::NotFound => Ok("SERVICE_UNKNOWN"),
        Err(status) => Err(unreachable(status.message())),
    }
}
