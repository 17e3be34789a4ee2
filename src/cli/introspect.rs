//! `audient introspect`: asks a running service about a token.

use tonic::Status;

use super::failed::failed;
use super::proto_json::proto_json;
use super::service::{Tls, connect};
use super::token::TokenArgs;
use super::{Output, block_on, complain, exit, print};
use crate::escape::escape;
use crate::pb::introspection_service_client::IntrospectionServiceClient;
use crate::pb::{ClaimsFormat, IntrospectRequest, IntrospectResponse};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Address of the service
    #[arg(long, env = "AUDIENT_ADDR", default_value = "127.0.0.1:50051")]
    addr: String,
    /// Name of the audience
    #[arg(long)]
    audience: String,
    /// A scope that is needed beside the policy's; may repeat
    #[arg(long)]
    scope: Vec<String>,
    /// Print the claims of an active token, too
    #[arg(long)]
    claims: bool,
    #[command(flatten)]
    tls: Tls,
    #[command(flatten)]
    token: TokenArgs,
}

pub(super) fn run(args: &Args, output: Output) -> u8 {
    let token = match args.token.read() {
        Ok(token) => token,
        Err(why) => {
            complain(&why);
            return exit::USAGE;
        }
    };
    block_on(async {
        match ask(args, token).await {
            Ok(answer) => {
                match output {
                    Output::Text => print(&text(&answer)),
                    Output::Json => {
                        print(&format!("{}\n", proto_json("IntrospectResponse", &answer)?));
                    }
                }
                let active = answer.active();
                Ok(if active { exit::OK } else { exit::FAILED })
            }
            Err(status) => Ok(failed(&status)),
        }
    })
}

async fn ask(args: &Args, token: String) -> Result<IntrospectResponse, Status> {
    let channel = connect(&args.addr, &args.tls).await?;
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
    let answer = IntrospectionServiceClient::new(channel)
        .introspect(request)
        .await?;
    Ok(answer.into_inner())
}

fn text(answer: &IntrospectResponse) -> String {
    let mut lines = Vec::new();
    if answer.active() {
        lines.push(format!("active for {}", escape(&answer.matched_audience)));
        if let Some(span) = answer.cacheable_for {
            lines.push(format!("cacheable for {} s", span.seconds));
        }
    } else {
        lines.push("inactive".to_owned());
        for rejection in &answer.rejections {
            lines.push(format!("  {}: {}", rejection.code, rejection.message));
        }
    }
    if !answer.claims_json.is_empty() {
        lines.push(answer.claims_json.clone());
    }
    lines.push(String::new());
    lines.join("\n")
}
