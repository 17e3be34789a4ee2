//! The answer for people: the cause first, then the token, then each audience.

use super::{checks, head};
use crate::cli::look::{Look, STRONG};
use crate::pb;

/// The whole answer. Of several audiences the first, which comes nearest to yes, is
/// told in full; the others in a line each.
pub(super) fn text(answer: &pb::ExplainResponse, look: Look) -> String {
    let mut lines: Vec<String> = (look.wrap(&look.safe(&answer.summary), 0).iter())
        .map(|line| look.paint(STRONG, line))
        .collect();
    lines.push(String::new());
    lines.extend(head::lines(answer, look));
    if let Some((best, others)) = answer.audiences.split_first() {
        lines.push(String::new());
        lines.push(checks::heading(best, 0, look));
        lines.extend(checks::table(best, look));
        if !others.is_empty() {
            lines.push(String::new());
        }
        let widest = others
            .iter()
            .map(|other| look.safe(&other.audience).len())
            .max();
        let widest = widest.unwrap_or(0).min(63);
        lines.extend(
            others
                .iter()
                .map(|other| checks::heading(other, widest, look)),
        );
    }
    if answer.audiences_omitted > 0 {
        lines.push(format!(
            "and {} more, further away",
            answer.audiences_omitted
        ));
    }
    let mut text = String::new();
    for line in lines {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
