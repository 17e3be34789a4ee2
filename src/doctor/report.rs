//! What an examination found, as values: a step each, a key each, and what it comes
//! to. All text in it is printable.

use crate::escape::escape_to;

/// Longest identifier or URL that is told whole, in bytes.
const MAX_TEXT: usize = 512;

/// What a step looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Check {
    /// Whether keys can be looked for by the identifier at all.
    Identifier,
    /// The addresses of the host that is asked first.
    Address,
    /// TCP and TLS with it.
    Connection,
    /// One URL that may hold the metadata.
    Discovery,
    /// `issuer` of the metadata.
    Issuer,
    /// `jwks_uri` of the metadata.
    JwksUri,
    /// The addresses of that host, if it is another one.
    JwksAddress,
    /// The document at it; or the `jwks_file`.
    KeySet,
    /// The keys as a set: kids, and how many are of use.
    Keys,
    /// Whether what is published is public.
    PrivateKeys,
    /// Algorithms that are listed, and those that keys can verify.
    Algorithms,
    /// What the issuer says about caching its keys.
    Caching,
    /// Our clock and the issuer's.
    Clock,
    /// How long a fetch takes.
    Speed,
}

impl Check {
    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identifier => "identifier",
            Self::Address => "address",
            Self::Connection => "connection",
            Self::Discovery => "discovery",
            Self::Issuer => "issuer",
            Self::JwksUri => "jwks_uri",
            Self::JwksAddress => "jwks_address",
            Self::KeySet => "key_set",
            Self::Keys => "keys",
            Self::PrivateKeys => "private_keys",
            Self::Algorithms => "algorithms",
            Self::Caching => "caching",
            Self::Clock => "clock",
            Self::Speed => "speed",
        }
    }
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// As it should be.
    Ok,
    /// It works, and somebody should look at it.
    Warning,
    /// Tokens of this issuer are not accepted, or should not be.
    Failed,
    /// Not looked at, or nothing there that counts.
    Skipped,
}

impl Outcome {
    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What was looked at.
    pub check: Check,
    /// What came of it.
    pub outcome: Outcome,
    /// What was asked.
    pub url: Option<String>,
    /// The evidence.
    pub found: String,
    /// What should have been there.
    pub expected: Option<String>,
    /// What to do.
    pub fix: Option<String>,
}

impl Step {
    pub(super) fn new(check: Check, outcome: Outcome, found: impl Into<String>) -> Self {
        Self {
            check,
            outcome,
            url: None,
            found: found.into(),
            expected: None,
            fix: None,
        }
    }

    pub(super) fn ok(check: Check, found: impl Into<String>) -> Self {
        Self::new(check, Outcome::Ok, found)
    }

    pub(super) fn warning(check: Check, found: impl Into<String>) -> Self {
        Self::new(check, Outcome::Warning, found)
    }

    pub(super) fn failed(check: Check, found: impl Into<String>) -> Self {
        Self::new(check, Outcome::Failed, found)
    }

    pub(super) fn skipped(check: Check, why: impl Into<String>) -> Self {
        Self::new(check, Outcome::Skipped, why)
    }

    pub(super) fn at(mut self, url: &str) -> Self {
        self.url = Some(url.to_owned());
        self
    }

    pub(super) fn expected(mut self, what: impl Into<String>) -> Self {
        self.expected = Some(what.into());
        self
    }

    pub(super) fn fix(mut self, what: impl Into<String>) -> Self {
        self.fix = Some(what.into());
        self
    }
}

/// One member of the key set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyReport {
    /// `kid`
    pub kid: Option<String>,
    /// `RSA 2048`, `OKP X25519`.
    pub key_type: String,
    /// `use`
    pub usage: Option<String>,
    /// `alg`
    pub algorithm: Option<String>,
    /// RFC 7638 thumbprint, if it could be read that far.
    pub thumbprint: Option<String>,
    /// What it can verify; none: it is of no use.
    pub verifies: Vec<&'static str>,
    /// Private members that are published with it.
    pub private: Vec<&'static str>,
    /// How grave what is wrong with it is.
    pub outcome: Outcome,
    /// What is wrong with it.
    pub problem: Option<String>,
}

/// What it comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Tokens of this issuer can be verified.
    Well,
    /// Something is wrong.
    Failed,
    /// Nobody was reached, so nothing is known.
    CannotTell,
}

/// An examination.
#[derive(Clone, Debug)]
pub struct Report {
    /// The identifier, exactly.
    pub identifier: Box<str>,
    /// Its configured name.
    pub name: Option<String>,
    /// In the order they were taken.
    pub steps: Vec<Step>,
    /// Usable ones first.
    pub keys: Vec<KeyReport>,
    /// Nobody answered at all.
    pub unreachable: bool,
    /// What to put into a configuration file (TOML), if all is well.
    pub configuration: Option<String>,
}

impl Report {
    /// What it comes to.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match (self.failures().next(), self.unreachable) {
            (None, _) => Verdict::Well,
            (Some(_), true) => Verdict::CannotTell,
            (Some(_), false) => Verdict::Failed,
        }
    }

    /// The steps that failed.
    pub fn failures(&self) -> impl Iterator<Item = &Step> {
        self.of(Outcome::Failed)
    }

    /// The steps with a warning.
    pub fn warnings(&self) -> impl Iterator<Item = &Step> {
        self.of(Outcome::Warning)
    }

    fn of(&self, outcome: Outcome) -> impl Iterator<Item = &Step> {
        self.steps
            .iter()
            .filter(move |step| step.outcome == outcome)
    }
}

/// A stranger's text in quotes.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", shown(text))
}

/// A stranger's text.
pub(super) fn shown(text: &str) -> String {
    escape_to(text, MAX_TEXT)
}

/// `1 key`, `2 keys`.
pub(super) fn count(number: usize, one: &str, more: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {more}"),
    }
}
