//! `audient decode`: a token's parts; nothing is verified, and nobody is asked.

mod decoded;
mod json;
pub(super) mod pretty;
#[cfg(test)]
mod tests;
mod text;

use super::failed::Failed;
use super::look::Look;
use super::token::{TokenArgs, hint_if_missing};
use super::{Output, exit, print};
use crate::clock::{Clock as _, SystemClock};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    token: TokenArgs,
}

pub(super) fn run(args: &Args, output: Output) -> Result<u8, Failed> {
    let token = args.token.read().map_err(Failed::usage)?;
    hint_if_missing(&token);
    let decoded = decoded::decode(&token);
    print(&match output {
        Output::Text => text::text(&decoded, SystemClock.now().wall, Look::of_stdout()),
        Output::Json => json::json(&decoded),
    });
    Ok(match decoded.readable {
        true => exit::OK,
        false => exit::FAILED,
    })
}
