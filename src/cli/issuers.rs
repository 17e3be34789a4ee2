//! `audient issuers`: a running service's issuers and their keys.

mod text;

use clap::builder::NonEmptyStringValueParser;
use tonic::transport::Channel;

use super::failed::Failed;
use super::proto_json::proto_json;
use super::service::{Admin, pages};
use super::table::print_styled;
use super::{Output, exit, on_runtime, print};
use crate::clock::{Clock as _, SystemClock};
use crate::pb::diagnostics_service_client::DiagnosticsServiceClient;
use crate::pb::{IssuerState, ListIssuersRequest, ListIssuersResponse};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Tell everything about this issuer, its keys one by one
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    name: Option<String>,
    /// Tell that about every issuer
    #[arg(long)]
    keys: bool,
    #[command(flatten)]
    admin: Admin,
}

pub(super) fn run(args: &Args, output: Output) -> Result<u8, Failed> {
    let issuers = on_runtime(ask(args))?;
    let now = SystemClock.now().wall.floor_seconds();
    match output {
        Output::Text if args.keys || args.name.is_some() => {
            print_styled(&text::whole(&issuers, now));
        }
        Output::Text => print_styled(&text::table(&issuers, now)),
        Output::Json => {
            let answer = ListIssuersResponse {
                issuers,
                next_page_token: String::new(),
            };
            print(&format!(
                "{}\n",
                proto_json("ListIssuersResponse", &answer)?
            ));
        }
    }
    Ok(exit::OK)
}

async fn ask(args: &Args) -> Result<Vec<IssuerState>, Failed> {
    let mut client = args.admin.diagnostics().await?;
    if let Some(name) = &args.name {
        return one(&mut client, name).await;
    }
    let all = all(&mut client).await?;
    if !args.keys {
        return Ok(all);
    }
    let mut whole = Vec::new();
    for issuer in all {
        whole.extend(one(&mut client, &issuer.name).await?);
    }
    Ok(whole)
}

async fn all(client: &mut DiagnosticsServiceClient<Channel>) -> Result<Vec<IssuerState>, Failed> {
    pages(async |page_token| {
        let request = ListIssuersRequest {
            page_token,
            ..ListIssuersRequest::default()
        };
        let page = client.list_issuers(request).await?.into_inner();
        Ok((page.issuers, page.next_page_token))
    })
    .await
}

async fn one(
    client: &mut DiagnosticsServiceClient<Channel>,
    name: &str,
) -> Result<Vec<IssuerState>, Failed> {
    let request = ListIssuersRequest {
        name: name.to_owned(),
        include_keys: true,
        ..ListIssuersRequest::default()
    };
    Ok(client.list_issuers(request).await?.into_inner().issuers)
}
