//! A typed cursor over what was written: it notes every problem with its place, goes
//! on, and tells at the end which keys nobody took. What values mean together is
//! left to the sections.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::problem::{Problem, Problems};
use super::source::{Node, Place, Value};
use super::wording::{found, nearest};

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
    #[expect(clippy::option_option, reason = "wrong and not said are two things")]
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
        let Value::Table(entries) = node.value else {
            context.wrong_type(&node, "a table");
            return None;
        };
        let place = node.place;
        Some(Self {
            place,
            entries,
            keys,
            context,
        })
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
