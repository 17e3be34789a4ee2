//! The person: one file a command. What a command prints is its answer; what goes
//! wrong is told on standard error.

mod audiences;
mod check_config;
mod completions;
mod decode;
mod dev;
mod doctor;
mod explain;
mod failed;
mod health;
mod introspect;
mod issuers;
mod look;
mod man;
mod mint;
mod proto_json;
mod serve;
mod service;
mod table;
mod times;
mod token;

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

/// Exit codes, the same for every command.
pub mod exit {
    /// Active, or done.
    pub const OK: u8 = 0;
    /// Inactive, or failed.
    pub const FAILED: u8 = 1;
    /// The command or the request was wrong.
    pub const USAGE: u8 = 2;
    /// It cannot be told.
    pub const CANNOT_TELL: u8 = 3;
    /// The configuration is wrong (EX_CONFIG of sysexits.h).
    pub const CONFIGURATION: u8 = 78;
}

/// Is this token active for this named audience, and if not, why?
#[derive(Debug, Parser)]
#[command(name = "audient", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// How answers are printed
    #[arg(long, global = true, value_enum, default_value_t = Output::Text)]
    output: Output,
}

/// How a command prints its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service
    Serve(serve::Args),
    /// Run a service and an issuer on this machine, to try things out
    Dev(dev::Args),
    /// Ask a running service about a token
    Introspect(introspect::Args),
    /// Ask a running service, or the files at hand, for every check of a token
    Explain(explain::Args),
    /// Show the parts of a token; nothing is verified
    Decode(decode::Args),
    /// Get a token from the issuer of `audient dev`
    Mint(mint::Args),
    /// Check configuration files, and tell every problem
    CheckConfig(check_config::Args),
    /// Look at an issuer: its metadata, its key set, each key
    Doctor(doctor::Args),
    /// Show a running service's issuers and how their keys stand
    Issuers(issuers::Args),
    /// Show a running service's audiences and their policies
    Audiences(audiences::Args),
    /// Ask a running service whether it is ready; for container probes
    Health(health::Args),
    /// Print completions for a shell
    Completions(completions::Args),
    /// Print the manual page
    Man(man::Args),
}

/// Runs the command line of this process.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let code = match cli.command {
        Command::Serve(args) => serve::run(&args),
        Command::Dev(args) => dev::run(&args, cli.output),
        Command::Introspect(args) => introspect::run(&args, cli.output),
        Command::Explain(args) => explain::run(&args, cli.output),
        Command::Decode(args) => decode::run(&args, cli.output),
        Command::Mint(args) => mint::run(&args, cli.output),
        Command::CheckConfig(args) => check_config::run(&args, cli.output),
        Command::Doctor(args) => doctor::run(&args, cli.output),
        Command::Issuers(args) => issuers::run(&args, cli.output),
        Command::Audiences(args) => audiences::run(&args, cli.output),
        Command::Health(args) => health::run(&args, cli.output),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    };
    ExitCode::from(code)
}

/// The environment, as far as it is text.
fn environment() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// Prints an answer. A reader that is gone is no failure of ours.
fn print(text: &str) {
    use std::io::Write as _;
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Prints what went wrong.
fn complain(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "audient: {text}");
}

/// Prints a JSON value on a line of its own.
fn print_json(value: &serde_json::Value) {
    print(&format!("{value}\n"));
}

/// A runtime for a command that asks one thing.
fn runtime() -> Result<tokio::runtime::Runtime, std::io::Error> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

/// Runs one short asynchronous command; `Err` is told and becomes exit code 1.
fn block_on(command: impl Future<Output = Result<u8, String>>) -> u8 {
    let done = match runtime() {
        Ok(runtime) => runtime.block_on(command),
        Err(error) => Err(format!("cannot start: {error}")),
    };
    done.unwrap_or_else(|why| {
        complain(&why);
        exit::FAILED
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
