//! Tokens that a seed decides, good and spoiled, each judged here, for other
//! libraries to judge after: `differential SEED COUNT [FIRST]`.
//!
//! Prints JSON lines: first what a verifier has to know, then a line a token. The
//! same seed and number do the same to a token, but for what hangs on the letters of
//! a signature: keys are new in every run.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unnecessary_wraps,
    clippy::needless_pass_by_value,
    clippy::assigning_clones,
    reason = "a program for tests"
)]

mod base64url;
mod chance;
mod claims;
mod draft;
mod header;
mod json;
mod judge;
mod keys;
mod mutations;
mod signatures;
mod times;
mod whole;

use std::io::{self, BufWriter, Write as _};

use serde_json::json;

use chance::Chance;
use draft::{AUDIENCE, Draft, ISSUERS, NOW};
use judge::Judge;
use keys::Keys;

fn main() -> io::Result<()> {
    let numbers: Vec<u64> = (std::env::args().skip(1))
        .map(|text| text.parse().unwrap())
        .collect();
    let (seed, count) = (numbers[0], numbers[1]);
    let first = numbers.get(2).copied().unwrap_or(0);
    let keys = Keys::new();
    let judge = Judge::new(&keys);
    let mut out = BufWriter::new(io::stdout().lock());
    let algorithms = [
        json!([
            "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
            "EdDSA", "Ed25519"
        ]),
        json!(["HS256", "HS384", "HS512"]),
    ];
    let sets: Vec<_> = (0..2)
        .map(|set| json!({ "issuer": ISSUERS[set], "jwks": keys.document(set), "algorithms": algorithms[set] }))
        .collect();
    let head = json!({
        "seed": seed, "now": NOW, "leeway": 30, "audience": AUDIENCE, "sets": sets,
        "mutations": mutations::ALL.iter().map(|one| one.name).collect::<Vec<_>>(),
    });
    writeln!(out, "{head}")?;
    for n in first..first + count {
        let draft = Draft::make(&keys, Chance::new(seed, n));
        let (active, reasons) = judge.judge(draft.set, &draft.token);
        let line = json!({
            "n": n, "set": draft.set, "mutations": draft.done, "token": draft.token,
            "active": active, "reasons": reasons,
        });
        writeln!(out, "{line}")?;
    }
    out.flush()
}
