//! `audient explain`: every check of a token, and the cause of a no.

mod checks;
mod head;
mod near_miss;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
mod text;

use tonic::Status;

use super::failed::failed;
use super::look::Look;
use super::proto_json::proto_json;
use super::service::{Tls, connect};
use super::token::TokenArgs;
use super::{Output, block_on, complain, exit, print};
use crate::pb::audience_explanation::Answer;
use crate::pb::diagnostics_service_client::DiagnosticsServiceClient;
use crate::pb::{ExplainRequest, ExplainResponse};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Admin address of the service
    #[arg(long, env = "AUDIENT_ADMIN_ADDR", default_value = "127.0.0.1:50052")]
    addr: String,
    /// Name of the audience; without it every one is told about, the nearest first
    #[arg(long, value_name = "NAME")]
    audience: Option<String>,
    /// A scope that is needed beside the policy's; may repeat
    #[arg(long)]
    scope: Vec<String>,
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
    let request = ExplainRequest {
        token,
        audience: args.audience.clone().unwrap_or_default(),
        at: None,
        required_scopes: args.scope.clone(),
    };
    block_on(async {
        match ask(args, request).await {
            Ok(answer) => {
                print(&match output {
                    Output::Text => text::text(&answer, Look::of_stdout()),
                    Output::Json => format!("{}\n", proto_json("ExplainResponse", &answer)?),
                });
                Ok(code(&answer))
            }
            Err(status) => Ok(failed(&status)),
        }
    })
}

async fn ask(args: &Args, request: ExplainRequest) -> Result<ExplainResponse, Status> {
    let channel = connect(&args.addr, &args.tls).await?;
    let answer = DiagnosticsServiceClient::new(channel)
        .explain(request)
        .await?;
    Ok(answer.into_inner())
}

/// The exit code: the best answer of any audience. None is not a no.
fn code(answer: &ExplainResponse) -> u8 {
    let is = |wanted| {
        answer
            .audiences
            .iter()
            .any(|audience| audience.answer() == wanted)
    };
    if is(Answer::Active) {
        exit::OK
    } else if is(Answer::Inactive) && !is(Answer::CannotTell) {
        exit::FAILED
    } else {
        exit::CANNOT_TELL
    }
}
