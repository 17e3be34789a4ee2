//! `audient audiences`: a running service's audiences.

mod text;

use clap::builder::NonEmptyStringValueParser;

use super::failed::Failed;
use super::proto_json::proto_json;
use super::service::{MAX_PAGES, Tls, connect};
use super::table::print_styled;
use super::{Output, exit, on_runtime, print};
use crate::pb::diagnostics_service_client::DiagnosticsServiceClient;
use crate::pb::{AudienceInfo, ListAudiencesRequest, ListAudiencesResponse};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Tell the whole policy of this audience
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    name: Option<String>,
    /// Admin address of the service
    #[arg(long, env = "AUDIENT_ADMIN_ADDR", default_value = "127.0.0.1:50052")]
    addr: String,
    #[command(flatten)]
    tls: Tls,
}

pub(super) fn run(args: &Args, output: Output) -> Result<u8, Failed> {
    let audiences = on_runtime(ask(args))?;
    match output {
        Output::Text if args.name.is_some() => print_styled(&text::policies(&audiences)?),
        Output::Text => print_styled(&text::table(&audiences)),
        Output::Json => {
            let answer = ListAudiencesResponse {
                audiences,
                next_page_token: String::new(),
            };
            print(&format!(
                "{}\n",
                proto_json("ListAudiencesResponse", &answer)?
            ));
        }
    }
    Ok(exit::OK)
}

/// The one that was named, or every page.
async fn ask(args: &Args) -> Result<Vec<AudienceInfo>, Failed> {
    let channel = connect(&args.addr, &args.tls).await?;
    let mut client = DiagnosticsServiceClient::new(channel);
    let mut audiences = Vec::new();
    let mut page_token = String::new();
    for _ in 0..MAX_PAGES {
        let request = ListAudiencesRequest {
            page_token,
            name: args.name.clone().unwrap_or_default(),
            ..ListAudiencesRequest::default()
        };
        let page = client.list_audiences(request).await?.into_inner();
        audiences.extend(page.audiences);
        if page.next_page_token.is_empty() {
            return Ok(audiences);
        }
        page_token = page.next_page_token;
    }
    Err(Failed::new("the pages of this service do not end"))
}
