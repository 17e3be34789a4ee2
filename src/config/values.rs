//! Readers of single values: each says what it found and what it wanted. Nothing is
//! coerced; only variables of the environment, which have no types, are parsed.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::duration;
use super::reader::Context;
use super::source::{Node, Value};
use super::variables;
use super::wording::found;

/// `true` or `false`.
pub(super) fn boolean(context: &Context<'_>, node: &Node) -> Option<bool> {
    match &node.value {
        Value::Bool(value) => Some(*value),
        Value::Variable(text) if text == "true" => Some(true),
        Value::Variable(text) if text == "false" => Some(false),
        _ => {
            context.wrong_type(node, "true or false");
            None
        }
    }
}

/// A string with its `${VAR}` filled in; not empty.
pub(super) fn text(context: &Context<'_>, node: &Node) -> Option<String> {
    let text = match &node.value {
        Value::Text(written) => match variables::expand(written, context.environment) {
            Ok(text) => text,
            Err(why) => {
                context.note(&node.place, &why);
                return None;
            }
        },
        Value::Variable(text) => text.clone(),
        _ => {
            context.wrong_type(node, "a string in quotes");
            return None;
        }
    };
    if text.is_empty() {
        context.note(&node.place, "is empty; write a value, or leave it out");
        return None;
    }
    Some(text)
}

/// A string that `read` makes something of; `wanted` says what.
pub(super) fn parsed<T>(
    wanted: &str,
    read: impl Fn(&str) -> Option<T>,
) -> impl Fn(&Context<'_>, &Node) -> Option<T> {
    move |context, node| {
        if !matches!(node.value, Value::Text(_) | Value::Variable(_)) {
            context.wrong_type(node, wanted);
            return None;
        }
        let value = read(&text(context, node)?);
        if value.is_none() {
            context.note(
                &node.place,
                &format!("found {}; write {wanted}", found(&node.value)),
            );
        }
        value
    }
}

/// One of a few words.
pub(super) fn choice<T: Copy>(words: &[(&str, T)]) -> impl Fn(&Context<'_>, &Node) -> Option<T> {
    let listed: Vec<_> = words
        .iter()
        .map(|(word, _)| format!("\"{word}\""))
        .collect();
    let wanted = listed.join(" or ");
    move |context, node| {
        let pick = |text: &str| {
            words
                .iter()
                .find(|(word, _)| *word == text)
                .map(|(_, value)| *value)
        };
        parsed(&wanted, pick)(context, node)
    }
}

/// A whole number within a range; `unit` is what it counts.
pub(super) fn integer(
    range: RangeInclusive<usize>,
    unit: &str,
) -> impl Fn(&Context<'_>, &Node) -> Option<usize> {
    move |context, node| {
        let value = match &node.value {
            Value::Integer(value) => usize::try_from(*value).ok(),
            Value::Variable(text) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok(),
            _ => {
                context.wrong_type(node, &format!("a whole number of {unit}"));
                return None;
            }
        };
        let value = value.filter(|value| range.contains(value));
        if value.is_none() {
            let (low, high) = (range.start(), range.end());
            let fix = match *high {
                usize::MAX => format!("write at least {low}"),
                high => format!("write {low} to {high} {unit}"),
            };
            context.note(
                &node.place,
                &format!("{} is out of range; {fix}", found(&node.value)),
            );
        }
        value
    }
}

/// A duration within a range.
pub(super) fn duration(
    low: Duration,
    high: Duration,
) -> impl Fn(&Context<'_>, &Node) -> Option<Duration> {
    let (least, most) = (duration::show(low), duration::show(high));
    move |context, node| {
        let wanted = "a duration with its unit (ms, s, m, h, d), such as \"30s\" or \"1h30m\"";
        let value = parsed(wanted, duration::parse)(context, node)?;
        if value < low || value > high {
            let found = found(&node.value);
            context.note(
                &node.place,
                &format!("{found} is out of range; write {least} to {most}"),
            );
            return None;
        }
        Some(value)
    }
}

/// A list that is not empty; every element is read, and all must be right.
pub(super) fn list<T>(
    wanted: &str,
    read: impl Fn(&Context<'_>, &Node) -> Option<T>,
) -> impl Fn(&Context<'_>, &Node) -> Option<Vec<T>> {
    move |context, node| {
        let Value::List(nodes) = &node.value else {
            context.wrong_type(node, &format!("a list of {wanted}"));
            return None;
        };
        if nodes.is_empty() {
            context.note(&node.place, "is empty; list at least one value");
            return None;
        }
        let values: Vec<_> = nodes.iter().map(|node| read(context, node)).collect();
        values.into_iter().collect()
    }
}

/// A value together with its node, for checks that come later.
pub(super) fn with_node<T>(
    read: impl Fn(&Context<'_>, &Node) -> Option<T>,
) -> impl Fn(&Context<'_>, &Node) -> Option<(T, Node)> {
    move |context, node| Some((read(context, node)?, node.clone()))
}
