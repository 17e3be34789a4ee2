//! A typed cursor over what was written: it notes every problem with its place, goes
//! on, and tells at the end which keys nobody took. What values mean together is
//! left to the sections.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::duration;
use super::problem::{Problem, Problems};
use super::source::{Node, Place, Value};
use super::variables;

/// Longest value that a problem quotes, in characters.
const MAX_QUOTED: usize = 80;

/// What every reader needs: the environment, and where problems go.
#[derive(Debug)]
pub(super) struct Context<'a> {
    pub(super) environment: &'a BTreeMap<String, String>,
    problems: RefCell<Vec<Problem>>,
}

impl<'a> Context<'a> {
    pub(super) fn new(environment: &'a BTreeMap<String, String>) -> Self {
        let problems = RefCell::default();
        Self {
            environment,
            problems,
        }
    }

    /// Notes a problem: what is wrong, and the fix.
    pub(super) fn note(&self, place: &Place, text: &str) {
        self.problems.borrow_mut().push(Problem {
            order: place.origin.order,
            file: place.origin.file.clone(),
            path: place.path.clone(),
            text: text.to_owned(),
        });
    }

    pub(super) fn into_problems(self) -> Problems {
        Problems::new(self.problems.into_inner())
    }

    pub(super) fn wrong_type(&self, node: &Node, wanted: &str) {
        self.note(
            &node.place,
            &format!("found {}; write {wanted}", found(&node.value)),
        );
    }

    /// Notes a key that means nothing here (yet).
    pub(super) fn unknown(&self, place: &Place, key: &str, known: &[&str], later: &[&str]) {
        let text = if later.contains(&key) {
            "a later version brings it; remove it until then".to_owned()
        } else {
            match nearest(key, known.iter().copied()) {
                None => "unknown key; remove it".to_owned(),
                Some(meant) => match place.path.rsplit_once("__").filter(|_| place.is_variable()) {
                    Some((section, _)) => {
                        format!(
                            "unknown key; did you mean {section}__{}?",
                            meant.to_ascii_uppercase()
                        )
                    }
                    None => format!("unknown key; did you mean {meant}?"),
                },
            }
        };
        self.note(place, &text);
    }
}

/// A value that was read, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) place: Place,
}

/// What was said about a key.
#[derive(Clone, Debug, Default)]
pub(super) enum Said<T> {
    /// Nothing at all.
    #[default]
    Nothing,
    /// Something that is wrong; the problem is noted, and nothing must follow from it.
    Wrongly,
    /// This.
    Well(At<T>),
}

impl<T> Said<T> {
    /// This, or what `defaults` say where nothing was said.
    pub(super) fn or(self, defaults: &Self) -> Self
    where
        T: Clone,
    {
        match self {
            Self::Nothing => defaults.clone(),
            said => said,
        }
    }

    /// The value, or `default` where nothing was said; `None` if it is wrong.
    pub(super) fn unless_said(self, default: T) -> Option<T> {
        match self {
            Self::Nothing => Some(default),
            Self::Wrongly => None,
            Self::Well(at) => Some(at.value),
        }
    }

    /// The value, if one was said; the outer `None` if it is wrong.
    pub(super) fn optional(self) -> Option<Option<T>> {
        match self {
            Self::Nothing => Some(None),
            Self::Wrongly => None,
            Self::Well(at) => Some(Some(at.value)),
        }
    }

    /// The value and its place, if it is right.
    pub(super) fn well(&self) -> Option<&At<T>> {
        match self {
            Self::Well(at) => Some(at),
            Self::Nothing | Self::Wrongly => None,
        }
    }

    pub(super) fn is_said(&self) -> bool {
        !matches!(self, Self::Nothing)
    }
}

/// Keys of one kind of table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keys {
    /// Those that mean something.
    pub(super) known: &'static [&'static str],
    /// Those that a later version gives a meaning.
    pub(super) later: &'static [&'static str],
}

/// A table whose keys are taken one by one.
#[derive(Debug)]
pub(super) struct Table<'c, 'e> {
    pub(super) place: Place,
    entries: Vec<(String, Node)>,
    keys: Keys,
    context: &'c Context<'e>,
}

impl<'c, 'e> Table<'c, 'e> {
    pub(super) fn open(node: Node, keys: Keys, context: &'c Context<'e>) -> Option<Self> {
        match node.value {
            Value::Table(entries) => Some(Self {
                place: node.place,
                entries,
                keys,
                context,
            }),
            _ => {
                context.wrong_type(&node, "a table");
                None
            }
        }
    }

    /// Takes a key, however often it was said: the last one counts.
    pub(super) fn take<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&Context<'_>, &Node) -> Option<T>,
    ) -> Said<T> {
        debug_assert!(self.keys.known.contains(&key), "{key} is not listed");
        let Some(node) = self.entries.extract_if(.., |(name, _)| name == key).last() else {
            return Said::Nothing;
        };
        let (_, Node { place, .. }) = &node;
        match read(self.context, &node.1) {
            Some(value) => Said::Well(At {
                value,
                place: place.clone(),
            }),
            None => Said::Wrongly,
        }
    }

    /// The same for a key that must be there; `why` says what it is for.
    pub(super) fn require<T>(
        &mut self,
        key: &'static str,
        why: &str,
        read: impl Fn(&Context<'_>, &Node) -> Option<T>,
    ) -> Said<T> {
        match self.take(key, read) {
            Said::Nothing => {
                self.context
                    .note(&self.place.key(key), &format!("missing; {why}"));
                Said::Wrongly
            }
            said => said,
        }
    }

    /// Notes keys that have no place here, with the fix.
    pub(super) fn refuse(&mut self, keys: &[&str], fix: &str) {
        for (_, node) in self
            .entries
            .extract_if(.., |(name, _)| keys.contains(&name.as_str()))
        {
            self.context.note(&node.place, fix);
        }
    }

    /// Ends reading: whatever nobody took is unknown.
    pub(super) fn close(self) {
        for (key, node) in self.entries {
            self.context
                .unknown(&node.place, &key, self.keys.known, self.keys.later);
        }
    }
}

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
            context.note(&node.place, "is empty; list at least one, or leave it out");
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

/// A value for a problem: as the file has it, never what a variable held.
pub(super) fn found(value: &Value) -> String {
    match value {
        Value::Null => "nothing (null)".into(),
        Value::Bool(value) => format!("the boolean {value}"),
        Value::Integer(value) => format!("the integer {value}"),
        Value::Float(value) => format!("the number {value}"),
        Value::Text(written) => quoted(written),
        Value::List(_) => "a list".into(),
        Value::Table(_) => "a table".into(),
        Value::Variable(_) => "another value".into(),
    }
}

/// A text in quotes, on one line, cut.
pub(super) fn quoted(text: &str) -> String {
    let mut shown = text.chars().take(MAX_QUOTED).collect::<String>();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("{shown:?}")
}

/// The name that somebody who wrote `text` probably meant.
pub(super) fn nearest<'n>(text: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    if text.len() > 2 * MAX_QUOTED {
        return None;
    }
    let text = text.to_ascii_lowercase();
    (names.into_iter())
        .map(|name| {
            (
                strsim::damerau_levenshtein(&name.to_ascii_lowercase(), &text),
                name,
            )
        })
        // A third of a name that differs is no slip any more.
        .filter(|(distance, name)| distance * 3 <= text.len().max(name.len()))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}
