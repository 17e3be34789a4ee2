//! The `audient` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    audient::cli::run()
}
