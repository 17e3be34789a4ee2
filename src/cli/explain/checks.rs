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
    let mut says = match outcome {
        // What the token has matters less than why it was not looked at.
        Outcome::Skipped => look.wrap(&look.safe(&check.why), INDENT),
        _ => look.wrap(&look.safe(&check.found), INDENT),
    };
    if loud {
        // A drawing of one near miss says it better; where nothing was found, the reason.
        let rejection = check.rejection.as_ref();
        let wanted = check.expected.trim_matches('"');
        let drawn = rejection
            .is_some_and(|one| matches!(near_misses(one), [miss] if miss.accepted == wanted));
        let expected = format!("expected: {}", look.safe(&check.expected));
        let told = !drawn && !check.found.is_empty() && !check.expected.is_empty();
        says.extend(
            told.then_some(expected)
                .iter()
                .flat_map(|line| look.wrap(line, INDENT)),
        );
        says.extend(look.wrap(&look.safe(&check.why), INDENT));
        says.extend(
            rejection
                .into_iter()
                .flat_map(|one| reason(one, style, look)),
        );
        says.retain(|line| !line.is_empty());
    } else {
        says = says.iter().map(|line| look.paint(QUIET, line)).collect();
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
    let mut lines = look.wrap(&message, INDENT);
    if let Some(first) = lines.first_mut()
        && let Some(rest) = first.strip_prefix(&*code)
    {
        *first = format!("{}{rest}", look.paint(style, &code));
    }
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
