//! `audient completions`: for a shell.

use super::{complain, exit};

#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_: &Args) -> u8 {
    complain("not built yet");
    exit::FAILED
}
