//! `audient audiences`: a running service's audiences.

mod text;

use clap::builder::NonEmptyStringValueParser;

use super::failed::Failed;
use super::proto_json::proto_json;
use super::service::{Admin, pages};
use super::table::print_styled;
use super::{Output, exit, on_runtime, print};
use crate::pb::{AudienceInfo, ListAudiencesRequest, ListAudiencesResponse};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Tell the whole policy of this audience
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    name: Option<String>,
    #[command(flatten)]
    admin: Admin,
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
    let mut client = args.admin.diagnostics().await?;
    pages(async |page_token| {
        let request = ListAudiencesRequest {
            page_token,
            name: args.name.clone().unwrap_or_default(),
            ..ListAudiencesRequest::default()
        };
        let page = client.list_audiences(request).await?.into_inner();
        Ok((page.audiences, page.next_page_token))
    })
    .await
}
