//! `audient decode`: a token's parts; nothing is verified.

use super::{Output, complain, exit};

#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_: &Args, _: Output) -> u8 {
    complain("not built yet");
    exit::FAILED
}
