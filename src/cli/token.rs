//! Where a command has its token from.

use std::fmt::Display;
use std::io::{IsTerminal as _, Read};
use std::path::PathBuf;

use super::complain;

/// More than any service reads.
const MAX_TOKEN_BYTES: u64 = 4 * 1024 * 1024;

/// The flag that says where the token is.
#[derive(Debug, clap::Args)]
pub(super) struct TokenArgs {
    /// Where the token is; otherwise it is read from standard input, or from
    /// AUDIENT_TOKEN if nothing comes there
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// Says so if no token came: an empty pipe is more often a slip than a question.
pub(super) fn hint_if_missing(token: &str) {
    if token.is_empty() {
        complain("no token came: pipe one in, name a file with --token-file, or set AUDIENT_TOKEN");
    }
}

impl TokenArgs {
    /// The token: from a file, else piped in, else from the environment. The line
    /// break at the end is the shell's, not the token's.
    ///
    /// # Errors
    /// What cannot be read, in words.
    pub(super) fn read(&self) -> Result<String, String> {
        let variable = std::env::var_os("AUDIENT_TOKEN");
        let mut text = String::new();
        if let Some(path) = &self.token_file {
            let about = |why: &dyn Display| format!("{}: {why}", path.display());
            let file = std::fs::File::open(path).map_err(|error| about(&error))?;
            text = read(file).map_err(|why| about(&why))?;
        } else if variable.is_none() || !std::io::stdin().is_terminal() {
            text = read(std::io::stdin()).map_err(|why| format!("standard input: {why}"))?;
        }
        let end = text.trim_end_matches(['\r', '\n']).len();
        text.truncate(end);
        // What is piped in is meant; the environment may be older.
        match variable {
            Some(token) if text.is_empty() && self.token_file.is_none() => {
                (token.into_string()).map_err(|_| "AUDIENT_TOKEN: is not UTF-8".to_owned())
            }
            _ => Ok(text),
        }
    }
}

/// All of it, if it is not too much: half a token must not be judged.
fn read(source: impl Read) -> Result<String, String> {
    let mut text = String::new();
    source
        .take(MAX_TOKEN_BYTES + 1)
        .read_to_string(&mut text)
        .map_err(|error| error.to_string())?;
    if text.len() as u64 > MAX_TOKEN_BYTES {
        return Err(format!("more than {MAX_TOKEN_BYTES} bytes are no token"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_much_is_refused_and_not_cut() {
        assert_eq!(read("a.b.c".as_bytes()), Ok("a.b.c".into()));
        assert!(read(std::io::repeat(b'a').take(MAX_TOKEN_BYTES)).is_ok());
        assert!(read(std::io::repeat(b'a')).is_err());
        assert!(read([0xff].as_slice()).is_err());
    }
}
