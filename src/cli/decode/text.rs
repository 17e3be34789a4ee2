//! The parts for people.

use super::decoded::{Decoded, Form, Part, Problem, Signature};
use super::pretty::pretty;
use crate::cli::look::{BAD, Look, QUIET, STRONG, UNSURE};
use crate::cli::times;
use crate::escape::escape_to;
use crate::token::json::Value;
use crate::token::numeric_date::NumericDate;

/// Most bytes that are shown of a part that is no JSON object.
const MAX_RAW: usize = 4096;

/// All of it, times as seen from `now`.
pub(super) fn text(decoded: &Decoded, now: NumericDate, look: Look) -> String {
    let mut sections = vec![look.paint(UNSURE, opening(decoded))];
    let none = |_: &str, _: Value<'_>| None;
    let when = |name: &str, value: Value<'_>| {
        let is_time = times::CLAIMS.contains(&name);
        is_time.then(|| match times::read(value) {
            Ok(time) => times::when(time, now, ["ago", "from now"]),
            Err(why) => why.into(),
        })
    };
    sections.extend((decoded.header.as_ref()).map(|part| shown("header", part, &none, look)));
    sections.extend((decoded.claims.as_ref()).map(|part| shown("payload", part, &when, look)));
    sections.extend((decoded.signature.as_ref()).map(|it| signature(it, look)));
    if !decoded.problems.is_empty() {
        sections.push(problems(&decoded.problems, look));
    }
    format!("{}\n", sections.join("\n\n"))
}

fn opening(decoded: &Decoded) -> &'static str {
    match decoded.form {
        Form::Jws => "A signed token (JWS). Nothing is verified: anyone could have written this.",
        Form::Jwe => {
            "An encrypted token (JWE). Only its header can be read, and nothing is verified."
        }
        Form::Opaque => "An opaque text: it has no parts. Only its issuer can say what it means.",
        Form::Malformed if decoded.header.is_none() && decoded.claims.is_none() => {
            "No token that can be taken apart."
        }
        Form::Malformed => {
            "No token that any service accepts; this is what can be read. Nothing is verified."
        }
    }
}

fn shown(
    title: &str,
    part: &Part,
    note: &dyn Fn(&str, Value<'_>) -> Option<String>,
    look: Look,
) -> String {
    let body = match &part.object {
        Some(object) => pretty(object, note),
        None => look.safe(&escape_to(&part.text, MAX_RAW)),
    };
    format!("{}\n{body}", look.paint(STRONG, title))
}

fn signature(signature: &Signature, look: Look) -> String {
    let expects = match (signature.algorithm, signature.expected()) {
        (Some(alg), Some((least, most))) if least == most => format!("; {alg} makes {least}"),
        (Some(alg), Some((least, most))) => {
            format!("; {alg} makes {least} to {most}, as many as the key has")
        }
        _ => String::new(),
    };
    let count = match signature.bytes {
        0 => "none".into(),
        bytes => format!("{bytes} bytes"),
    };
    let line = look.paint(QUIET, &format!("{count}{expects}"));
    format!("{}\n{line}", look.paint(STRONG, "signature"))
}

fn problems(problems: &[Problem], look: Look) -> String {
    let mut lines = vec![look.paint(STRONG, "problems")];
    let mark = if look.unicode { "✗" } else { "x" };
    for problem in problems {
        let message = format!("{}: {}", problem.code, look.safe(&problem.message));
        for (at, line) in look.wrap(&message, 2).into_iter().enumerate() {
            lines.push(match at {
                0 => format!("{} {line}", look.paint(BAD, mark)),
                _ => format!("  {line}"),
            });
        }
    }
    lines.join("\n")
}
