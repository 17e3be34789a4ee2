//! `audient introspect`: asks a running service about a token.

use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;
use std::time::Duration;

use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::{Output, block_on, complain, exit, print};
use crate::escape::escape;
use crate::pb::introspection_service_client::IntrospectionServiceClient;
use crate::pb::{ClaimsFormat, FILE_DESCRIPTOR_SET, IntrospectRequest, IntrospectResponse};

const PATIENCE: Duration = Duration::from_secs(10);

/// More than any service reads.
const MAX_TOKEN_BYTES: u64 = 4 * 1024 * 1024;

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
    /// Where the token is; otherwise it is read from standard input, or from
    /// AUDIENT_TOKEN if nothing comes there
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

pub(super) fn run(args: &Args, output: Output) -> u8 {
    let token = match token(args) {
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
                    Output::Json => print(&format!("{}\n", json(&answer)?)),
                }
                let active = answer.active();
                Ok(if active { exit::OK } else { exit::FAILED })
            }
            Err(status) => {
                complain(&format!("{:?}: {}", status.code(), status.message()));
                if let Some(wait) = status
                    .get_details_retry_info()
                    .and_then(|info| info.retry_delay)
                {
                    complain(&format!("try again in {} s", wait.as_secs()));
                }
                Ok(code_of(&status))
            }
        }
    })
}

fn code_of(status: &Status) -> u8 {
    match status.code() {
        Code::InvalidArgument | Code::NotFound | Code::PermissionDenied | Code::Unauthenticated => {
            exit::USAGE
        }
        Code::ResourceExhausted if reason(status) == "MESSAGE_TOO_LARGE" => exit::USAGE,
        _ => exit::CANNOT_TELL,
    }
}

fn reason(status: &Status) -> String {
    (status.get_details_error_info()).map_or_else(String::new, |info| info.reason)
}

/// The token: from a file, else piped in, else from the environment. The line break
/// at the end is the shell's, not the token's.
fn token(args: &Args) -> Result<String, String> {
    let variable = std::env::var("AUDIENT_TOKEN").ok();
    let mut text = String::new();
    if let Some(path) = &args.token_file {
        text = std::fs::read_to_string(path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
    } else if variable.is_none() || !std::io::stdin().is_terminal() {
        std::io::stdin()
            .take(MAX_TOKEN_BYTES)
            .read_to_string(&mut text)
            .map_err(|error| format!("standard input: {error}"))?;
    }
    let end = text.trim_end_matches(['\r', '\n']).len();
    text.truncate(end);
    // What is piped in is meant; the environment may be older.
    match variable {
        Some(token) if text.is_empty() && args.token_file.is_none() => Ok(token),
        _ => Ok(text),
    }
}

async fn ask(args: &Args, token: String) -> Result<IntrospectResponse, Status> {
    let about = |why: &str| format!("{}: {why}", args.addr);
    let channel = super::endpoint(&args.addr)
        .map_err(Status::invalid_argument)?
        .connect_timeout(PATIENCE)
        .timeout(PATIENCE)
        .connect()
        .await
        // Nobody judged the token: that it is inactive must not be read from the code.
        .map_err(|_| Status::unavailable(about("nobody answers; is the service running?")))?;
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

/// The RPC's answer in proto JSON with the names of the proto file.
fn json(answer: &IntrospectResponse) -> Result<String, String> {
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET).map_err(|error| error.to_string())?;
    let message = pool
        .get_message_by_name("audient.v1.IntrospectResponse")
        .ok_or("the descriptor set lacks IntrospectResponse")?;
    let dynamic = DynamicMessage::decode(message, answer.encode_to_vec().as_slice())
        .map_err(|error| error.to_string())?;
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::pretty(&mut text);
    let options = SerializeOptions::new().use_proto_field_name(true);
    dynamic
        .serialize_with_options(&mut serializer, &options)
        .map_err(|error| error.to_string())?;
    String::from_utf8(text).map_err(|error| error.to_string())
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
