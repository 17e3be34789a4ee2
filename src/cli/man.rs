//! `audient man`: manual pages, made of the same table as `--help`.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use serde_json::json;

use super::failed::Failed;
use super::help::{Ending, ending};
use super::{Output, command_line, exit, print, print_json};

/// What the program reads beside what it is told to.
const FILES: [(&str, &str); 2] = [
    (
        "/etc/audient/audient.toml",
        "the configuration, where the unit, the image and the manifest in deploy/ look for it; serve reads only what --config names",
    ),
    (
        "config/audient.example.toml",
        "in the source: every option, with what it is for and its default",
    ),
];

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The page of this command instead of the program's
    command: Option<String>,
    /// Write all pages into this folder, as audient.1, audient-serve.1 …
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    dir: Option<PathBuf>,
}

pub(super) fn run(args: &Args, output: Output) -> Result<u8, Failed> {
    if let Some(dir) = &args.dir {
        let pages =
            write_all(dir).map_err(|error| Failed::new(format!("{}: {error}", dir.display())))?;
        match output {
            Output::Text => print(&format!("{}\n", pages.join("\n"))),
            Output::Json => print_json(&json!({ "pages": pages })),
        }
        return Ok(exit::OK);
    }
    let page = page(args.command.as_deref().unwrap_or_default())
        .map_err(|error| Failed::new(error.to_string()))?;
    match output {
        Output::Text => print(&page),
        Output::Json => print_json(&json!({ "page": page })),
    }
    Ok(exit::OK)
}

/// Writes all pages, and returns their paths.
fn write_all(dir: &Path) -> io::Result<Vec<String>> {
    fs::create_dir_all(dir)?;
    let program = command_line();
    let commands = program.get_subcommands().map(Command::get_name);
    let mut written = Vec::new();
    for name in std::iter::once("").chain(commands) {
        let path = dir.join(format!("{}.1", title(name)));
        fs::write(&path, page(name)?)?;
        written.push(path.display().to_string());
    }
    Ok(written)
}

fn title(command: &str) -> String {
    match command {
        "" => "audient".into(),
        command => format!("audient-{command}"),
    }
}

/// The page of a command; of the program if it is empty.
fn page(name: &str) -> io::Result<String> {
    let mut program = command_line().disable_help_subcommand(true);
    program.build();
    let command = match name {
        "" => program,
        // Built with the program, so that it knows its full name and the global flags.
        name => (program.find_subcommand(name).cloned())
            .ok_or_else(|| io::Error::other("no such command"))?,
    };
    let mut page = Vec::new();
    let has_commands = command.has_subcommands();
    // clap_mangen leaves out an empty date, and what follows would be taken for it.
    let (title, version) = (title(name), env!("CARGO_PKG_VERSION"));
    let upper = title.to_uppercase();
    writeln!(page, r#".TH {upper} 1 "" "audient {version}" "audient""#)?;
    let variables: Vec<_> = variables(&command).collect();
    let man = Man::new(command.display_name(title));
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if has_commands {
        man.render_subcommands_section(&mut page)?;
    }
    if let Some(ending) = ending(name) {
        end(ending, &variables).to_writer(&mut page)?;
    }
    if has_commands {
        files().to_writer(&mut page)?;
    }
    String::from_utf8(page).map_err(io::Error::other)
}

/// What may stand in the environment instead of a flag.
fn variables(command: &Command) -> impl Iterator<Item = (String, String)> {
    command.get_arguments().filter_map(|arg| {
        let name = arg.get_env()?.to_str()?.to_owned();
        Some((name, format!("as --{}, which wins", arg.get_long()?)))
    })
}

fn end(ending: &Ending, variables: &[(String, String)]) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXIT STATUS"]);
    for (code, when) in ending.exits {
        entry(&mut roff, &code.to_string(), when);
    }
    let of_flags = variables.iter().map(|(name, what)| (&**name, &**what));
    let environment: Vec<_> = of_flags.chain(ending.environment.iter().copied()).collect();
    if !environment.is_empty() {
        roff.control("SH", ["ENVIRONMENT"]);
        for (name, what) in environment {
            entry(&mut roff, name, what);
        }
    }
    roff.control("SH", ["EXAMPLES"]);
    for (what, line) in ending.examples {
        entry(&mut roff, line, what);
    }
    roff
}

fn files() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["FILES"]);
    for (path, what) in FILES {
        entry(&mut roff, path, what);
    }
    roff
}

fn entry(roff: &mut Roff, term: &str, said: &str) {
    roff.control("TP", []);
    roff.text([bold(term)]);
    roff.text([roman(said)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_that_the_program_s_lists() {
        let program = page("").unwrap();
        for section in [
            "NAME",
            "SYNOPSIS",
            "SUBCOMMANDS",
            "EXIT STATUS",
            "ENVIRONMENT",
            "FILES",
        ] {
            assert!(
                program.contains(&format!(".SH \"{section}\""))
                    || program.contains(&format!(".SH {section}")),
                "{section}"
            );
        }
        for command in command_line().get_subcommands() {
            let name = command.get_name();
            let shown = title(name).replace('-', "\\-");
            assert!(program.contains(&format!("{shown}(1)")), "{name}");
            let page = page(name).unwrap();
            assert!(
                page.contains(&shown) && page.contains("EXIT STATUS"),
                "{name}"
            );
            assert!(page.contains("\\-\\-output"), "{name}");
        }
        assert!(page("nonsense").is_err());
    }

    #[test]
    fn no_line_of_ours_is_a_request_by_accident() {
        for name in std::iter::once("").chain(super::super::help::names()) {
            let page = page(name).unwrap();
            let requests = page.lines().filter(|line| line.starts_with(['.', '\'']));
            for line in requests {
                let known = [
                    ".ie", ".el", ".TH", ".SH", ".TP", ".RS", ".RE", ".IP", ".PP", ".br",
                ];
                assert!(
                    known.iter().any(|one| line.starts_with(one)),
                    "{name}: {line}"
                );
            }
        }
    }

    #[test]
    fn all_pages_go_into_a_folder() {
        let dir = tempfile::tempdir().unwrap();
        let within = dir.path().join("new/man1");
        let pages = write_all(&within).unwrap();
        assert!(pages.len() > 10);
        let page = std::fs::read_to_string(within.join("audient-check-config.1")).unwrap();
        assert!(page.starts_with(".TH AUDIENT-CHECK-CONFIG 1 \"\" "));
    }
}
