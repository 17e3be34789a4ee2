//! The documents keep up with the code: what a caller may receive is explained.

#![allow(
    clippy::default_trait_access,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a table of empty evidence, and tests that may fail"
)]

use std::time::Duration;

use audient::grpc::challenge::challenge;
use audient::pb::BearerChallenge;
use audient::policy::near_miss::near_misses;
use audient::token::form::{FormFault, Limit, Part, Problem};
use audient::token::numeric_date::NumericDate;
use audient::verdict::Inactive;
use audient::verdict::hint::Hint;
use audient::verdict::rejection::{Reason, Rejection, TimeEvidence};

const REASONS: &str = include_str!("../docs/reasons.md");
const WORDS: &str = "## The same failure in other libraries' words";

/// Columns of the tables by group, and of the one with others' words.
const COLUMNS: usize = 7;
const WORDS_COLUMNS: usize = 6;

/// The rows of all tables in a text, as their cells.
fn rows(text: &str) -> Vec<Vec<&str>> {
    (text.lines())
        .filter_map(|line| line.trim().strip_prefix('|')?.strip_suffix('|'))
        .filter(|line| !line.starts_with('-'))
        .map(|line| line.split('|').map(str::trim).collect())
        .collect()
}

fn groups_and_words() -> (&'static str, &'static str) {
    REASONS.split_once(WORDS).expect("the table of words")
}

fn rejection(reason: Reason) -> Rejection {
    let fault = || FormFault::new(Part::Token, Problem::Alphabet, 0);
    let time = || TimeEvidence {
        claim: None,
        now: NumericDate::from_seconds(0),
        leeway: Duration::ZERO,
        off_by: Duration::ZERO,
        limit: None,
    };
    match reason {
        Reason::TokenMissing => Rejection::TokenMissing,
        Reason::TokenTooLarge => Rejection::TokenTooLarge(Limit {
            limit: 1,
            actual: 2,
        }),
        Reason::TokenOpaque => Rejection::TokenOpaque,
        Reason::TokenEncrypted => Rejection::TokenEncrypted,
        Reason::TokenMalformed => Rejection::TokenMalformed(fault()),
        Reason::HeaderMalformed => Rejection::HeaderMalformed(fault()),
        Reason::PayloadMalformed => Rejection::PayloadMalformed(fault()),
        Reason::CriticalHeaderUnsupported => {
            Rejection::CriticalHeaderUnsupported(Default::default())
        }
        Reason::TokenTypeNotAllowed => Rejection::TokenTypeNotAllowed(Default::default()),
        Reason::AlgorithmNone => Rejection::AlgorithmNone(Default::default()),
        Reason::AlgorithmUnsupported => Rejection::AlgorithmUnsupported(Default::default()),
        Reason::AlgorithmNotAllowed => Rejection::AlgorithmNotAllowed(Default::default()),
        Reason::IssuerMissing => Rejection::IssuerMissing(Default::default()),
        Reason::IssuerUnknown => Rejection::IssuerUnknown(Default::default()),
        Reason::IssuerNotAllowed => Rejection::IssuerNotAllowed(Default::default()),
        Reason::KeyNotFound => Rejection::KeyNotFound(Default::default()),
        Reason::KeyUnsuitable => Rejection::KeyUnsuitable(Default::default()),
        Reason::SignatureInvalid => Rejection::SignatureInvalid(Default::default()),
        Reason::KeyDenied => Rejection::KeyDenied(Default::default()),
        Reason::AudienceMissing => Rejection::AudienceMissing(Default::default()),
        Reason::AudienceNotAllowed => Rejection::AudienceNotAllowed(Default::default()),
        Reason::AudienceMismatch => Rejection::AudienceMismatch(Default::default()),
        Reason::AudienceTooBroad => Rejection::AudienceTooBroad(Default::default()),
        Reason::AuthorizedPartyNotAllowed => {
            Rejection::AuthorizedPartyNotAllowed(Default::default())
        }
        Reason::Expired => Rejection::Expired(time()),
        Reason::ExpiryMissing => Rejection::ExpiryMissing(time()),
        Reason::NotYetValid => Rejection::NotYetValid(time()),
        Reason::IssuedInFuture => Rejection::IssuedInFuture(time()),
        Reason::LifetimeTooLong => Rejection::LifetimeTooLong(time()),
        Reason::TokenTooOld => Rejection::TokenTooOld(time()),
        Reason::ClaimMalformed => Rejection::ClaimMalformed(fault()),
        Reason::ClaimMissing => Rejection::ClaimMissing(Default::default()),
        Reason::ClaimNotAllowed => Rejection::ClaimNotAllowed(Default::default()),
        Reason::SubjectNotAllowed => Rejection::SubjectNotAllowed(Default::default()),
        Reason::ScopeInsufficient => Rejection::ScopeInsufficient(Default::default()),
        Reason::PossessionNotProven => Rejection::PossessionNotProven(Default::default()),
    }
}

fn answered(reason: Reason) -> BearerChallenge {
    challenge(&Inactive {
        leading: rejection(reason),
        others: Vec::new(),
        retry_after: None,
    })
}

