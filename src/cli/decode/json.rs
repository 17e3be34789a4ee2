//! The parts for programs. Written by hand: `serde_json::Value` would round numbers.

use super::decoded::{Decoded, Form, Part};
use super::pretty::{pretty, string};
use crate::cli::times;
use crate::grpc::message::rfc3339;
use crate::token::json::Object;

/// One JSON object, indented.
pub(super) fn json(decoded: &Decoded) -> String {
    let form = match decoded.form {
        Form::Jws => "jws",
        Form::Jwe => "jwe",
        Form::Opaque => "opaque",
        Form::Malformed => "malformed",
    };
    let number = |number: Option<usize>| number.map_or("null".into(), |it| it.to_string());
    let signature = decoded.signature.as_ref();
    let problems: Vec<String> = (decoded.problems.iter())
        .map(|problem| {
            format!(
                "\n    {{\"code\": {}, \"message\": {}}}",
                string(problem.code),
                string(&problem.message)
            )
        })
        .collect();
    let members = [
        ("form", string(form)),
        ("verified", "false".into()),
        ("header", object(decoded.header.as_ref())),
        ("header_text", text(decoded.header.as_ref())),
        ("claims", object(decoded.claims.as_ref())),
        ("claims_text", text(decoded.claims.as_ref())),
        ("times", dates(decoded.claims.as_ref())),
        ("signature_bytes", number(signature.map(|it| it.bytes))),
        (
            "problems",
            match &*problems {
                [] => "[]".into(),
                _ => format!("[{}\n  ]", problems.join(",")),
            },
        ),
    ];
    let members = members.map(|(name, value)| format!("  \"{name}\": {value}"));
    format!("{{\n{}\n}}\n", members.join(",\n"))
}

/// An object, unless it would mean different things to different readers.
fn object(part: Option<&Part>) -> String {
    let one = unambiguous(part).map(|object| pretty(object, &|_, _| None));
    one.map_or("null".into(), |text| text.replace('\n', "\n  "))
}

fn unambiguous(part: Option<&Part>) -> Option<&Object> {
    let object = part?.object.as_ref()?;
    object.duplicates().is_empty().then_some(object)
}

fn text(part: Option<&Part>) -> String {
    part.map_or("null".into(), |part| string(&part.text))
}

/// The times that can be read; null for one that is none.
fn dates(claims: Option<&Part>) -> String {
    let dates: Vec<String> = times::CLAIMS
        .into_iter()
        .filter_map(|name| {
            let value = unambiguous(claims)?.get(name)?;
            let date = times::read(value).map(|at| string(&rfc3339(at)));
            Some(format!("\"{name}\": {}", date.unwrap_or("null".into())))
        })
        .collect();
    format!("{{{}}}", dates.join(", "))
}
