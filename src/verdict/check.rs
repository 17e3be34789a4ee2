//! The checks by name, and who hears of them. The judge reports each one; an
//! introspection keeps the rejections, an explanation keeps all.

use super::Cause;
use super::rejection::Rejection;

/// A check, in the order they are told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// 1–7
    Form,
    /// 8
    Crit,
    /// 9
    Typ,
    /// 20–22
    Alg,
    /// 30–33
    Iss,
    /// 40, 41, 43, 44
    Key,
    /// 42
    Signature,
    /// 50–53
    Aud,
    /// 54
    Azp,
    /// 60, 61
    Exp,
    /// 62
    Nbf,
    /// 63
    Iat,
    /// 64, 65
    Lifetime,
    /// 70–72
    Claims,
    /// 73
    Sub,
    /// 74
    Scope,
    /// 80
    Cnf,
}

impl Check {
    /// Those that read the claims: the audience and all after it.
    pub(super) fn of_claims() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|check| *check >= Self::Aud)
    }

    /// Every one in the order they are told in.
    pub const ALL: [Self; 17] = [
        Self::Form,
        Self::Crit,
        Self::Typ,
        Self::Alg,
        Self::Iss,
        Self::Key,
        Self::Signature,
        Self::Aud,
        Self::Azp,
        Self::Exp,
        Self::Nbf,
        Self::Iat,
        Self::Lifetime,
        Self::Claims,
        Self::Sub,
        Self::Scope,
        Self::Cnf,
    ];
}

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// As wanted.
    Passed,
    /// Not so. A check may fail more than once.
    Failed(&'a Rejection),
    /// Not wanted, or not possible.
    Skipped(Skip),
    /// Only keys could say.
    Undecided(Cause),
}

/// Why a check was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skip {
    /// The policy does not ask for it, or the token has nothing to check.
    NotWanted,
    /// The text could not be read.
    TextUnreadable,
    /// The header could not be read.
    HeaderUnreadable,
    /// The payload could not be read.
    PayloadUnreadable,
    /// A claim it reads is malformed.
    ClaimMalformed,
    /// The header or the algorithm forbids any work with keys.
    NoKeyWork,
    /// No configured issuer's keys could be tried.
    NoIssuer,
    /// Keys were looked for, and there was none to check with.
    NoKey,
}

/// Hears how each check went.
pub trait Recorder {
    /// One check, or one more failure of it.
    fn record(&mut self, check: Check, outcome: Outcome<'_>);
}

/// Hears nothing: the verdict is all that is wanted.
impl Recorder for () {
    fn record(&mut self, _: Check, _: Outcome<'_>) {}
}
