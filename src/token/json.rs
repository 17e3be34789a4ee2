//! Strict JSON (RFC 8259) for text that a stranger signed: one pass, exact
//! offsets, nothing lost. What the members mean is left to `header` and `claims`.
//!
//! `serde_json::Value` is no option here: it lets the last of two equal names
//! win, rounds numbers, and reads its own private names inside a claim as syntax.

mod scan;
mod unescape;

use std::borrow::Cow;
use std::ops::Range;

use scan::{Found, Scan};
use unescape::unescape;

/// Levels of nesting that are read, the outermost object being the first.
///
/// One more would make a `google.protobuf.Struct` that prost and Python refuse
/// to decode (they stop at 100 nested messages).
pub const MAX_DEPTH: usize = 32;

/// Why a text is not a JSON object that can be trusted to mean one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not UTF-8, or a `\u` escape that is half of a surrogate pair.
    NotUtf8,
    /// No JSON object, or something after it.
    NotJsonObject,
    /// Over [`MAX_DEPTH`] levels.
    TooDeep,
}

/// A fault and the byte it was found at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultAt {
    /// What is wrong.
    pub fault: Fault,
    /// Byte within the text, from 0.
    pub offset: usize,
}

/// The type of a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool,
    /// Any number.
    Number,
    /// Any string.
    String,
    /// `[…]`
    Array,
    /// `{…}`
    Object,
}

/// A JSON object: its text, checked to the end, and where its members stand.
#[derive(Clone, PartialEq, Eq)]
pub struct Object {
    text: Box<str>,
    members: Vec<Member>,
}

#[derive(Clone, PartialEq, Eq)]
struct Member {
    name: Box<str>,
    name_at: usize,
    value: Range<usize>,
    kind: Kind,
}

impl Member {
    fn new(found: Found, text: &str) -> Self {
        Self {
            name: unescape(text.get(found.name.clone()).unwrap_or_default()).into(),
            name_at: found.name.start,
            value: found.value,
            kind: found.kind,
        }
    }
}

/// A value inside text that has been checked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Value<'a> {
    text: &'a str,
    kind: Kind,
}

impl Object {
    /// Reads a whole text as one object.
    ///
    /// # Errors
    /// The first fault, by position.
    pub fn parse(bytes: &[u8]) -> Result<Self, FaultAt> {
        let text = std::str::from_utf8(bytes).map_err(|error| FaultAt {
            fault: Fault::NotUtf8,
            offset: error.valid_up_to(),
        })?;
        let mut members = Vec::new();
        let mut scan = Scan::new(text);
        scan.blanks();
        if scan.peek() != Some(b'{') {
            return Err(scan.fault(Fault::NotJsonObject));
        }
        scan.object(1, &mut |member| members.push(Member::new(member, text)))?;
        scan.blanks();
        if scan.at != text.len() {
            return Err(scan.fault(Fault::NotJsonObject));
        }
        Ok(Self {
            text: text.into(),
            members,
        })
    }

    /// The text as it was signed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The members in the order of the text, names unescaped.
    pub fn members(&self) -> impl Iterator<Item = (&str, Value<'_>)> {
        self.members
            .iter()
            .map(|member| (&*member.name, self.value(member)))
    }

    /// The value of a name. Of a name that occurs twice, the first.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value<'_>> {
        self.members
            .iter()
            .find(|member| &*member.name == name)
            .map(|member| self.value(member))
    }

    /// Byte at which the value of a name starts; 0 if there is none.
    #[must_use]
    pub fn offset(&self, name: &str) -> usize {
        self.members
            .iter()
            .find(|member| &*member.name == name)
            .map_or(0, |member| member.value.start)
    }

    /// Every name that occurs more than once, and where its second occurrence stands.
    #[must_use]
    pub fn duplicates(&self) -> Vec<(&str, usize)> {
        // Sorted, not compared pairwise: a stranger chooses how many there are.
        let mut by_name: Vec<&Member> = self.members.iter().collect();
        by_name.sort_by_key(|member| (&member.name, member.name_at));
        let mut found: Vec<(&str, usize)> = by_name
            .chunk_by(|a, b| a.name == b.name)
            .filter_map(|same| same.get(1))
            .map(|second| (&*second.name, second.name_at))
            .collect();
        found.sort_by_key(|(_, at)| *at);
        found
    }

    fn value(&self, member: &Member) -> Value<'_> {
        Value {
            text: self.text.get(member.value.clone()).unwrap_or_default(),
            kind: member.kind,
        }
    }
}

impl<'a> Value<'a> {
    /// The value's own JSON text.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.text
    }

    /// Its type.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.kind
    }

    /// The characters of a string.
    #[must_use]
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        (self.kind == Kind::String).then(|| unescape(self.text))
    }

    /// The elements of an array, in order.
    #[must_use]
    pub fn elements(self) -> Option<Vec<Value<'a>>> {
        if self.kind != Kind::Array {
            return None;
        }
        let mut found = Vec::new();
        let mut scan = Scan::new(self.text);
        // Checked before: a scan of it cannot fail.
        scan.array(1, &mut |range, kind| found.push((range, kind)))
            .ok()?;
        Some(
            found
                .into_iter()
                .map(|(range, kind)| Value {
                    text: self.text.get(range).unwrap_or_default(),
                    kind,
                })
                .collect(),
        )
    }

    /// The members of an object, in order, names unescaped.
    #[must_use]
    pub fn members(self) -> Option<Vec<(Box<str>, Value<'a>)>> {
        if self.kind != Kind::Object {
            return None;
        }
        let mut found = Vec::new();
        let mut scan = Scan::new(self.text);
        scan.object(1, &mut |member| found.push(Member::new(member, self.text)))
            .ok()?;
        Some(
            found
                .into_iter()
                .map(|member| {
                    let value = Value {
                        text: self.text.get(member.value).unwrap_or_default(),
                        kind: member.kind,
                    };
                    (member.name, value)
                })
                .collect(),
        )
    }
}
