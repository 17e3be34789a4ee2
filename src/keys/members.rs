//! The members of one JWK, each of its type or a reason why the key is none.

use std::borrow::Cow;

use super::KeyProblem;
use crate::token::json::Value;

/// Why a key is not used, and the same for a person.
#[derive(Debug)]
pub(super) struct Defect {
    pub(super) problem: KeyProblem,
    pub(super) why: Box<str>,
}

impl Defect {
    pub(super) fn new(problem: KeyProblem, why: impl Into<Box<str>>) -> Self {
        Self {
            problem,
            why: why.into(),
        }
    }

    pub(super) fn malformed(why: impl Into<Box<str>>) -> Self {
        Self::new(KeyProblem::Malformed, why)
    }
}

/// The members of a JSON object that should be a JWK.
pub(super) struct Members<'a>(Vec<(Box<str>, Value<'a>)>);

impl<'a> Members<'a> {
    pub(super) fn read(value: Value<'a>) -> Result<Self, Defect> {
        let members = value.members();
        members
            .map(Self)
            .ok_or_else(|| Defect::malformed("the key is no JSON object"))
    }

    /// No name is there twice: which of the two would count is anybody's guess
    /// (RFC 7517 §4).
    pub(super) fn check_distinct(&self) -> Result<(), Defect> {
        // Sorted, not compared pairwise: the issuer chooses how many there are.
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| &**name).collect();
        names.sort_unstable();
        let twice = names.array_windows().find(|[a, b]| a == b);
        twice.map_or(Ok(()), |[name, _]| {
            Err(Defect::malformed(format!("{name} is there twice")))
        })
    }

    /// A string, if there is one.
    pub(super) fn text(&self, name: &str) -> Result<Option<Box<str>>, Defect> {
        let Some(value) = self.get(name)? else {
            return Ok(None);
        };
        let text = value.as_str().map(boxed);
        text.map(Some)
            .ok_or_else(|| Defect::malformed(format!("{name} is no string")))
    }

    /// A string that must be there.
    pub(super) fn required(&self, name: &str) -> Result<Box<str>, Defect> {
        self.text(name)?
            .ok_or_else(|| Defect::malformed(format!("{name} is missing")))
    }

    /// A list of strings, if there is one.
    pub(super) fn texts(&self, name: &str) -> Result<Option<Vec<Box<str>>>, Defect> {
        let Some(value) = self.get(name)? else {
            return Ok(None);
        };
        let texts = value
            .elements()
            .and_then(|all| all.into_iter().map(|one| one.as_str().map(boxed)).collect());
        texts
            .map(Some)
            .ok_or_else(|| Defect::malformed(format!("{name} is no list of strings")))
    }

    /// Which of these names are there.
    pub(super) fn present(&self, names: &[&'static str]) -> Box<[&'static str]> {
        let known = |name: &&&str| self.0.iter().any(|(known, _)| &**known == **name);
        names.iter().filter(known).copied().collect()
    }

    fn get(&self, name: &str) -> Result<Option<Value<'a>>, Defect> {
        let mut found = self.0.iter().filter(|(known, _)| &**known == name);
        match (found.next(), found.next()) {
            (_, Some(_)) => Err(Defect::malformed(format!("{name} is there twice"))),
            (first, None) => Ok(first.map(|(_, value)| *value)),
        }
    }
}

fn boxed(text: Cow<'_, str>) -> Box<str> {
    text.into_owned().into_boxed_str()
}
