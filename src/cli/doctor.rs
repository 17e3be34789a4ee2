//! `audient doctor`: an issuer, looked at step by step.

use super::{Output, complain, exit};

#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_: &Args, _: Output) -> u8 {
    complain("not built yet");
    exit::FAILED
}
