//! The person: one file a command. What a command prints is its answer; what goes
//! wrong is told on standard error.

mod at;
mod audiences;
mod check_config;
mod completions;
mod decode;
mod dev;
mod doctor;
mod explain;
mod failed;
mod health;
mod help;
mod here;
mod hush;
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

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use failed::Failed;

use crate::escape::ascii_json;

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
    ///
    /// gRPC is served at server.listen (default 127.0.0.1:50051); probes, metrics, health
    /// and diagnostics at server.admin_listen (default 127.0.0.1:50052). SIGTERM and SIGINT
    /// drain: calls in flight are finished, at most for server.drain. SIGHUP is logged.
    Serve(serve::Args),
    /// Run a service and an issuer on this machine, to try things out
    ///
    /// All on 127.0.0.1: gRPC on port 50051, admin on 50052, the issuer on 50053; a port
    /// that is taken is replaced by a free one, which is told. Without CMD it prints where
    /// all is, and lines to paste: a token for each kind of answer. It reads and writes no
    /// files. The audiences are `orders` and `payments`.
    Dev(dev::Args),
    /// Ask a running service about a token, or judge it here
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
    let code = match parse() {
        Ok(cli) => {
            let done = command(cli.command, cli.output);
            done.unwrap_or_else(|failed| failed.tell(cli.output))
        }
        Err(error) => refused(&error),
    };
    ExitCode::from(code)
}

fn command(command: Command, output: Output) -> Result<u8, Failed> {
    match command {
        Command::Serve(args) => serve::run(&args),
        Command::Dev(args) => dev::run(&args, output),
        Command::Introspect(args) => introspect::run(&args, output),
        Command::Explain(args) => explain::run(&args, output),
        Command::Decode(args) => decode::run(&args, output),
        Command::Mint(args) => mint::run(&args, output),
        Command::CheckConfig(args) => Ok(check_config::run(&args, output)),
        Command::Doctor(args) => doctor::run(&args, output),
        Command::Issuers(args) => issuers::run(&args, output),
        Command::Audiences(args) => audiences::run(&args, output),
        Command::Health(args) => health::run(&args, output),
        Command::Completions(args) => completions::run(&args, output),
        Command::Man(args) => man::run(&args, output),
    }
}

/// All commands, with all that their help says.
fn command_line() -> clap::Command {
    help::complete(Cli::command())
}

fn parse() -> Result<Cli, clap::Error> {
    let matches = command_line().try_get_matches()?;
    if let Some((name, of_command)) = matches.subcommand() {
        one_place(name, of_command)?;
    }
    Cli::from_arg_matches(&matches)
}

/// A command asks a service or judges here, not both. An address in the environment
/// stands back: it is there for other commands as well.
fn one_place(name: &str, matches: &ArgMatches) -> Result<(), clap::Error> {
    let is_written = |id: &str| {
        matches.try_contains_id(id).is_ok()
            && matches.value_source(id) == Some(ValueSource::CommandLine)
    };
    let mut service = SERVICE_FLAGS.iter().filter(|(id, _)| is_written(id));
    match service.next() {
        Some((_, flag)) if is_written("config") => Err(command_line().error(
            ErrorKind::ArgumentConflict,
            format!(
                "audient {name}: --config judges here and {flag} is for a running service: leave one out"
            ),
        )),
        _ => Ok(()),
    }
}

/// Flags that say which service to ask and how, by their ids.
const SERVICE_FLAGS: [(&str, &str); 6] = [
    ("addr", "--addr"),
    ("wanted", "--tls"),
    ("ca", "--ca"),
    ("server_name", "--server-name"),
    ("cert", "--cert"),
    ("key", "--key"),
];

/// Tells what clap has to say: help, or what is wrong with the command.
fn refused(error: &clap::Error) -> u8 {
    if !error.use_stderr() {
        // A reader that is gone is no failure of ours.
        let _ = error.print();
        return exit::OK;
    }
    if hush::is_needed() {
        complain(&error.render().to_string());
        complain("a token is piped in, or named by --token-file: arguments are seen by others");
    } else {
        let _ = error.print();
    }
    if wants_json(std::env::args()) {
        print_json(&Failed::usage(error.render().to_string()).json());
    }
    exit::USAGE
}

/// Whether a command line that cannot be read as a whole asks for JSON.
fn wants_json(args: impl Iterator<Item = String>) -> bool {
    let args: Vec<_> = args.take_while(|arg| arg != "--").collect();
    args.iter().any(|arg| arg == "--output=json")
        || (args.windows(2))
            .any(|pair| matches!(pair, [flag, value] if flag == "--output" && value == "json"))
}

/// The environment, as far as it is text.
fn environment() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// Prints an answer. A reader that is gone is no failure of ours; an answer that could
/// not be written is, and must not end as if it had been.
fn print(text: &str) {
    use std::io::{ErrorKind, Write as _};
    let mut out = std::io::stdout();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        complain(&format!("standard output: {error}"));
        std::process::exit(exit::CANNOT_TELL.into());
    }
}

/// Prints what went wrong.
fn complain(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(
        std::io::stderr(),
        "audient: {}",
        look::tame(&hush::hushed(text))
    );
}

/// Prints a JSON value on a line of its own.
fn print_json(value: &serde_json::Value) {
    print(&format!("{}\n", ascii_json(&value.to_string())));
}

/// Runs one short asynchronous command to its end.
fn on_runtime<T>(command: impl Future<Output = Result<T, Failed>>) -> Result<T, Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failed::no_verdict(format!("cannot start: {error}")))?;
    let done = runtime.block_on(command);
    // A name that is still being looked up would hold us up.
    runtime.shutdown_background();
    done
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }

    #[test]
    fn json_is_asked_for_in_two_ways() {
        let asks = |line: &str| super::wants_json(line.split(' ').map(String::from));
        assert!(asks("audient introspect --output json"));
        assert!(asks("audient --output=json nonsense"));
        assert!(!asks("audient introspect --output text"));
        assert!(!asks("audient dev -- audient health --output json"));
    }
}
