//! An examination for programs. The shape is documented in docs/commands.md.

use serde_json::{Map, Value, json};

use crate::doctor::report::{KeyReport, Report, Step, Verdict};

pub(super) fn json(report: &Report) -> Value {
    let mut object = object(json!({
        "issuer": report.identifier,
        "ok": report.verdict() == Verdict::Well,
        "verdict": verdict(report.verdict()),
        "steps": report.steps.iter().map(step).collect::<Vec<_>>(),
        "keys": report.keys.iter().map(key).collect::<Vec<_>>(),
    }));
    optional(&mut object, "name", report.name.as_deref());
    optional(
        &mut object,
        "configuration",
        report.configuration.as_deref(),
    );
    object.into()
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Well => "ok",
        Verdict::Failed => "failed",
        Verdict::CannotTell => "cannot_tell",
    }
}

fn step(step: &Step) -> Value {
    let mut object = object(json!({
        "step": step.check.as_str(),
        "outcome": step.outcome.as_str(),
        "found": step.found,
    }));
    optional(&mut object, "url", step.url.as_deref());
    optional(&mut object, "expected", step.expected.as_deref());
    optional(&mut object, "fix", step.fix.as_deref());
    object.into()
}

fn key(key: &KeyReport) -> Value {
    let mut object = object(json!({
        "type": key.key_type,
        "verifies": key.verifies,
        "outcome": key.outcome.as_str(),
    }));
    optional(&mut object, "kid", key.kid.as_deref());
    optional(&mut object, "use", key.usage.as_deref());
    optional(&mut object, "alg", key.algorithm.as_deref());
    optional(&mut object, "thumbprint", key.thumbprint.as_deref());
    optional(&mut object, "problem", key.problem.as_deref());
    if !key.private.is_empty() {
        object.insert("private".into(), key.private.as_slice().into());
    }
    object.into()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

fn optional(object: &mut Map<String, Value>, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        object.insert(name.into(), value.into());
    }
}
