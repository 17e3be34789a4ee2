//! Help is true: what it names exists, and its examples are command lines.

use clap::Command;

use super::*;
use crate::cli::{command_line, exit};

/// As shown on a terminal of 100 columns, whatever this process' environment holds.
fn shown(mut command: Command) -> String {
    command = command
        .term_width(100)
        .mut_args(|arg| arg.hide_env_values(true));
    command.render_long_help().to_string()
}

/// Each page of help, as it is.
#[test]
fn the_help_of_every_command() {
    let mut program = command_line();
    program.build();
    insta::assert_snapshot!("audient", shown(program.clone()));
    for name in names() {
        let command = program.find_subcommand(name).cloned();
        insta::assert_snapshot!(name, shown(command.unwrap()));
    }
}

#[test]
fn every_command_has_an_end_in_the_order_of_help() {
    let program = command_line();
    let commands: Vec<_> = program.get_subcommands().map(Command::get_name).collect();
    assert_eq!(names().collect::<Vec<_>>(), commands);
}

#[test]
fn exit_codes_are_those_of_the_contract_and_every_command_can_be_misused() {
    let known = [
        exit::OK,
        exit::FAILED,
        exit::USAGE,
        exit::CANNOT_TELL,
        exit::CONFIGURATION,
    ];
    for ending in &ENDINGS {
        let codes: Vec<u8> = ending.exits.iter().map(|(code, _)| *code).collect();
        assert!(codes.is_sorted(), "{}", ending.command);
        assert!(
            codes.iter().all(|code| known.contains(code)),
            "{}",
            ending.command
        );
        assert!(codes.contains(&exit::USAGE), "{}", ending.command);
    }
}

#[test]
fn every_example_is_a_command_line() {
    let mut seen = 0;
    for (_, line) in ENDINGS.iter().flat_map(|ending| ending.examples) {
        let commands = line.split(" | ").filter(|one| one.starts_with("audient"));
        for command in commands {
            let words = command
                .split(' ')
                .take_while(|word| !["<", ">"].contains(word));
            let parsed = command_line().try_get_matches_from(words);
            assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
            seen += 1;
        }
    }
    assert!(seen > 25);
}

const COMMANDS: &str = include_str!("../../../docs/commands.md");

#[test]
fn the_document_has_every_command_with_its_exit_codes_and_its_json() {
    for ending in ENDINGS.iter().filter(|ending| !ending.command.is_empty()) {
        let name = ending.command;
        let row = COMMANDS.lines().find(|line| {
            let first = line.strip_prefix(&format!("| `audient {name}"));
            first.is_some_and(|rest| rest.starts_with([' ', '`']))
        });
        let codes: Vec<_> = ending
            .exits
            .iter()
            .map(|(code, _)| code.to_string())
            .collect();
        let expected = format!("| {} |", codes.join(" "));
        assert!(
            row.is_some_and(|row| row.ends_with(&expected)),
            "{name}: {row:?}"
        );
        assert!(COMMANDS.contains(&format!("\n### {name}\n")), "{name}");
    }
}

#[test]
fn the_document_has_every_variable() {
    let program = command_line();
    let of_flags = (program.get_subcommands())
        .flat_map(Command::get_arguments)
        .filter_map(|arg| arg.get_env()?.to_str());
    let others = ENDINGS.iter().flat_map(|ending| ending.environment);
    for name in of_flags.chain(others.map(|(name, _)| *name)) {
        assert!(COMMANDS.contains(&format!("\n| `{name}` | ")), "{name}");
    }
}
