//! Audiences for people.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::cli::look::{BAD, GOOD};
use crate::cli::table::{Cell, Table};
use crate::escape::escape_to;
use crate::pb::AudienceInfo;

/// One line each.
pub(super) fn table(audiences: &[AudienceInfo]) -> String {
    let mut table = Table::with_header(&["NAME", "DECIDABLE", "ACCEPT", "ISSUERS", "SCOPES"]);
    for audience in audiences {
        table.row([
            safe(&audience.name).into(),
            decidable(audience),
            safe(&audience.accept.join(", ")).into(),
            safe(&audience.issuers.join(", ")).into(),
            safe(&audience.required_scopes.join(", ")).into(),
        ]);
    }
    table.render()
}

/// Every key of each policy, in the order of the alphabet.
///
/// # Errors
/// The service sent no JSON.
pub(super) fn policies(audiences: &[AudienceInfo]) -> Result<String, String> {
    let policies: Result<Vec<String>, String> = audiences.iter().map(policy).collect();
    policies.map(|policies| policies.join("\n"))
}

fn policy(audience: &AudienceInfo) -> Result<String, String> {
    let mut keys: BTreeMap<String, Value> = serde_json::from_str(&audience.policy_json)
        .map_err(|error| format!("policy_json of {}: {error}", safe(&audience.name)))?;
    keys.remove("name");
    let mut table = Table::default();
    table.row(["name".into(), safe(&audience.name).into()]);
    table.row(["decidable".into(), decidable(audience)]);
    for (key, value) in &keys {
        table.row([safe(key).into(), written(value).into()]);
    }
    Ok(table.render())
}

fn decidable(audience: &AudienceInfo) -> Cell {
    match audience.decidable {
        true => Cell::new("yes", GOOD),
        false => Cell::new("no", BAD),
    }
}

/// A value as people would write it; nothing for what the policy does not ask.
fn written(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => safe(text),
        Value::Array(all) => all.iter().map(written).collect::<Vec<_>>().join(", "),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => safe(&value.to_string()),
    }
}

/// What a terminal can show, whole.
fn safe(text: &str) -> String {
    escape_to(text, usize::MAX)
}

#[cfg(test)]
mod tests;
