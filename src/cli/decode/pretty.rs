//! JSON as it was written, indented: numbers keep every digit, a name that stands twice
//! stands there twice, and what is not printable ASCII is a JSON escape, so that no
//! token writes to a terminal.

use std::fmt::Write as _;

use crate::escape::ascii_json;
use crate::token::json::{Kind, Object, Value};

/// Longest list of plain values that stays in one line, in bytes.
const SHORT: usize = 72;

/// An object, indented by two columns a level. `note`: what to put behind a member of
/// the outermost level.
pub(in crate::cli) fn pretty(
    object: &Object,
    note: &dyn Fn(&str, Value<'_>) -> Option<String>,
) -> String {
    let mut out = String::new();
    let members: Vec<(&str, Value<'_>)> = object.members().collect();
    let write = |out: &mut String, (name, value): &(&str, Value<'_>)| {
        out.push_str(&string(name));
        out.push_str(": ");
        self::value(out, *value, 1);
    };
    let notes = |(name, value): &(&str, Value<'_>)| note(name, *value);
    items(&mut out, '{', '}', 0, &members, &write, &notes);
    out
}

fn value(out: &mut String, value: Value<'_>, level: usize) {
    match value.kind() {
        Kind::Object => {
            let members = value.members().unwrap_or_default();
            let write = |out: &mut String, (name, value): &(Box<str>, Value<'_>)| {
                out.push_str(&string(name));
                out.push_str(": ");
                self::value(out, *value, level + 1);
            };
            items(out, '{', '}', level, &members, &write, &|_| None);
        }
        Kind::Array => array(out, value, level),
        Kind::String => out.push_str(&string(&value.as_str().unwrap_or_default())),
        // Only digits, signs and letters.
        Kind::Null | Kind::Bool | Kind::Number => out.push_str(value.text()),
    }
}

fn array(out: &mut String, array: Value<'_>, level: usize) {
    let elements = array.elements().unwrap_or_default();
    let plain = (elements.iter()).all(|one| !matches!(one.kind(), Kind::Object | Kind::Array));
    if plain && array.text().len() <= SHORT {
        out.push('[');
        for (at, element) in elements.iter().enumerate() {
            out.push_str(if at == 0 { "" } else { ", " });
            value(out, *element, level);
        }
        out.push(']');
    } else {
        let write = |out: &mut String, element: &Value<'_>| value(out, *element, level + 1);
        items(out, '[', ']', level, &elements, &write, &|_| None);
    }
}

fn items<T>(
    out: &mut String,
    open: char,
    close: char,
    level: usize,
    items: &[T],
    write: &dyn Fn(&mut String, &T),
    note: &dyn Fn(&T) -> Option<String>,
) {
    out.push(open);
    for (at, item) in items.iter().enumerate() {
        let _ = write!(out, "\n{:1$}", "", 2 * (level + 1));
        write(out, item);
        out.push_str(if at + 1 < items.len() { "," } else { "" });
        if let Some(note) = note(item) {
            let _ = write!(out, "  // {note}");
        }
    }
    if !items.is_empty() {
        let _ = write!(out, "\n{:1$}", "", 2 * level);
    }
    out.push(close);
}

/// A JSON string of printable ASCII.
pub(super) fn string(text: &str) -> String {
    ascii_json(&serde_json::Value::from(text).to_string())
}
