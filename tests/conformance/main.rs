//! The service against other people's test vectors. Each departure is in
//! `exceptions.toml` with its reason; one that is not, and one that is none any
//! more, fails.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of it is a test"
)]

mod compared;
mod judged;
mod report;
mod varied;
mod vectors;

use std::fs;
use std::path::Path;

use audient::keys::jwk::Kinds;
use audient::keys::jwk_set;
use compared::{Known, compare};
use judged::{Bench, Judged, judge_document};
use report::Counts;
use serde_json::Value;
use vectors::{Case, Corpus, FILES, Layer};

/// One run over all files.
struct Run {
    known: Known,
    faults: Vec<String>,
    departed: Vec<String>,
}

impl Run {
    fn file(&mut self, corpus: &Corpus, file: &str) -> Counts {
        let mut counts = Counts {
            file: file.into(),
            source: source(corpus),
            cases: corpus.cases.len(),
            ..Counts::default()
        };
        for case in &corpus.cases {
            self.case(case, &mut counts);
            if let Some(longer) = varied::with_longer_secrets(case) {
                counts.longer += 1;
                self.case(&longer, &mut counts);
            }
        }
        counts
    }

    fn case(&mut self, case: &Case, counts: &mut Counts) {
        let judged = match case.layer {
            Layer::Jwks => judge_document(case),
            Layer::Jwt | Layer::Jws if case.resign => {
                let case = varied::resigned(case);
                Bench::new(&case).judge(case.text())
            }
            Layer::Jwt | Layer::Jws => {
                let bench = Bench::new(case);
                counts.spoiled += self.spoil(case, &bench);
                bench.judge(case.text())
            }
        };
        let agreed = compare(case, &judged);
        match (&agreed, self.known.of(&case.id)) {
            (Ok(_), None) => {}
            (Ok(_), Some(_)) => (self.faults).push(format!("{}: departs no more", case.id)),
            (Err((expected, actual)), Some(known))
                if (&known.expected, &known.actual) == (expected, actual) =>
            {
                self.departed.push(case.id.clone());
            }
            (Err((expected, actual)), _) => {
                (self.faults).push(format!("{}: expected {expected}, {actual}", case.id));
            }
        }
        counts.count(agreed.ok());
    }

    fn spoil(&mut self, case: &Case, bench: &Bench<'_>) -> usize {
        if case.mutate.is_empty() {
            return 0;
        }
        let mut count = 0;
        for token in varied::spoiled(case.text()) {
            count += 1;
            if bench.judge(&token) == Judged::Accepted {
                (self.faults).push(format!("{}: accepted with a spoiled signature", case.id));
            }
        }
        count
    }
}

/// Repositories and commits, shortened.
fn source(corpus: &Corpus) -> String {
    let repos: Vec<String> = (corpus.repos.iter())
        .map(|(repo, commit)| format!("{repo} {}", &commit[..12]))
        .collect();
    repos.join(", ")
}

#[test]
fn every_vector_is_judged_as_its_source_says() {
    let total: usize = FILES.iter().map(|(_, cases)| cases).sum();
    let Some(folder) = vectors::folder() else {
        println!("0 of {total} run: no vectors here");
        return;
    };
    let mut run = Run {
        known: Known::read(),
        faults: Vec::new(),
        departed: Vec::new(),
    };
    let mut counts = Vec::new();
    for (file, cases) in FILES {
        let corpus: Corpus = vectors::read(&folder, file);
        assert_eq!(corpus.cases.len(), cases, "{file}");
        counts.push(run.file(&corpus, file));
    }
    for file in counts.iter().chain([&report::total(&counts)]) {
        println!("{}", report::line(file));
    }
    for id in run.known.ids() {
        if !run.departed.iter().any(|one| one == id) {
            run.faults
                .push(format!("{id}: is listed and did not depart so"));
        }
    }
    assert!(run.faults.is_empty(), "{}", run.faults.join("\n"));
    check_page(&report::page(&counts, &run.known));
}

/// The page that is committed tells what this run found.
fn check_page(page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/conformance.md");
    if std::env::var_os("AUDIENT_WRITE_DOCS").is_some() {
        fs::write(&path, page).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/conformance.md is not of this run: AUDIENT_WRITE_DOCS=1 cargo test --test conformance"
    );
}

/// As 19 providers publish them: what cannot be used never costs what can.
#[test]
fn published_key_sets_are_read() {
    let Some(folder) = vectors::folder() else {
        println!("0 of 19 run: no vectors here");
        return;
    };
    let shapes: Value = vectors::read(&folder, "jwks_shapes");
    let providers = shapes["providers"].as_object().unwrap();
    assert_eq!(providers.len(), 19);
    for (name, provider) in providers {
        let document = provider["jwks"].to_string();
        let set = jwk_set::parse(document.as_bytes(), Kinds::Asymmetric)
            .unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let published = provider["jwks"]["keys"].as_array().unwrap().len();
        let ignored: Vec<&str> = set.ignored.iter().map(|key| &*key.why).collect();
        println!(
            "{name}: {} of {published} keys usable; {ignored:?}",
            set.keys.len()
        );
        assert!(!set.keys.is_empty(), "{name}");
        assert_eq!(set.keys.len() + set.ignored.len(), published, "{name}");
    }
}
