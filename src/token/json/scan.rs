//! One pass over a text that checks all that RFC 8259 asks, and keeps nothing.

use std::ops::Range;

use super::{Fault, FaultAt, Kind, MAX_DEPTH};

/// A member as the scan meets it; only a level that is asked for pays for names.
pub(super) struct Found {
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
    pub(super) kind: Kind,
}

/// One pass over a text, checking everything that RFC 8259 asks.
pub(super) struct Scan<'a> {
    text: &'a str,
    pub(super) at: usize,
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn fault(&self, fault: Fault) -> FaultAt {
        FaultAt {
            fault,
            offset: self.at,
        }
    }

    fn not_json(&self) -> FaultAt {
        self.fault(Fault::NotJsonObject)
    }

    pub(super) fn blanks(&mut self) {
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

    pub(super) fn object(
        &mut self,
        depth: usize,
        each: &mut dyn FnMut(Found),
    ) -> Result<(), FaultAt> {
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

    pub(super) fn array(
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
