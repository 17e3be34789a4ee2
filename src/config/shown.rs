//! A policy as a configuration would say it: the same keys, the same units, and what
//! was left out filled in.

use std::time::Duration;

use serde::Serialize;

use super::duration;
use crate::policy::audience::{
    AudiencePolicy, RequiredClaim, Scalar, SenderConstrained, SubjectMatch, Wanted,
};
use crate::token::algorithm::{Algorithm, AlgorithmSet};

/// A policy as JSON. Every key of `[[audiences]]` is there, in the order of the
/// documentation. `null` and empty lists are what cannot be written: the policy asks
/// nothing of that kind.
#[must_use]
pub fn policy(policy: &AudiencePolicy) -> String {
    // Strings, numbers and lists of them always have a JSON.
    serde_json::to_string(&Policy::of(policy)).unwrap_or_default()
}

/// `[[audiences]]`
#[derive(Debug, Serialize)]
pub(super) struct Policy<'p> {
    name: &'p str,
    accept: &'p [Box<str>],
    issuers: Vec<&'p str>,
    algorithms: Vec<&'static str>,
    token_types: Vec<&'p str>,
    leeway: String,
    required_scopes: &'p [Box<str>],
    authorized_parties: Option<&'p [Box<str>]>,
    subjects: Option<Vec<Subject<'p>>>,
    required_claims: Vec<Claim<'p>>,
    max_audiences: Option<usize>,
    max_lifetime: Option<String>,
    max_age: Option<String>,
    require_expiry: bool,
    sender_constrained: &'static str,
    issuer_optional: bool,
    max_cacheable: String,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Subject<'p> {
    Exact(&'p str),
    Prefix { prefix: &'p str },
}

#[derive(Debug, Serialize)]
struct Claim<'p> {
    #[serde(flatten)]
    place: Place<'p>,
    #[serde(flatten)]
    wanted: Option<Values<'p>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Place<'p> {
    Name(String),
    Path(&'p [Box<str>]),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Values<'p> {
    AnyOf(Vec<Value<'p>>),
    AllOf(Vec<Value<'p>>),
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Value<'p> {
    Text(&'p str),
    Integer(i64),
    Float(f64),
    Bool(bool),
}

impl<'p> Policy<'p> {
    pub(super) fn of(policy: &'p AudiencePolicy) -> Self {
        let AudiencePolicy {
            name,
            accept,
            issuers,
            algorithms: wanted,
            token_types,
            leeway,
            required_scopes,
            authorized_parties,
            subjects,
            required_claims,
            max_audiences,
            max_lifetime,
            max_age,
            require_expiry,
            sender_constrained,
            issuer_optional,
            max_cacheable,
        } = policy;
        Self {
            name: name.as_str(),
            accept,
            issuers: issuers.iter().map(|one| one.name.as_str()).collect(),
            algorithms: algorithms(*wanted),
            token_types: token_types.iter().map(|one| &*one.written).collect(),
            leeway: duration::show(*leeway),
            required_scopes,
            authorized_parties: authorized_parties.as_deref(),
            subjects: (subjects.as_ref()).map(|all| all.iter().map(Subject::of).collect()),
            required_claims: required_claims.iter().map(Claim::of).collect(),
            max_audiences: *max_audiences,
            max_lifetime: shown(*max_lifetime),
            max_age: shown(*max_age),
            require_expiry: *require_expiry,
            sender_constrained: match sender_constrained {
                SenderConstrained::Refuse => "refuse",
                SenderConstrained::CallerChecks => "caller-checks",
            },
            issuer_optional: *issuer_optional,
            max_cacheable: duration::show(*max_cacheable),
        }
    }
}

pub(super) fn algorithms(set: AlgorithmSet) -> Vec<&'static str> {
    set.iter().map(Algorithm::name).collect()
}

fn shown(span: Option<Duration>) -> Option<String> {
    span.map(duration::show)
}

impl<'p> Subject<'p> {
    fn of(subject: &'p SubjectMatch) -> Self {
        match subject {
            SubjectMatch::Exact(wanted) => Self::Exact(wanted),
            SubjectMatch::Prefix(prefix) => Self::Prefix { prefix },
        }
    }
}

impl<'p> Claim<'p> {
    fn of(claim: &'p RequiredClaim) -> Self {
        let values = |all: &'p [Scalar]| all.iter().map(Value::of).collect();
        Self {
            place: if claim.is_path {
                Place::Path(&claim.path)
            } else {
                Place::Name(claim.path.concat())
            },
            wanted: match &claim.wanted {
                Wanted::Present => None,
                Wanted::AnyOf(all) => Some(Values::AnyOf(values(all))),
                Wanted::AllOf(all) => Some(Values::AllOf(values(all))),
            },
        }
    }
}

impl<'p> Value<'p> {
    fn of(scalar: &'p Scalar) -> Self {
        match scalar {
            Scalar::String(text) => Self::Text(text),
            Scalar::Bool(value) => Self::Bool(*value),
            // An integer of 64 bits, or a double of so few digits that it is exact.
            Scalar::Number(_, written) => match (written.parse(), written.parse()) {
                (Ok(integer), _) => Self::Integer(integer),
                (Err(_), Ok(float)) => Self::Float(float),
                (Err(_), Err(_)) => Self::Text(written),
            },
        }
    }
}
