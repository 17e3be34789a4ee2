//! Each check on the wire. Whether it passed is the judge's word; nothing here decides.

use crate::escape::{MAX_BYTES, escape};
use crate::explain::{Explained, Kept};
use crate::grpc::details::rejection;
use crate::grpc::message::words::Room;
use crate::pb;
use crate::policy::audience::SenderConstrained;
use crate::policy::caller::Disclosure;
use crate::token::Token;
use crate::token::numeric_date::NumericDate;
use crate::verdict::Cause;
use crate::verdict::check::{Check, Skip};

/// A token before an audience, as it was seen.
pub(super) struct Seen<'a> {
    pub(super) one: &'a Explained<'a>,
    pub(super) token: Option<&'a Token>,
    pub(super) scopes: &'a [Box<str>],
    pub(super) judged_at: NumericDate,
}

impl Seen<'_> {
    /// One check on the wire.
    pub(super) fn check(&self, check: Check, kept: &Kept) -> pb::Check {
        use pb::check::Outcome;
        let (outcome, why, failure) = match kept {
            Kept::Passed => (Outcome::Passed, String::new(), None),
            Kept::Failed(failure) => (Outcome::Failed, String::new(), Some(failure)),
            Kept::Skipped(why) => (Outcome::Skipped, self.skipped(check, *why).into(), None),
            Kept::Undecided(cause) => (Outcome::Undecided, undecided(*cause).into(), None),
        };
        pb::Check {
            name: name(check).into(),
            outcome: outcome.into(),
            expected: Self::said(|room| self.expected(check, room)),
            found: Self::said(|room| self.found(check, room)),
            why,
            rejection: failure.map(|one| rejection(one, Disclosure::Details)),
        }
    }

    /// As much of each value as the whole has room for.
    fn said(text: impl Fn(Room) -> String) -> String {
        Room::fitting(MAX_BYTES, &text).unwrap_or_else(|| escape(&text(Room::LEAST)))
    }

    fn skipped(&self, check: Check, why: Skip) -> &'static str {
        match why {
            Skip::NotWanted => match check {
                Check::Nbf | Check::Iat => "the token has none",
                Check::Exp => "the token has none, and may lack it",
                Check::Lifetime if self.one.policy.requires_issue_time() => "the token has no iat",
                Check::Cnf if self.one.policy.sender_constrained == SenderConstrained::Refuse => {
                    "the token is bound to no key"
                }
                _ => "the policy does not ask for it",
            },
            Skip::TextUnreadable => "the text is no token",
            Skip::HeaderUnreadable => "the header could not be read",
            Skip::PayloadUnreadable => "the payload could not be read",
            Skip::ClaimMalformed => "a claim that it reads is malformed",
            Skip::NoKeyWork => "the header rules it out before any key is tried",
            Skip::NoIssuer => "the token's issuer has no keys here",
            Skip::NoKey => "there is no key to check it with",
        }
    }
}

fn undecided(cause: Cause) -> &'static str {
    match cause {
        Cause::KeysUnavailable => "no usable key of the issuer has been fetched yet",
        Cause::KeysTooStale => "the keys at hand are older than may serve (max_stale)",
        Cause::KeyPending => {
            "the keys at hand lack this one and are not fresh enough to prove that there is no \
             such key; Introspect asks the issuer, this does not"
        }
    }
}

/// Its name on the wire.
fn name(check: Check) -> &'static str {
    match check {
        Check::Form => "form",
        Check::Crit => "crit",
        Check::Typ => "typ",
        Check::Alg => "alg",
        Check::Iss => "iss",
        Check::Key => "key",
        Check::Signature => "signature",
        Check::Aud => "aud",
        Check::Azp => "azp",
        Check::Exp => "exp",
        Check::Nbf => "nbf",
        Check::Iat => "iat",
        Check::Lifetime => "lifetime",
        Check::Claims => "claims",
        Check::Sub => "sub",
        Check::Scope => "scope",
        Check::Cnf => "cnf",
    }
}