/// The one row of this table that is about a reason: `code` in the column given.
fn row_of<'t>(table: &[Vec<&'t str>], reason: Reason, column: usize) -> Vec<&'t str> {
    let code = format!("`{}`", reason.code());
    let found: Vec<_> = (table.iter())
        .filter(|row| row.get(column) == Some(&&*code))
        .collect();
    assert_eq!(found.len(), 1, "rows of {code}: {found:?}");
    found[0].clone()
}

#[test]
fn every_reason_is_explained_with_its_rfc_6750_error() {
    let table = rows(groups_and_words().0);
    for reason in Reason::ALL {
        let row = row_of(&table, reason, 1);
        assert_eq!(row.len(), COLUMNS, "{row:?}");
        assert_eq!(row[0], reason.number().to_string(), "{row:?}");
        let told = answered(reason);
        let error = match &*told.error {
            "" => "no error",
            error => error,
        };
        assert_eq!(row[6], format!("{error}, {}", told.http_status), "{row:?}");
        // What it means, what the caller and the operator do.
        assert!(row[3..6].iter().all(|cell| cell.len() > 4), "{row:?}");
    }
}

#[test]
fn reasons_are_explained_in_order_of_precedence() {
    let numbers: Vec<u8> = (rows(groups_and_words().0).iter())
        .filter(|row| row.len() == COLUMNS)
        .filter_map(|row| row[0].parse().ok())
        .collect();
    assert_eq!(numbers, Reason::ALL.map(Reason::number));
}

#[test]
fn every_reason_is_told_in_other_libraries_words() {
    let table = rows(groups_and_words().1);
    for reason in Reason::ALL {
        let row = row_of(&table, reason, 0);
        assert_eq!(row.len(), WORDS_COLUMNS, "{row:?}");
        let told = answered(reason);
        let error = match &*told.error {
            "" => "none",
            error => error,
        };
        assert_eq!(row[1], format!("{error} {}", told.http_status), "{row:?}");
        assert!(row.iter().all(|cell| !cell.is_empty()), "{row:?}");
    }
}

#[test]
fn the_examples_of_near_misses_are_what_they_are_called() {
    let (_, after) = REASONS.split_once("## Near misses").expect("the section");
    let (section, _) = after.split_once("\n## ").expect("its end");
    let mut seen = 0;
    for row in rows(section).iter().filter(|row| row[0] != "kind") {
        let quoted = |cell: &'static str| cell.split('`').nth(1).expect("an example");
        let kind = row[0].split(' ').next().unwrap_or_default();
        let found = near_misses([quoted(row[1])], [quoted(row[2])]);
        let names: Vec<_> = (found.iter().flat_map(|miss| &miss.differences))
            .map(|difference| difference.name().replace('-', "_").to_uppercase())
            .collect();
        assert_eq!(names, [kind], "{row:?}");
        seen += 1;
    }
    assert_eq!(seen, 10);
}

#[test]
fn every_hint_has_its_marks_and_its_way_out() {
    let (_, after) = (REASONS.split_once("## What it looks like")).expect("the section");
    let (section, _) = after.split_once("\n## ").expect("its end");
    let told: Vec<_> = (rows(section).into_iter())
        .filter(|row| row[0] != "hint")
        .map(|row| {
            assert!(
                row.len() == 4 && row.iter().all(|cell| !cell.is_empty()),
                "{row:?}"
            );
            row[0].trim_matches('`').to_owned()
        })
        .collect();
    assert_eq!(told, Hint::ALL.map(Hint::code));
}

/// The name GitHub and most renderers give a heading.
fn anchor(heading: &str) -> String {
    (heading.to_lowercase().chars())
        .filter(|&char| char.is_alphanumeric() || matches!(char, ' ' | '-' | '_'))
        .map(|char| if char == ' ' { '-' } else { char })
        .collect()
}

#[test]
fn links_between_the_pages_lead_to_headings() {
    let pages = [
        ("calling.md", include_str!("../docs/calling.md")),
        ("errors.md", include_str!("../docs/errors.md")),
        ("operations.md", include_str!("../docs/operations.md")),
        ("reasons.md", REASONS),
        (
            "troubleshooting.md",
            include_str!("../docs/troubleshooting.md"),
        ),
    ];
    let mut seen = 0;
    for (page, text) in pages {
        for link in text.split("](").skip(1) {
            let target = link.split(')').next().unwrap_or_default();
            let Some((file, wanted)) = target.split_once('#') else {
                continue;
            };
            let file = if file.is_empty() { page } else { file };
            let Some((_, text)) = pages.iter().find(|(name, _)| *name == file) else {
                continue;
            };
            let headings = text.lines().filter(|line| line.starts_with('#'));
            let found = (headings.map(|line| line.trim_start_matches('#').trim()))
                .any(|heading| anchor(heading) == wanted);
            assert!(found, "{page}: no heading for {target}");
            seen += 1;
        }
    }
    assert!(seen > 100, "links were missed: {seen}");
}
