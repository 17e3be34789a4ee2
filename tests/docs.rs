//! docs/reasons.md has a row for each reason that the service can give, with its
//! field and RFC 6750 error, and a row of other libraries' words.

use std::time::Duration;

use audient::grpc::challenge::challenge;
use audient::token::form::{FormFault, Limit, Part, Problem};
use audient::token::numeric_date::NumericDate;
use audient::verdict::Inactive;
use audient::verdict::rejection::{Reason, Rejection, TimeEvidence};

const PAGE: &str = include_str!("../docs/reasons.md");

const TITLE: &str = "In other libraries' words";

/// A rejection of each reason, to ask the code what it answers.
fn example(reason: Reason) -> Rejection {
    let fault = FormFault::new(Part::Token, Problem::NotJsonObject, 0);
    let limit = Limit {
        limit: 1,
        actual: 2,
    };
    let time = TimeEvidence {
        claim: None,
        now: NumericDate::from_seconds(0),
        leeway: Duration::ZERO,
        off_by: Duration::ZERO,
        limit: None,
    };
    match reason {
        Reason::TokenMissing => Rejection::TokenMissing,
        Reason::TokenTooLarge => Rejection::TokenTooLarge(limit),
        Reason::TokenOpaque => Rejection::TokenOpaque,
        Reason::TokenEncrypted => Rejection::TokenEncrypted,
        Reason::TokenMalformed => Rejection::TokenMalformed(fault),
        Reason::HeaderMalformed => Rejection::HeaderMalformed(fault),
        Reason::PayloadMalformed => Rejection::PayloadMalformed(fault),
        Reason::CriticalHeaderUnsupported => Rejection::CriticalHeaderUnsupported(<_>::default()),
        Reason::TokenTypeNotAllowed => Rejection::TokenTypeNotAllowed(<_>::default()),
        Reason::AlgorithmNone => Rejection::AlgorithmNone(<_>::default()),
        Reason::AlgorithmUnsupported => Rejection::AlgorithmUnsupported(<_>::default()),
        Reason::AlgorithmNotAllowed => Rejection::AlgorithmNotAllowed(<_>::default()),
        Reason::IssuerMissing => Rejection::IssuerMissing(<_>::default()),
        Reason::IssuerUnknown => Rejection::IssuerUnknown(<_>::default()),
        Reason::IssuerNotAllowed => Rejection::IssuerNotAllowed(<_>::default()),
        Reason::KeyNotFound => Rejection::KeyNotFound(<_>::default()),
        Reason::KeyUnsuitable => Rejection::KeyUnsuitable(<_>::default()),
        Reason::SignatureInvalid => Rejection::SignatureInvalid(<_>::default()),
        Reason::KeyDenied => Rejection::KeyDenied(<_>::default()),
        Reason::AudienceMissing => Rejection::AudienceMissing(<_>::default()),
        Reason::AudienceNotAllowed => Rejection::AudienceNotAllowed(<_>::default()),
        Reason::AudienceMismatch => Rejection::AudienceMismatch(<_>::default()),
        Reason::AudienceTooBroad => Rejection::AudienceTooBroad(<_>::default()),
        Reason::AuthorizedPartyNotAllowed => Rejection::AuthorizedPartyNotAllowed(<_>::default()),
        Reason::Expired => Rejection::Expired(time),
        Reason::ExpiryMissing => Rejection::ExpiryMissing(time),
        Reason::NotYetValid => Rejection::NotYetValid(time),
        Reason::IssuedInFuture => Rejection::IssuedInFuture(time),
        Reason::LifetimeTooLong => Rejection::LifetimeTooLong(time),
        Reason::TokenTooOld => Rejection::TokenTooOld(time),
        Reason::ClaimMalformed => Rejection::ClaimMalformed(fault),
        Reason::ClaimMissing => Rejection::ClaimMissing(<_>::default()),
        Reason::ClaimNotAllowed => Rejection::ClaimNotAllowed(<_>::default()),
        Reason::SubjectNotAllowed => Rejection::SubjectNotAllowed(<_>::default()),
        Reason::ScopeInsufficient => Rejection::ScopeInsufficient(<_>::default()),
        Reason::PossessionNotProven => Rejection::PossessionNotProven(<_>::default()),
    }
}

