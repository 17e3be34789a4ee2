//! Problems: everything that is wrong with a configuration, told in one go.

use std::fmt;

/// One thing that is wrong: `file: path: what is wrong; the fix`, on one line.
///
/// What came out of a `${VAR}` or the environment is never in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Position of the file among those that were read; the environment is last.
    pub(super) order: usize,
    /// The file, or `environment`.
    pub(super) file: String,
    /// Where in the file, or which variable; empty for the file itself.
    pub(super) path: String,
    /// What is wrong, and the fix.
    pub(super) text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => write!(f, "{}: {}", self.file, self.text),
            path => write!(f, "{}: {path}: {}", self.file, self.text),
        }
    }
}

/// Every problem of a configuration, by file, then by path. Its Display has one
/// line for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn new(mut problems: Vec<Problem>) -> Self {
        // Tables come without an order (the crate keeps them in hash maps).
        problems.sort_by_cached_key(|one| (one.order, natural(&one.path), one.text.clone()));
        problems.dedup();
        Self(problems)
    }

    /// The problems, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none; never so in an error of [`super::load`].
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let line_break = if index == 0 { "" } else { "\n" };
            write!(f, "{line_break}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A path so that `[9]` comes before `[10]`.
fn natural(path: &str) -> String {
    (path.split_inclusive(['[', ']']))
        .map(|part| match part.strip_suffix(']') {
            Some(index) => format!("{index:0>10}]"),
            None => part.to_owned(),
        })
        .collect()
}
