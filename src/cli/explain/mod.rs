//! `audient explain`: every check of a token, and the cause of a no.

mod checks;
pub(super) mod head;
mod near_miss;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
mod text;

use super::at::{FORMS, at};
use super::failed::Failed;
use super::here::Here;
use super::look::Look;
use super::proto_json::proto_json;
use super::service::Admin;
use super::token::{TokenArgs, hint_if_missing};
use super::{Output, complain, exit, on_runtime, print};
use crate::grpc::details::timestamp;
use crate::grpc::diagnostics::explain;
use crate::pb::audience_explanation::Answer;
use crate::pb::{ExplainRequest, ExplainResponse};
use crate::token::numeric_date::NumericDate;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Name of the audience; without it every one is told about, the nearest first
    #[arg(long, value_name = "NAME")]
    audience: Option<String>,
    /// A scope that is needed beside the policy's; may repeat
    #[arg(long)]
    scope: Vec<String>,
    /// Judge at this time instead of now; keys and policies stay
    #[arg(long, value_name = FORMS, value_parser = at)]
    at: Option<NumericDate>,
    #[command(flatten)]
    token: TokenArgs,
    #[command(flatten)]
    admin: Admin,
    #[command(flatten)]
    here: Here,
}

impl Args {
    fn request(&self, token: String) -> ExplainRequest {
        ExplainRequest {
            token,
            audience: self.audience.clone().unwrap_or_default(),
            at: self.at.map(timestamp),
            required_scopes: self.scope.clone(),
        }
    }
}

pub(super) fn run(args: &Args, output: Output) -> Result<u8, Failed> {
    let token = args.token.read().map_err(Failed::usage)?;
    hint_if_missing(&token);
    let request = args.request(token);
    let answer = on_runtime(async {
        if args.here.is_wanted() {
            judge(args, &request).await
        } else {
            ask(args, request).await
        }
    })?;
    print(&match output {
        Output::Text => text::text(&answer, Look::of_stdout()),
        Output::Json => format!("{}\n", proto_json("ExplainResponse", &answer)?),
    });
    Ok(code(&answer))
}

async fn judge(args: &Args, request: &ExplainRequest) -> Result<ExplainResponse, Failed> {
    // With the keys of every issuer: one that this audience does not trust has a name and
    // a signature to tell about, too. The time goes with the request.
    let bench = args.here.open(None, None).await?;
    let caller = &bench.world.anyone;
    let answer = explain::answer(&bench.world, request, caller, bench.now).await?;
    if code(&answer) == exit::CANNOT_TELL {
        bench.troubles().iter().for_each(|line| complain(line));
    }
    Ok(answer)
}

async fn ask(args: &Args, request: ExplainRequest) -> Result<ExplainResponse, Failed> {
    let answer = (args.admin.diagnostics().await?).explain(request).await?;
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
