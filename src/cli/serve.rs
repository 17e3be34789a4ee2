//! `audient serve`: the service.

use std::path::PathBuf;

use super::{complain, environment, exit};
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

pub(super) fn run(args: &Args) -> u8 {
    let config = match config::load(&args.paths, &environment(), SystemClock.now().wall) {
        Ok(config) => config,
        Err(problems) => {
            for problem in &problems {
                complain(&problem.to_string());
            }
            return exit::CONFIGURATION;
        }
    };
    logging::start();
    let served = Runtimes::start()
        .map_err(|error| format!("cannot start: {error}"))
        .and_then(|runtimes| {
            let shutdown = runtimes.signals()?;
            let sockets = Sockets::bind(&config)?;
            boot::run(&config, sockets, &runtimes, Exposure::Split, shutdown)
        });
    match served {
        Ok(()) => exit::OK,
        Err(why) => {
            complain(&why);
            exit::FAILED
        }
    }
}
