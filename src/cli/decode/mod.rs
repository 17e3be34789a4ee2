//! `audient decode`: a token's parts; nothing is verified, and nobody is asked.

mod decoded;
mod json;
mod pretty;
#[cfg(test)]
mod tests;
mod text;

use super::look::Look;
use super::token::TokenArgs;
use super::{Output, complain, exit, print};
use crate::clock::{Clock as _, SystemClock};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
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
    let decoded = decoded::decode(&token);
    print(&match output {
        Output::Text => text::text(&decoded, SystemClock.now().wall, Look::of_stdout()),
        Output::Json => json::json(&decoded),
    });
    match decoded.readable {
        true => exit::OK,
        false => exit::FAILED,
    }
}
