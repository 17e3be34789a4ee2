//! What is printed, and `docs/conformance.md`.

use std::fmt::Write as _;

use crate::compared::{Agreed, Known};

/// What came of one file.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) file: String,
    pub(crate) source: String,
    pub(crate) cases: usize,
    pub(crate) accepted: usize,
    pub(crate) refused: usize,
    pub(crate) lacking: usize,
    pub(crate) either: usize,
    pub(crate) departures: usize,
    /// Cases again with longer secrets.
    pub(crate) longer: usize,
    /// Spoiled signatures, all refused.
    pub(crate) spoiled: usize,
}

impl Counts {
    pub(crate) fn count(&mut self, agreed: Option<Agreed>) {
        let counter = match agreed {
            Some(Agreed::Accepted) => &mut self.accepted,
            Some(Agreed::Refused) => &mut self.refused,
            Some(Agreed::Lacking) => &mut self.lacking,
            Some(Agreed::Either) => &mut self.either,
            None => &mut self.departures,
        };
        *counter += 1;
    }

    fn row(&self) -> String {
        let Self {
            file,
            source,
            cases,
            longer,
            accepted,
            refused,
            lacking,
            either,
            departures,
            spoiled,
        } = self;
        format!(
            "| {file} | {source} | {cases} | {longer} | {accepted} | {refused} | {lacking} | {either} | {departures} | {spoiled} |"
        )
    }
}

const HEAD: &str = "\
# Conformance

Other people's test vectors through this service's own code. A whole token is judged by a policy that
asks what the vector's source asked; where the source looked at the signature only, header, key and
signature are judged; a key document is read as an issuer's would be. `cargo test --test conformance`
runs them where they are found (`AUDIENT_VECTORS` names the folder) and fails on any departure that
`tests/conformance/exceptions.toml` does not list, and on any it lists that is none any more.
`AUDIENT_WRITE_DOCS=1 cargo test --test conformance` writes this page.

## Counts

| vectors | source | cases | again | accepted | refused | left out | either | departures | spoiled |
|---|---|---|---|---|---|---|---|---|---|
";

const LEGEND: &str = "
*again*: the case once more with a secret that is long enough, since most tests of other libraries use
secrets this service refuses. *accepted*, *refused*: as the source says, a refusal for a reason of the
same kind. *left out*: refused for a feature that is not there on purpose (JSON serialization, detached
payloads, `b64` and other `crit`, JWE, ES256K, Ed448, RSA under 2048 bits, short secrets, padded
base64url). *either*: the source leaves it open. *departures*: listed below. *spoiled*: tokens with one
bit of the signature changed, or cut within it; every one was refused.
";

/// The page.
pub(crate) fn page(counts: &[Counts], known: &Known) -> String {
    let mut page = HEAD.to_owned();
    for file in counts {
        writeln!(page, "{}", file.row()).unwrap();
    }
    writeln!(page, "{}", total(counts).row()).unwrap();
    page += LEGEND;
    page += "\n## Departures\n\n| cases | the source says | here | why |\n|---|---|---|---|\n";
    for departure in &known.departures {
        writeln!(
            page,
            "| {} | {} | {} | {} |",
            departure.ids.len(),
            departure.expected,
            departure.actual,
            departure.reason
        )
        .unwrap();
    }
    page += "\n";
    page += include_str!("rules.md");
    page
}

/// All files together.
pub(crate) fn total(counts: &[Counts]) -> Counts {
    let sum = |of: fn(&Counts) -> usize| counts.iter().map(of).sum();
    Counts {
        file: "all".into(),
        source: String::new(),
        cases: sum(|one| one.cases),
        accepted: sum(|one| one.accepted),
        refused: sum(|one| one.refused),
        lacking: sum(|one| one.lacking),
        either: sum(|one| one.either),
        departures: sum(|one| one.departures),
        longer: sum(|one| one.longer),
        spoiled: sum(|one| one.spoiled),
    }
}

/// One line a file.
pub(crate) fn line(counts: &Counts) -> String {
    format!(
        "{}: {} of {} run; {} accepted, {} refused, {} left out, {} either, {} departures; {} spoiled",
        counts.file,
        counts.accepted + counts.refused + counts.lacking + counts.either + counts.departures
            - counts.longer,
        counts.cases,
        counts.accepted,
        counts.refused,
        counts.lacking,
        counts.either,
        counts.departures,
        counts.spoiled,
    )
}
