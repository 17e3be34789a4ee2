//! `audient serve`: the service.

use std::path::PathBuf;

use super::failed::Failed;
use super::{environment, exit};
use crate::boot::{self, Runtimes, Sockets};
use crate::clock::{Clock as _, SystemClock};
use crate::config;
use crate::server::Exposure;
use crate::telemetry::logging;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A file, or a folder with *.toml and *.yaml; may repeat
    #[arg(long = "config", value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    let config = config::load(&args.paths, &environment(), SystemClock.now().wall)?;
    logging::start();
    let runtimes = Runtimes::start().map_err(|error| format!("cannot start: {error}"))?;
    let shutdown = runtimes.signals()?;
    let sockets = Sockets::bind(&config)?;
    boot::run(&config, sockets, &runtimes, Exposure::Split, shutdown)?;
    Ok(exit::OK)
}
