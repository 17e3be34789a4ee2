//! `audient introspect`: asks a running service about a token, or judges it here.

#[cfg(test)]
mod tests;
mod text;

use super::at::{FORMS, at};
use super::failed::Failed;
use super::here::Here;
use super::look::Look;
use super::proto_json::proto_json;
use super::service::{Tls, connect};
use super::token::{TokenArgs, hint_if_missing};
use super::{Output, exit, on_runtime, print};
use crate::grpc::service;
use crate::pb::introspection_service_client::IntrospectionServiceClient;
use crate::pb::{ClaimsFormat, IntrospectRequest, IntrospectResponse};
use crate::token::numeric_date::NumericDate;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Name of the audience
    #[arg(long, value_name = "NAME")]
    audience: String,
    /// A scope that is needed beside the policy's; may repeat
    #[arg(long)]
    scope: Vec<String>,
    /// Print the claims of an active token, too
    #[arg(long)]
    claims: bool,
    #[command(flatten)]
    token: TokenArgs,
    /// Address of the service
    #[arg(long, env = "AUDIENT_ADDR", default_value = "127.0.0.1:50051")]
    addr: String,
    #[command(flatten)]
    tls: Tls,
    #[command(flatten)]
    here: Here,
    /// Judge at this time instead of now; keys and policies stay
    #[arg(long, value_name = FORMS, value_parser = at, requires = "config")]
    at: Option<NumericDate>,
}

pub(super) fn run(args: &Args, output: Output) -> Result<u8, Failed> {
    let token = args.token.read().map_err(Failed::usage)?;
    hint_if_missing(&token);
    let format = if args.claims {
        ClaimsFormat::Json
    } else {
        ClaimsFormat::Unspecified
    };
    let request = IntrospectRequest {
        token,
        audience: args.audience.clone(),
        claims_format: format.into(),
        required_scopes: args.scope.clone(),
    };
    let answer = on_runtime(async {
        if args.here.is_wanted() {
            judge(args, &request).await
        } else {
            ask(args, request).await
        }
    })?;
    match output {
        Output::Text => print(&text::text(&answer, Look::of_stdout())),
        Output::Json => print(&format!("{}\n", proto_json("IntrospectResponse", &answer)?)),
    }
    Ok(match answer.active {
        Some(true) => exit::OK,
        Some(false) => exit::FAILED,
        // The service always says: what answered is none, and no no.
        None => exit::CANNOT_TELL,
    })
}

async fn judge(args: &Args, request: &IntrospectRequest) -> Result<IntrospectResponse, Failed> {
    let bench = args.here.open(Some(&args.audience), args.at).await?;
    service::answer(&bench.world, request, bench.now, None, |_| ())
        .await
        .map_err(|failure| Failed::from(failure).with_notes(bench.troubles()))
}

async fn ask(args: &Args, request: IntrospectRequest) -> Result<IntrospectResponse, Failed> {
    let channel = connect(&args.addr, &args.tls).await?;
    let answer = IntrospectionServiceClient::new(channel)
        .introspect(request)
        .await?;
    Ok(answer.into_inner())
}
