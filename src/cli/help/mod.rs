//! What every `--help` and every manual page ends with: exit codes, environment,
//! examples. One table, so that nothing is said twice.

mod endings;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use clap::Command;
use clap::builder::PossibleValuesParser;

use endings::ENDINGS;
pub(super) use endings::Ending;

/// The end of a command's page; of the program's if it is empty.
pub(super) fn ending(command: &str) -> Option<&'static Ending> {
    ENDINGS.iter().find(|ending| ending.command == command)
}

/// The names of all commands.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    (ENDINGS.iter().map(|ending| ending.command)).filter(|name| !name.is_empty())
}

/// The whole command line, each command with its end.
pub(super) fn complete(program: Command) -> Command {
    let mut program = with_ending(program, "");
    for name in names() {
        program = program.mut_subcommand(name, |command| with_ending(command, name));
    }
    program.mut_subcommand("man", |man| {
        man.mut_arg("command", |page| {
            page.value_parser(PossibleValuesParser::new(names()))
        })
    })
}

fn with_ending(command: Command, name: &str) -> Command {
    match ending(name) {
        Some(ending) => command.after_help(text(ending)),
        None => command,
    }
}

fn text(ending: &Ending) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "Exit codes:");
    for (code, when) in ending.exits {
        let _ = writeln!(text, "  {code:>2}  {when}");
    }
    if !ending.environment.is_empty() {
        let _ = writeln!(text, "\nEnvironment:");
        for (name, what) in ending.environment {
            let _ = writeln!(text, "  {name}: {what}");
        }
    }
    let _ = writeln!(text, "\nExamples:");
    for (what, line) in ending.examples {
        let _ = writeln!(text, "  # {what}\n  {line}");
    }
    text.trim_end().to_owned()
}
