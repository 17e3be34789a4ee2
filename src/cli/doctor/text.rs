//! An examination for people: a mark, a step, what was found, and beneath it what to
//! do. In colour on terminals (NO_COLOR is obeyed).

use std::io::Write as _;

use anstyle::{AnsiColor, Style};

use crate::doctor::report::{Check, KeyReport, Outcome, Report, Step, Verdict};

/// Width of a step's name.
const NAME: usize = 12;

pub(super) fn print(report: &Report) {
    // A reader that is gone is no failure of ours.
    let _ = anstream::stdout().write_all(text(report).as_bytes());
}

fn text(report: &Report) -> String {
    let mut out = String::new();
    for step in &report.steps {
        out.push_str(&row(step.outcome, step.check.as_str(), &lines(step)));
        if step.check == Check::Keys {
            for key in &report.keys {
                out.push_str(&row(key.outcome, "", &lines_of(key)));
            }
        }
    }
    out.push('\n');
    out.push_str(&summary(report));
    if let Some(entry) = &report.configuration {
        out.push_str("\nTo trust it, put this into the configuration, and its name into `issuers` of your [[audiences]]:\n\n");
        out.push_str(entry);
    }
    out
}

/// What is told of a step, a line each.
fn lines(step: &Step) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(step.url.clone());
    lines.push(step.found.clone());
    lines.extend(
        step.expected
            .as_ref()
            .map(|what| format!("expected: {what}")),
    );
    lines.extend(step.fix.as_ref().map(|what| format!("→ {what}")));
    lines
}

fn lines_of(key: &KeyReport) -> Vec<String> {
    let name =
        (key.kid.as_ref()).map_or_else(|| "without kid".to_owned(), |kid| format!("kid \"{kid}\""));
    let said = [("alg", &key.algorithm), ("use", &key.usage)];
    let said = said
        .iter()
        .filter_map(|(member, value)| Some(format!(", {member} {}", value.as_ref()?)));
    let key_type = match key.key_type.as_str() {
        "" => "of no type",
        known => known,
    };
    let what = format!("{name}: {key_type}{}", said.collect::<String>());
    match (&key.problem, key.verifies.is_empty()) {
        (None, _) => vec![format!("{what}: verifies {}", key.verifies.join(", "))],
        (Some(problem), true) => vec![what, format!("not used: {problem}")],
        (Some(problem), false) => vec![what, problem.clone()],
    }
}

fn row(outcome: Outcome, name: &str, lines: &[String]) -> String {
    let (mark, style) = match outcome {
        Outcome::Ok => ("✓", AnsiColor::Green.on_default()),
        Outcome::Warning => ("!", AnsiColor::Yellow.on_default()),
        Outcome::Failed => ("✗", AnsiColor::Red.on_default().bold()),
        Outcome::Skipped => ("–", Style::new().dimmed()),
    };
    let rows = lines.iter().enumerate().map(|(index, line)| match index {
        0 => format!("{style}{mark}{style:#} {name:NAME$}  {line}\n"),
        _ => format!("  {:NAME$}  {line}\n", ""),
    });
    rows.collect()
}

/// The verdict, on a line.
fn summary(report: &Report) -> String {
    let names = |steps: &mut dyn Iterator<Item = &Step>| {
        let mut names: Vec<_> = steps.map(|step| step.check.as_str()).collect();
        names.dedup();
        (names.len(), names.join(", "))
    };
    let (warnings, warned) = names(&mut report.warnings());
    let beside = match warnings {
        0 => String::new(),
        1 => format!("; 1 warning: {warned}"),
        _ => format!("; {warnings} warnings: {warned}"),
    };
    let (problems, failed) = names(&mut report.failures());
    let verdict = match report.verdict() {
        Verdict::Well => "all is well".to_owned(),
        Verdict::CannotTell => format!("cannot tell: nobody was reached ({failed})"),
        Verdict::Failed if problems == 1 => format!("1 problem: {failed}"),
        Verdict::Failed => format!("{problems} problems: {failed}"),
    };
    format!("{verdict}{beside}\n")
}
