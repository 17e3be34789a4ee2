//! `audient check-config`: every problem, and nothing started.

use std::path::PathBuf;

use serde_json::json;

use super::hush::hushed;
use super::{Output, complain, environment, exit, print, print_json};
use crate::clock::{Clock as _, SystemClock};
use crate::config;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files, or folders with *.toml and *.yaml
    #[arg(required = true)]
    paths: Vec<PathBuf>,
}

pub(super) fn run(args: &Args, output: Output) -> u8 {
    let problems = match config::load(&args.paths, &environment(), SystemClock.now().wall) {
        Ok(config) => {
            let (issuers, audiences) = (config.issuers.len(), config.audiences.len());
            match output {
                Output::Json => print_json(&json!({
                    "ok": true, "issuers": issuers, "audiences": audiences,
                    "insecure": config.insecure_uses(), "problems": [],
                })),
                Output::Text => {
                    print(&format!(
                        "ok (issuers: {issuers}, audiences: {audiences})\n"
                    ));
                    for used in config.insecure_uses() {
                        complain(&used);
                    }
                }
            }
            return exit::OK;
        }
        Err(problems) => problems,
    };
    let lines: Vec<String> = (problems.iter())
        .map(|problem| hushed(&problem.to_string()))
        .collect();
    match output {
        Output::Json => print_json(&json!({ "ok": false, "problems": lines })),
        Output::Text => {
            for line in &lines {
                complain(line);
            }
        }
    }
    exit::CONFIGURATION
}
