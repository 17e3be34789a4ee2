//! `audient mint`: a token from the issuer of `audient dev`.

use serde_json::{Map, Value, json};

use super::{Output, block_on, exit, print, print_json};
use crate::dev::mint::MintRequest;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The dev issuer
    #[arg(long, env = "AUDIENT_ISSUER", default_value = "http://127.0.0.1:50053")]
    issuer: String,
    /// aud; may repeat
    #[arg(long)]
    aud: Vec<String>,
    /// iss
    #[arg(long)]
    iss: Option<String>,
    /// Lifetime from now in seconds; negative: already expired
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
    exp: Option<i64>,
    /// kid; an unknown one is signed with by an unpublished key
    #[arg(long)]
    kid: Option<String>,
    /// alg, or none
    #[arg(long)]
    alg: Option<String>,
    /// typ
    #[arg(long)]
    typ: Option<String>,
    /// scope; may repeat
    #[arg(long)]
    scope: Vec<String>,
    /// Another claim; VALUE is JSON, else a string; null removes it; may repeat
    #[arg(long, value_name = "NAME=VALUE", value_parser = claim)]
    claim: Vec<(String, Value)>,
}

pub(super) fn run(args: &Args, output: Output) -> u8 {
    block_on(async {
        let token = ask(args).await?;
        match output {
            Output::Text => print(&format!("{token}\n")),
            Output::Json => print_json(&json!({ "token": token })),
        }
        Ok(exit::OK)
    })
}

fn claim(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    // What is no JSON is meant as it stands.
    let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
    Ok((name.to_owned(), value))
}

async fn ask(args: &Args) -> Result<String, String> {
    let request = MintRequest {
        aud: (!args.aud.is_empty()).then(|| args.aud.clone()),
        iss: args.iss.clone(),
        expires_in: args.exp,
        kid: args.kid.clone(),
        alg: args.alg.clone(),
        typ: args.typ.clone(),
        scope: (!args.scope.is_empty()).then(|| args.scope.join(" ")),
        claims: args.claim.iter().cloned().collect::<Map<_, _>>(),
    };
    let body = serde_json::to_string(&request).map_err(|error| error.to_string())?;
    let url = format!("{}/mint", args.issuer.trim_end_matches('/'));
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .map_err(|error| error.to_string())?;
    let answer = client
        .post(&url)
        .header("content-type", "application/json")
        .body(body)
        .send()
        .await
        .map_err(|_| format!("{url}: nobody answers; is `audient dev` running?"))?;
    let refused = !answer.status().is_success();
    let text = answer.text().await.map_err(|error| error.to_string())?;
    if refused { Err(text) } else { Ok(text) }
}
