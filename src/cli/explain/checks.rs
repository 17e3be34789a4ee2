//! What one audience says: its answer, and every check.

use super::near_miss;
use crate::cli::look::{BAD, GOOD, Look, QUIET, STRONG, UNSURE};
use crate::pb;
use crate::pb::audience_explanation::Answer;
use crate::pb::check::Outcome;
use crate::pb::rejection::Detail;

/// Columns before what a check says.
const INDENT: usize = 15;

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
    let cause =
        leading(audience).map_or_else(String::new, |cause| format!(": {}", look.safe(cause)));
    format!(
        "{}  {}{cause}",
        look.paint(STRONG, &name),
        look.paint(style, answer)
    )
}

/// The reason that leads, or what could not be decided.
fn leading(audience: &pb::AudienceExplanation) -> Option<&str> {
    let rejections = audience
        .checks
        .iter()
        .filter_map(|check| check.rejection.as_ref());
    let first = rejections.min_by_key(|rejection| rejection.reason);
    let undecided = || {
        let check = audience
            .checks
            .iter()
            .find(|check| check.outcome() == Outcome::Undecided)?;
        Some(&*check.why).filter(|why| !why.is_empty())
    };
    first.map(|rejection| &*rejection.code).or_else(undecided)
}

/// The table of checks.
pub(super) fn table(audience: &pb::AudienceExplanation, look: Look) -> Vec<String> {
    (audience.checks.iter())
        .flat_map(|check| row(check, look))
        .collect()
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
    if loud && !check.expected.is_empty() {
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
    let misses = match &rejection.detail {
        Some(Detail::Audience(audience)) => &*audience.near_misses,
        Some(Detail::Issuer(issuer)) => &*issuer.near_misses,
        _ => &[],
    };
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
