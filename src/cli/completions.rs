//! `audient completions`: for a shell.

use clap_complete::{Shell, generate};
use serde_json::json;

use super::failed::Failed;
use super::{Output, command_line, exit, print, print_json};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &Args, output: Output) -> Result<u8, Failed> {
    let script = script(args.shell)?;
    match output {
        Output::Text => print(&script),
        Output::Json => print_json(&json!({ "shell": args.shell.to_string(), "script": script })),
    }
    Ok(exit::OK)
}

fn script(shell: Shell) -> Result<String, Failed> {
    let mut script = Vec::new();
    generate(shell, &mut command_line(), "audient", &mut script);
    String::from_utf8(script).map_err(|error| Failed::new(error.to_string()))
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn every_shell_completes_every_command_and_the_names_of_pages() {
        for shell in Shell::value_variants() {
            let script = script(*shell).unwrap_or_default();
            for command in command_line().get_subcommands() {
                let name = command.get_name();
                assert!(script.contains(name), "{shell}: {name}");
            }
            for flag in ["audience", "token-file", "output"] {
                assert!(script.contains(flag), "{shell}: {flag}");
            }
        }
    }
}
