//! As written: files, folders and the environment become one document whose every
//! value knows where it stands. What the values mean is left to the readers.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use config::{Value as Parsed, ValueKind};

use super::files::{files, parse};
use super::reader::Context;
use super::wording::quoted;

/// Variables of this beginning are ours; `AUDIENT_TOKEN` and the like are not.
const PREFIX: &str = "AUDIENT__";

/// Sections that the environment may set.
const ENVIRONMENT_SECTIONS: [&str; 4] = ["server", "keys", "cache", "insecure"];

/// Tables at the top: their entries merge, and the last one counts.
pub(super) const TABLES: [&str; 5] = [
    "server",
    "keys",
    "issuer_defaults",
    "audience_defaults",
    "insecure",
];

/// Lists of named things at the top: they join.
pub(super) const LISTS: [&str; 2] = ["issuers", "audiences"];

/// Names at the top that a later version gives a meaning.
pub(super) const LATER: [&str; 2] = ["cache", "callers"];

/// Where values come from.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Origin {
    /// Position among all; the environment is last.
    pub(super) order: usize,
    /// The file as given, or `environment`.
    pub(super) file: String,
    /// Where relative paths start.
    pub(super) folder: PathBuf,
}

/// Where a value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) origin: Arc<Origin>,
    /// `audiences[2].accept[0]`, or the name of a variable.
    pub(super) path: String,
}

impl Place {
    /// The top of a file.
    pub(super) fn file(order: usize, path: &Path) -> Self {
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Self::top(order, path.display().to_string(), folder)
    }

    /// A flag of the command line. Its relative paths start where the command does.
    pub(super) fn flag(flag: &str) -> Self {
        Self::top(usize::MAX - 1, flag.into(), PathBuf::new())
    }

    fn top(order: usize, file: String, folder: PathBuf) -> Self {
        let origin = Arc::new(Origin {
            order,
            file,
            folder,
        });
        Self {
            origin,
            path: String::new(),
        }
    }

    /// Of a member of this table.
    pub(super) fn key(&self, key: &str) -> Self {
        let bare = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
        let shown = if key.chars().all(bare) && !key.is_empty() {
            key.to_owned()
        } else {
            quoted(key)
        };
        let dot = if self.path.is_empty() { "" } else { "." };
        self.at(format!("{}{dot}{shown}", self.path))
    }

    /// Whether it is a variable of the environment.
    pub(super) fn is_variable(&self) -> bool {
        self.origin.order == usize::MAX
    }

    fn index(&self, index: usize) -> Self {
        self.at(format!("{}[{index}]", self.path))
    }

    fn at(&self, path: String) -> Self {
        let origin = self.origin.clone();
        Self { origin, path }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin.file, self.path)
    }
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) place: Place,
    pub(super) value: Value,
}

/// What a file or a variable can say.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Table(Vec<(String, Node)>),
    /// The text of an environment variable, which has no types.
    Variable(String),
}

/// Everything that was written, joined.
#[derive(Debug)]
pub(super) struct Written {
    /// Of the first file: where things are missed.
    pub(super) start: Place,
    /// Entries of each table, in the order of the files.
    tables: BTreeMap<&'static str, Vec<(String, Node)>>,
    /// Elements of each list, in the order of the files.
    lists: BTreeMap<&'static str, Vec<Node>>,
    /// Whether a file or a list is missing here because it could not be read.
    incomplete: bool,
}

impl Written {
    /// Reads all files, then the environment.
    pub(super) fn read(paths: &[PathBuf], context: &Context<'_>) -> Self {
        let files = files(paths, context);
        let first = files
            .first()
            .map_or(Path::new("configuration"), PathBuf::as_path);
        let mut written = Self {
            start: Place::file(0, first),
            tables: BTreeMap::new(),
            lists: BTreeMap::new(),
            incomplete: files.is_empty(),
        };
        if paths.is_empty() {
            context.note(
                &written.start,
                "no file is named; give a file or a folder of *.toml and *.yaml",
            );
        }
        for (order, path) in files.iter().enumerate() {
            let root = Place::file(order, path);
            match parse(path) {
                Ok(root_table) => written.add(Node::new(root, root_table), context),
                Err(why) => {
                    written.incomplete = true;
                    context.note(&root, &why);
                }
            }
        }
        written.add_environment(context);
        written
    }

