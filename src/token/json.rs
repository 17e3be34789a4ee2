//! Strict JSON (RFC 8259) for text that a stranger signed: one pass, exact
//! offsets, nothing lost. What the members mean is left to `header` and `claims`.
//!
//! `serde_json::Value` is no option here: it lets the last of two equal names
//! win, rounds numbers, and reads its own private names inside a claim as syntax.

use std::borrow::Cow;
use std::ops::Range;

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

/// A member as the scan meets it; only a level that is asked for pays for names.
struct Found {
    name: Range<usize>,
    value: Range<usize>,
    kind: Kind,
}

impl Found {
    fn named(self, text: &str) -> Member {
        Member {
            name: unescape(text.get(self.name.clone()).unwrap_or_default()).into(),
            name_at: self.name.start,
            value: self.value,
            kind: self.kind,
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
        scan.object(1, &mut |member| members.push(member.named(text)))?;
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
        scan.object(1, &mut |member| found.push(member.named(self.text)))
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

/// The characters between the quotes of a checked string.
fn unescape(quoted: &str) -> Cow<'_, str> {
    let inner = quoted
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or_default();
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut chars = escaped.chars();
        match chars.next() {
            Some('u') => {
                let (unit, after) = hex_unit(chars.as_str());
                rest = after;
                if let Some(low) = rest
                    .strip_prefix("\\u")
                    .filter(|_| (0xD800..0xDC00).contains(&unit))
                {
                    let (low, after) = hex_unit(low);
                    rest = after;
                    let code = 0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF);
                    out.extend(char::from_u32(code));
                } else {
                    out.extend(char::from_u32(unit));
                }
                continue;
            }
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some(other) => out.push(other),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn hex_unit(text: &str) -> (u32, &str) {
    let (digits, rest) = text.split_at_checked(4).unwrap_or((text, ""));
    (u32::from_str_radix(digits, 16).unwrap_or(0), rest)
}

/// One pass over a text, checking everything that RFC 8259 asks.
struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn fault(&self, fault: Fault) -> FaultAt {
        FaultAt {
            fault,
            offset: self.at,
        }
    }

    fn not_json(&self) -> FaultAt {
        self.fault(Fault::NotJsonObject)
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn value(&mut self, depth: usize) -> Result<Kind, FaultAt> {
        match self.peek() {
            Some(b'{') => self.object(depth, &mut |_| ()).map(|()| Kind::Object),
            Some(b'[') => self.array(depth, &mut |_, _| ()).map(|()| Kind::Array),
            Some(b'"') => self.string().map(|()| Kind::String),
            Some(b'-' | b'0'..=b'9') => self.number().map(|()| Kind::Number),
            Some(b't') => self.word("true").map(|()| Kind::Bool),
            Some(b'f') => self.word("false").map(|()| Kind::Bool),
            Some(b'n') => self.word("null").map(|()| Kind::Null),
            _ => Err(self.not_json()),
        }
    }

    fn word(&mut self, word: &str) -> Result<(), FaultAt> {
        if self
            .text
            .get(self.at..)
            .is_some_and(|t| t.starts_with(word))
        {
            self.at += word.len();
            Ok(())
        } else {
            Err(self.not_json())
        }
    }

    fn object(&mut self, depth: usize, each: &mut dyn FnMut(Found)) -> Result<(), FaultAt> {
        self.open(depth)?;
        if self.eat(b'}') {
            return Ok(());
        }
        loop {
            self.blanks();
            let name_at = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.not_json());
            }
            self.string()?;
            let name_end = self.at;
            self.blanks();
            if !self.eat(b':') {
                return Err(self.not_json());
            }
            self.blanks();
            let start = self.at;
            let kind = self.value(depth + 1)?;
            each(Found {
                name: name_at..name_end,
                value: start..self.at,
                kind,
            });
            self.blanks();
            if self.eat(b'}') {
                return Ok(());
            }
            if !self.eat(b',') {
                return Err(self.not_json());
            }
        }
    }

    fn array(
        &mut self,
        depth: usize,
        each: &mut dyn FnMut(Range<usize>, Kind),
    ) -> Result<(), FaultAt> {
        self.open(depth)?;
        if self.eat(b']') {
            return Ok(());
        }
        loop {
            self.blanks();
            let start = self.at;
            let kind = self.value(depth + 1)?;
            each(start..self.at, kind);
            self.blanks();
            if self.eat(b']') {
                return Ok(());
            }
            if !self.eat(b',') {
                return Err(self.not_json());
            }
        }
    }

    fn open(&mut self, depth: usize) -> Result<(), FaultAt> {
        if depth > MAX_DEPTH {
            return Err(self.fault(Fault::TooDeep));
        }
        self.at += 1;
        self.blanks();
        Ok(())
    }

    fn string(&mut self) -> Result<(), FaultAt> {
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.escape()?,
                // RFC 8259 §7: control characters must be escaped.
                None | Some(0..0x20) => return Err(self.not_json()),
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<(), FaultAt> {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 1;
                Ok(())
            }
            Some(b'u') => {
                let unit = self.unit()?;
                let lone = FaultAt {
                    fault: Fault::NotUtf8,
                    offset: start,
                };
                match unit {
                    0xD800..0xDC00 => {
                        if self.peek() != Some(b'\\') {
                            return Err(lone);
                        }
                        self.at += 1;
                        if self.peek() != Some(b'u') {
                            return Err(lone);
                        }
                        match self.unit()? {
                            0xDC00..0xE000 => Ok(()),
                            _ => Err(lone),
                        }
                    }
                    0xDC00..0xE000 => Err(lone),
                    _ => Ok(()),
                }
            }
            _ => Err(self.not_json()),
        }
    }

    /// The four digits after a `u`.
    fn unit(&mut self) -> Result<u32, FaultAt> {
        let digits = self
            .text
            .get(self.at + 1..self.at + 5)
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .ok_or_else(|| self.not_json())?;
        self.at += 5;
        Ok(u32::from_str_radix(digits, 16).unwrap_or(0))
    }

    fn number(&mut self) -> Result<(), FaultAt> {
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), FaultAt> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start {
            return Err(self.not_json());
        }
        Ok(())
    }
}
