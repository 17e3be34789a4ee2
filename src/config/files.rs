//! Which files are read, and what their parsers make of them. Joining them is left
//! to `source`.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use config::{ConfigError, FileFormat, Source as _, Value as Parsed, ValueKind};

use super::reader::Context;
use super::source::Place;

/// Largest configuration file, in bytes.
const MAX_FILE: u64 = 16 << 20;

/// The files to read: as named, and those of a folder by name.
pub(super) fn files(paths: &[PathBuf], context: &Context<'_>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let at = Place::file(files.len(), path);
        match folder(path) {
            Ok(found) if found.is_empty() => {
                context.note(
                    &at,
                    "holds no *.toml and no *.yaml; name a file, or another folder",
                );
            }
            Ok(found) => files.extend(found),
            Err(error) => context.note(
                &at,
                &format!("cannot be read ({error}); check its permissions"),
            ),
        }
    }
    files
}

fn folder(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in path.read_dir()? {
        let name = entry?.file_name();
        // As a shell's `*.toml`: a leading dot hides (mounted volumes keep such links).
        let hidden = name.as_encoded_bytes().starts_with(b".");
        let file = path.join(name);
        // `.yml` is no name of ours, but leaving out a policy in silence would be worse.
        if !hidden && format(&file).is_some() {
            found.push(file);
        }
    }
    found.sort();
    Ok(found)
}

fn format(path: &Path) -> Option<FileFormat> {
    match path.extension()?.to_str()? {
        "toml" => Some(FileFormat::Toml),
        "yaml" | "yml" => Some(FileFormat::Yaml),
        _ => None,
    }
}

/// A file's table, or what is wrong with the file and the fix.
pub(super) fn parse(path: &Path) -> Result<Parsed, String> {
    if !path.exists() {
        return Err("is not there; check the path".into());
    }
    let Some(format) = format(path) else {
        return Err("is neither TOML nor YAML by its name; call it *.toml or *.yaml".into());
    };
    let bytes = read_file(path, MAX_FILE).map_err(|why| format!("{why}; check the path"))?;
    let text = String::from_utf8(bytes).map_err(|_| "is not UTF-8; save it as UTF-8")?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    match config::File::from_str(text, format).collect() {
        Ok(table) => Ok(Parsed::new(None, ValueKind::Table(table))),
        Err(error) => Err(syntax(error)),
    }
}

/// A parser's complaint on one line, without the source line that TOML's quotes.
fn syntax(error: ConfigError) -> String {
    let cause = match error {
        ConfigError::FileParse { cause, .. } => cause.to_string(),
        other => other.to_string(),
    };
    let quote = |line: &&str| {
        line.trim_start_matches([' ', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
            .starts_with('|')
    };
    let lines: Vec<_> = cause
        .lines()
        .filter(|line| !quote(line) && !line.trim().is_empty())
        .collect();
    format!(
        "cannot be read as it is written ({}); correct the syntax",
        lines.join(": ")
    )
}

/// A regular file of at most `limit` bytes. Anything else could keep a start
/// waiting (a pipe) or never end (a device).
pub(crate) fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, String> {
    let cannot = |error: io::Error| match error.kind() {
        ErrorKind::NotFound => "is not there".to_owned(),
        kind => format!("cannot be read ({kind})"),
    };
    if !path.metadata().map_err(cannot)?.is_file() {
        return Err("is not a regular file".into());
    }
    let mut bytes = Vec::new();
    (File::open(path)
        .map_err(cannot)?
        .take(limit.saturating_add(1)))
    .read_to_end(&mut bytes)
    .map_err(cannot)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= limit) {
        Ok(bytes)
    } else {
        Err(format!("is larger than {limit} bytes"))
    }
}
