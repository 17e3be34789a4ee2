//! What a rejection rests on: what came, and what was wanted. One type for each kind
//! of detail that the wire knows.

use std::time::Duration;

use super::hint::Hint;
use crate::keys::KeyProblem;
use crate::policy::near_miss::NearMiss;
use crate::token::algorithm::Algorithm;
use crate::token::numeric_date::NumericDate;

/// A value the policy does not want.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValueEvidence {
    /// Header parameter, claim or RFC 6901 pointer.
    pub field: Box<str>,
    /// Any of these would do; for required claims, see [`Self::all_of`].
    pub expected: Vec<Box<str>>,
    /// All of `expected` are wanted, not one of them.
    pub all_of: bool,
    /// A string as it is, else JSON text; `None` if absent.
    pub presented: Option<Box<str>>,
    /// What the token looks like.
    pub hint: Option<Hint>,
}

/// Key and algorithm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyEvidence {
    /// `kid` of the token.
    pub kid: Option<Box<str>>,
    /// `alg` of the token.
    pub alg: Option<Box<str>>,
    /// By the policy.
    pub allowed: Vec<Algorithm>,
    /// Why the key does not do.
    pub problem: Option<KeyProblem>,
    /// The third part is empty.
    pub unsigned: bool,
    /// When the searched set was last confirmed.
    pub key_set_fetched_at: Option<NumericDate>,
    /// What the token looks like.
    pub hint: Option<Hint>,
}

/// Whose token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssuerEvidence {
    /// `iss`
    pub presented: Option<Box<str>>,
    /// Identifiers this audience trusts.
    pub accepted: Vec<Box<str>>,
    /// Which of them it nearly is.
    pub near_misses: Vec<NearMiss>,
    /// Name of the configured issuer, if it is known which.
    pub name: Option<Box<str>>,
    /// Where that issuer belongs.
    pub environment: Box<str>,
    /// That issuer is known but trusted by nobody here.
    pub untrusted: bool,
    /// What the token looks like.
    pub hint: Option<Hint>,
}

/// For whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AudienceEvidence {
    /// `aud`
    pub presented: Vec<Box<str>>,
    /// Values this audience answers to.
    pub accepted: Vec<Box<str>>,
    /// Which of them it nearly is.
    pub near_misses: Vec<NearMiss>,
    /// Other named audiences that do accept it, if the caller may ask about them.
    pub intended_for: Vec<Box<str>>,
    /// The most values allowed, if that is the reason.
    pub max_audiences: Option<usize>,
    /// What the token looks like.
    pub hint: Option<Hint>,
}

/// When.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeEvidence {
    /// The time in the claim, if it is there.
    pub claim: Option<NumericDate>,
    /// When it was judged.
    pub now: NumericDate,
    /// What was granted.
    pub leeway: Duration,
    /// How far beyond the bound and the leeway.
    pub off_by: Duration,
    /// `max_lifetime` or `max_age`.
    pub limit: Option<Duration>,
}

/// What for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeEvidence {
    /// By policy and request.
    pub required: Vec<Box<str>>,
    /// In the token.
    pub presented: Vec<Box<str>>,
    /// The difference.
    pub missing: Vec<Box<str>>,
    /// Where they may be instead.
    pub hint: Option<Hint>,
}
