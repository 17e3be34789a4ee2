//! What must not be in what was put out.

use std::collections::HashSet;

use crate::minted::CANARIES;

/// Of this many characters a piece of a token counts as one.
const PIECE: usize = 16;

/// Every piece of every part of some tokens.
#[derive(Default)]
pub struct Pieces(HashSet<[u8; PIECE]>);

impl Pieces {
    pub fn add(&mut self, token: &str) {
        // A dot is no character of a run: no piece reaches over the end of a part.
        for run in runs(token) {
            self.0.extend(pieces(run));
        }
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// `eyJhb`, as most tokens begin, as a careless dump would show it: numbers, and
/// hexadecimal.
const DUMPS: [&str; 3] = ["101, 121, 74, 104, 98", "65794a6862", "65 79 4a 68 62"];

/// Everything that was put out, as the runs of letters it is made of: few, and the
/// same again and again.
#[derive(Default)]
pub struct Outputs {
    runs: HashSet<Box<str>>,
    /// In bytes.
    pub size: usize,
}

impl Outputs {
    pub fn add(&mut self, text: &str) {
        self.size += text.len();
        for canary in CANARIES {
            assert!(
                !text.contains(canary),
                "{canary}: {}",
                line_of(text, canary)
            );
        }
        for dump in DUMPS {
            assert!(!text.contains(dump), "{dump}: {text}");
        }
        for run in runs(text) {
            if !self.runs.contains(run) {
                self.runs.insert(run.into());
            }
        }
    }

    /// Those that hold a piece of a token.
    pub fn leaks(&self, of: &Pieces) -> Vec<&str> {
        (self.runs.iter())
            .filter(|run| pieces(run).any(|piece| of.0.contains(&piece)))
            .map(|run| &**run)
            .collect()
    }
}

fn line_of<'t>(text: &'t str, wanted: &str) -> &'t str {
    let line = text.lines().find(|line| line.contains(wanted));
    line.unwrap_or_default()
}

/// Runs of base64url that are long enough to be a piece.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let other = |character: char| !(character.is_ascii_alphanumeric() || "-_".contains(character));
    text.split(other).filter(|run| run.len() >= PIECE)
}

fn pieces(run: &str) -> impl Iterator<Item = [u8; PIECE]> + '_ {
    let windows = run.as_bytes().windows(PIECE);
    windows.map(|window| window.try_into().unwrap())
}

#[test]
fn a_piece_is_found_wherever_it_stands() {
    let mut pieces = Pieces::default();
    pieces.add("eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0aaaaaaaaaa.short");
    for (text, leaks) in [
        ("{\"token\":\"eyJhbGciOiJFUzI1NiJ9\"}", true),
        ("GciOiJFUzI1NiJ9x", false),
        ("\\neyJhbGciOiJFUzI1N.", true),
        ("xxbGciOiJFUzI1NiJ9", true),
        ("eyJhbGciOiJFUzI", false),
        ("short", false),
        ("eyJhbGci OiJFUzI1NiJ9", false),
    ] {
        let mut outputs = Outputs::default();
        outputs.add(text);
        assert_eq!(!outputs.leaks(&pieces).is_empty(), leaks, "{text}");
    }
}