    /// The entries of a table at the top.
    pub(super) fn table(&mut self, name: &'static str) -> Node {
        let entries = self.tables.remove(name).unwrap_or_default();
        Node {
            place: self.start.key(name),
            value: Value::Table(entries),
        }
    }

    /// The elements of a list at the top; to have none is a problem.
    pub(super) fn named(
        &mut self,
        name: &'static str,
        fix: &str,
        context: &Context<'_>,
    ) -> Vec<Node> {
        let nodes = self.lists.remove(name).unwrap_or_default();
        // A file that could not be read may hold them, so nothing follows from that.
        if nodes.is_empty() && !self.incomplete {
            context.note(&self.start.key(name), &format!("none is configured; {fix}"));
        }
        nodes
    }

    /// Joins one file to those before it.
    fn add(&mut self, root: Node, context: &Context<'_>) {
        let Value::Table(entries) = root.value else {
            return;
        };
        for (key, node) in entries {
            let known = |names: &[&'static str]| names.iter().copied().find(|name| *name == key);
            if let Some(name) = known(&TABLES) {
                match node.value {
                    Value::Table(entries) => self.tables.entry(name).or_default().extend(entries),
                    _ => context.wrong_type(&node, "a table"),
                }
            } else if let Some(name) = known(&LISTS) {
                if let Value::List(nodes) = node.value {
                    self.lists.entry(name).or_default().extend(nodes);
                } else {
                    self.incomplete = true;
                    context.wrong_type(&node, &format!("a list of tables, [[{name}]]"));
                }
            } else {
                let names: Vec<_> = TABLES.iter().chain(&LISTS).copied().collect();
                context.unknown(&node.place, &key, &names, &LATER);
            }
        }
    }

    /// Joins the variables that are ours, after all files.
    fn add_environment(&mut self, context: &Context<'_>) {
        for (variable, value) in context.environment {
            let Some(name) = variable.strip_prefix(PREFIX) else {
                continue;
            };
            let place = Place::top(usize::MAX, "environment".into(), PathBuf::new()).key(variable);
            let lower = name.to_ascii_lowercase();
            let (section, key) = lower.split_once("__").unwrap_or((lower.as_str(), ""));
            let section = ENVIRONMENT_SECTIONS
                .into_iter()
                .find(|known| *known == section);
            let upper = !name.bytes().any(|byte| byte.is_ascii_lowercase());
            match section {
                Some("cache") => context.unknown(&place, "cache", &[], &LATER),
                Some(section) if upper && !key.is_empty() => {
                    let node = Node { place, value: Value::Variable(value.clone()) };
                    self.tables.entry(section).or_default().push((key.into(), node));
                }
                _ => context.note(
                    &place,
                    "sets nothing; variables are AUDIENT__SECTION__KEY in capitals, with the section SERVER, KEYS, CACHE or INSECURE",
                ),
            }
        }
    }
}

impl Node {
    fn new(place: Place, parsed: Parsed) -> Self {
        let value = match parsed.kind {
            ValueKind::Nil => Value::Null,
            ValueKind::Boolean(value) => Value::Bool(value),
            ValueKind::I64(value) => Value::Integer(value),
            // Neither parser yields these: what does not fit is an error or a float.
            ValueKind::I128(_) | ValueKind::U64(_) | ValueKind::U128(_) => {
                Value::Float(f64::INFINITY)
            }
            ValueKind::Float(value) => Value::Float(value),
            ValueKind::String(value) => Value::Text(value),
            ValueKind::Array(values) => Value::List(
                (values.into_iter().enumerate())
                    .map(|(index, value)| Self::new(place.index(index), value))
                    .collect(),
            ),
            ValueKind::Table(entries) => Value::Table(
                (entries.into_iter())
                    .map(|(key, value)| {
                        let place = place.key(&key);
                        (key, Self::new(place, value))
                    })
                    .collect(),
            ),
        };
        Self { place, value }
    }
}