/// The challenge as the page writes it: status, and error if there is one.
fn rfc_6750(reason: Reason) -> String {
    let told = challenge(&Inactive {
        leading: example(reason),
        others: Vec::new(),
        retry_after: None,
    });
    match told.error.as_str() {
        "" => told.http_status.to_string(),
        error => format!("{} `{error}`", told.http_status),
    }
}

/// The cells of each row of each table in a text.
fn rows(text: &str) -> Vec<Vec<&str>> {
    (text.lines())
        .filter_map(|line| line.strip_prefix('|')?.strip_suffix('|'))
        .map(|line| line.split('|').map(str::trim).collect())
        .collect()
}

/// What stands before and after a heading; without it nothing does.
fn at_heading<'a>(page: &'a str, title: &str) -> (&'a str, &'a str) {
    page.split_once(&format!("\n## {title}\n"))
        .unwrap_or_default()
}

/// What is missing or wrong on a page.
fn problems(page: &str) -> Vec<String> {
    let (before, others) = at_heading(page, TITLE);
    let (reasons, others) = (rows(before), rows(others));
    let mut problems = Vec::new();
    for reason in Reason::ALL {
        let (number, code) = (reason.number().to_string(), format!("`{}`", reason.code()));
        let mut row = reasons.iter().filter(|row| row.get(1) == Some(&&*code));
        match (row.next(), row.next()) {
            (Some(row), None) => {
                if row.first() != Some(&&*number) {
                    problems.push(format!("{code}: the number is {number}"));
                }
                if row.last() != Some(&&*rfc_6750(reason)) {
                    problems.push(format!("{code}: RFC 6750 is {}", rfc_6750(reason)));
                }
                if row.len() != 7 || row.iter().skip(3).any(|cell| cell.is_empty()) {
                    problems.push(format!("{code}: a cell is missing or empty"));
                }
                let example = example(reason);
                let wanted = format!("`{}`", example.field());
                // Of some reasons the field is whatever claim it is about.
                if !example.field().is_empty() && row.get(2) != Some(&&*wanted) {
                    problems.push(format!("{code}: the field is {wanted}"));
                }
            }
            _ => problems.push(format!("{code}: one row among the reasons")),
        }
        let words: Vec<_> = (others.iter())
            .filter(|row| row.first() == Some(&&*code))
            .collect();
        let complete =
            matches!(words[..], [row] if row.len() == 5 && row.iter().all(|cell| !cell.is_empty()));
        if !complete {
            problems.push(format!("{code}: one row of other libraries' words"));
        }
    }
    problems
}

#[test]
fn reasons_md_tells_of_every_reason() {
    assert_eq!(problems(PAGE), Vec::<String>::new());
}

#[test]
fn reasons_md_is_in_order_of_precedence() {
    let (before, _) = at_heading(PAGE, TITLE);
    let numbers: Vec<u8> = (rows(before).iter())
        .filter(|row| row.len() == 7)
        .filter_map(|row| row.first()?.parse().ok())
        .collect();
    // 33 and 44 are reserved.
    assert_eq!(numbers.len(), Reason::ALL.len() + 2);
    assert!(numbers.is_sorted(), "{numbers:?}");
}

#[test]
fn what_is_missing_is_found() {
    for (written, instead, problem) in [
        (
            "| 60 | `expired` |",
            "| 60 | `outdated` |",
            "`expired`: one row among the reasons",
        ),
        (
            "| 60 | `expired` |",
            "| 61 | `expired` |",
            "`expired`: the number is 60",
        ),
        (
            "| Get a token from the configured issuer. |",
            "| |",
            "`issuer-missing`: a cell is missing or empty",
        ),
        (
            "| 403 `insufficient_scope` |",
            "| 401 `invalid_token` |",
            "`scope-insufficient`: RFC 6750 is 403 `insufficient_scope`",
        ),
        (
            "| `expired` | Jwt is expired |",
            "| `outdated` | Jwt is expired |",
            "`expired`: one row of other libraries' words",
        ),
        (
            "| `nbf` | now <",
            "| `iat` | now <",
            "`not-yet-valid`: the field is `nbf`",
        ),
    ] {
        assert!(PAGE.contains(written), "{written}");
        let page = PAGE.replacen(written, instead, 1);
        assert!(
            problems(&page).iter().any(|one| one == problem),
            "{problem}: {:?}",
            problems(&page)
        );
    }
}
