//! What one audience says: its answer, and every check.

use super::near_miss;
use crate::cli::look::{BAD, GOOD, Look, QUIET, STRONG, UNSURE};
use crate::pb;
use crate::pb::audience_explanation::Answer;
use crate::pb::check::Outcome;
use crate::pb::rejection::Detail;

/// Columns before what a check says.
const INDENT: usize = 15;

/// Most reasons that are named in a line.
const MAX_CODES: usize = 4;

/// Most near misses that are drawn; one is the rule.
const MAX_NEAR_MISSES: usize = 3;

/// The audience in a line: its name, its answer, and what leads to it.
pub(super) fn heading(audience: &pb::AudienceExplanation, name_width: usize, look: Look) -> String {
    let (style, answer) = match audience.answer() {
        Answer::Active => (GOOD, "active"),
        Answer::Inactive => (BAD, "inactive"),
        Answer::CannotTell => (UNSURE, "cannot tell"),
        Answer::Unspecified => (UNSURE, "an answer newer than this program"),
    };
    let name = format!("{:<name_width$}", look.safe(&audience.audience));
    let cause = look.safe(&cause(audience));
    format!(
        "{}  {}{cause}",
        look.paint(STRONG, &name),
        look.paint(style, answer)
    )
}

/// The reasons, the one that leads first; else the first check that is undecided.
fn cause(audience: &pb::AudienceExplanation) -> String {
    let checks = &audience.checks;
    let mut found: Vec<_> = (checks.iter())
        .filter_map(|check| check.rejection.as_ref())
        .collect();
    found.sort_by_key(|rejection| rejection.reason);
    let mut codes: Vec<&str> = found.iter().map(|rejection| &*rejection.code).collect();
    codes.dedup();
    let left = codes.len().saturating_sub(MAX_CODES);
    codes.truncate(MAX_CODES);
    match (&*codes, left) {
        ([], _) => (checks.iter())
            .find(|check| check.outcome() == Outcome::Undecided)
            .map_or_else(String::new, |check| format!(": {}", check.name)),
        (codes, 0) => format!(": {}", codes.join(", ")),
        (codes, left) => format!(": {} and {left} more", codes.join(", ")),
    }
}

/// The table of checks. Several at its end that were skipped for one reason are one row.
pub(super) fn table(audience: &pb::AudienceExplanation, look: Look) -> Vec<String> {
    let skipped = |check: &pb::Check| check.outcome() == Outcome::Skipped;
    let alike = |a: &pb::Check, b: &pb::Check| skipped(a) && skipped(b) && a.why == b.why;
    let mut checks = audience.checks.clone();
    let rest = checks.chunk_by(alike).next_back().map_or(0, <[_]>::len);
    if rest > 2 {
        checks.truncate(checks.len() - rest + 1);
        if let Some(last) = checks.last_mut() {
            last.name = "all others".into();
        }
    }
    checks.iter().flat_map(|check| row(check, look)).collect()
}

fn row(check: &pb::Check, look: Look) -> Vec<String> {
    let outcome = check.outcome();
    let (style, mark) = match (outcome, look.unicode) {
        (Outcome::Passed, true) => (GOOD, "✓"),
        (Outcome::Passed, false) => (GOOD, "+"),
        (Outcome::Failed, true) => (BAD, "✗"),
        (Outcome::Failed, false) => (BAD, "x"),
        (Outcome::Skipped, true) => (QUIET, "–"),
        (Outcome::Skipped, false) => (QUIET, "-"),
        (Outcome::Undecided | Outcome::Unspecified, _) => (UNSURE, "?"),
    };
    let loud = matches!(outcome, Outcome::Failed | Outcome::Undecided);
    let name = format!("{:<10}", look.safe(&check.name));
    let mut says = Vec::new();
    let found = [&check.found, &check.why].map(|text| look.safe(text));
    let found: Vec<String> = found.into_iter().filter(|text| !text.is_empty()).collect();
    let wrapped = look.wrap(&found.join("; "), INDENT);
    if !found.is_empty() {
        let paint = |line: String| if loud { line } else { look.paint(QUIET, &line) };
        says.extend(wrapped.into_iter().map(paint));
    }
    // A drawing of one near miss says it better.
    let drawn = (check.rejection.as_ref()).is_some_and(
        |rejection| matches!(near_misses(rejection), [miss] if miss.accepted == check.expected),
    );
    if loud && !drawn && !check.expected.is_empty() {
        if found.is_empty() {
            says.push("absent".into());
        }
        says.extend(look.wrap(&format!("expected: {}", look.safe(&check.expected)), INDENT));
    }
    if let Some(rejection) = &check.rejection {
        says.extend(reason(rejection, style, look));
    }
    let name = if loud {
        look.paint(STRONG, &name)
    } else {
        name
    };
    let mut says = says.into_iter();
    let first = says.next().unwrap_or_default();
    let mut lines = vec![format!("  {} {name} {first}", look.paint(style, mark))];
    lines.extend(says.map(|line| format!("{:INDENT$}{line}", "")));
    lines
}

/// What a failed check found, in lines.
fn reason(rejection: &pb::Rejection, style: anstyle::Style, look: Look) -> Vec<String> {
    let code = look.safe(&rejection.code);
    let message = format!("{code}: {}", look.safe(&rejection.message));
    let mut wrapped = look.wrap(&message, INDENT);
    if let Some(first) = wrapped.first_mut()
        && let Some(rest) = first.strip_prefix(&*code)
    {
        *first = format!("{}{rest}", look.paint(style, &code));
    }
    let mut lines = wrapped;
    let misses = near_misses(rejection);
    let drawn = misses.iter().take(MAX_NEAR_MISSES);
    lines.extend(drawn.flat_map(|miss| near_miss::lines(miss, INDENT, look)));
    if misses.len() > MAX_NEAR_MISSES {
        lines.push(format!(
            "and {} more near misses",
            misses.len() - MAX_NEAR_MISSES
        ));
    }
    lines
}

fn near_misses(rejection: &pb::Rejection) -> &[pb::NearMiss] {
    match &rejection.detail {
        Some(Detail::Audience(audience)) => &audience.near_misses,
        Some(Detail::Issuer(issuer)) => &issuer.near_misses,
        _ => &[],
    }
}
