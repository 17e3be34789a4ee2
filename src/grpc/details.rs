//! Rejection → its message on the wire. No wildcard arm: a new reason stops the
//! compiler here.

use std::time::Duration;

use super::message;
use super::names::{wire_difference, wire_problem, wire_reason};
use crate::escape::{MAX_ITEMS, escape, escape_all};
use crate::pb;
use crate::pb::rejection::Detail;
use crate::policy::caller::Disclosure;
use crate::policy::near_miss::NearMiss;
use crate::token::form::{FormFault, Limit, Problem};
use crate::token::numeric_date::NumericDate;
use crate::verdict::rejection::{
    AudienceEvidence, IssuerEvidence, KeyEvidence, Rejection, ScopeEvidence, TimeEvidence,
    ValueEvidence,
};

/// One rejection, as much of it as the caller is told.
#[must_use]
pub fn rejection(rejection: &Rejection, disclosure: Disclosure) -> pb::Rejection {
    let reason = rejection.reason();
    let told = pb::Rejection {
        reason: wire_reason(reason).into(),
        code: reason.code().into(),
        ..pb::Rejection::default()
    };
    match disclosure {
        Disclosure::Details => pb::Rejection {
            message: message::sentence(rejection),
            field: escape(rejection.field()),
            detail: detail(rejection),
            ..told
        },
        Disclosure::Codes => pb::Rejection {
            message: message::fixed(reason).into(),
            field: escape(field_at_codes(rejection)),
            ..told
        },
    }
}

/// The names of members are the token's own words: only the four that are read
/// are told to whoever is told codes.
fn field_at_codes(rejection: &Rejection) -> &str {
    let field = rejection.field();
    // Of all others the field is ours: a registered name, or one of the policy's.
    let own = matches!(
        rejection,
        Rejection::HeaderMalformed(_) | Rejection::PayloadMalformed(_)
    );
    match own && !["alg", "kid", "typ", "crit"].contains(&field) {
        true => "",
        false => field,
    }
}

fn detail(rejection: &Rejection) -> Option<Detail> {
    Some(match rejection {
        Rejection::TokenMissing => return None,
        Rejection::TokenTooLarge(limit) => Detail::Form(too_large(limit)),
        Rejection::TokenOpaque => Detail::Form(parts(1)),
        Rejection::TokenEncrypted => Detail::Form(parts(5)),
        Rejection::TokenMalformed(fault)
        | Rejection::HeaderMalformed(fault)
        | Rejection::PayloadMalformed(fault)
        | Rejection::ClaimMalformed(fault) => Detail::Form(form(fault)),
        Rejection::CriticalHeaderUnsupported(evidence)
        | Rejection::TokenTypeNotAllowed(evidence)
        | Rejection::AuthorizedPartyNotAllowed(evidence)
        | Rejection::ClaimMissing(evidence)
        | Rejection::ClaimNotAllowed(evidence)
        | Rejection::SubjectNotAllowed(evidence)
        | Rejection::PossessionNotProven(evidence) => Detail::Value(value(evidence)),
        Rejection::AlgorithmNone(evidence)
        | Rejection::AlgorithmUnsupported(evidence)
        | Rejection::AlgorithmNotAllowed(evidence)
        | Rejection::KeyNotFound(evidence)
        | Rejection::KeyUnsuitable(evidence)
        | Rejection::SignatureInvalid(evidence)
        | Rejection::KeyDenied(evidence) => Detail::Key(key(evidence)),
        Rejection::IssuerMissing(evidence)
        | Rejection::IssuerUnknown(evidence)
        | Rejection::IssuerNotAllowed(evidence) => Detail::Issuer(issuer(evidence)),
        Rejection::AudienceMissing(evidence)
        | Rejection::AudienceNotAllowed(evidence)
        | Rejection::AudienceMismatch(evidence)
        | Rejection::AudienceTooBroad(evidence) => Detail::Audience(audience(evidence)),
        Rejection::Expired(evidence)
        | Rejection::ExpiryMissing(evidence)
        | Rejection::NotYetValid(evidence)
        | Rejection::IssuedInFuture(evidence)
        | Rejection::LifetimeTooLong(evidence)
        | Rejection::TokenTooOld(evidence) => Detail::Time(time(evidence)),
        Rejection::ScopeInsufficient(evidence) => Detail::Scope(scope(evidence)),
    })
}

fn too_large(limit: &Limit) -> pb::FormDetail {
    pb::FormDetail {
        problem: pb::form_detail::Problem::TooLarge.into(),
        part: "token".into(),
        limit: limit.limit,
        actual: limit.actual,
        ..pb::FormDetail::default()
    }
}

fn parts(actual: u64) -> pb::FormDetail {
    pb::FormDetail {
        problem: pb::form_detail::Problem::PartCount.into(),
        part: "token".into(),
        limit: 3,
        actual,
        ..pb::FormDetail::default()
    }
}

fn form(fault: &FormFault) -> pb::FormDetail {
    use pb::form_detail::Problem as Wire;
    let problem = match fault.problem {
        Problem::TooLarge => Wire::TooLarge,
        Problem::BearerPrefix => Wire::BearerPrefix,
        Problem::PartCount => Wire::PartCount,
        Problem::Whitespace | Problem::LineBreak => Wire::Whitespace,
        Problem::Padding => Wire::Padding,
        Problem::Alphabet | Problem::Quote => Wire::Alphabet,
        Problem::TrailingBits => Wire::TrailingBits,
        Problem::NotUtf8 => Wire::NotUtf8,
        Problem::NotJsonObject => Wire::NotJsonObject,
        Problem::DuplicateMember => Wire::DuplicateMember,
        Problem::TooDeep => Wire::TooDeep,
        Problem::WrongType => Wire::WrongType,
        Problem::OutOfRange | Problem::OutOfRangeMilliseconds => Wire::OutOfRange,
    };
    pb::FormDetail {
        problem: problem.into(),
        part: fault.part.name().into(),
        offset: u32::try_from(fault.offset).unwrap_or(u32::MAX),
        limit: fault.limit.map_or(0, |limit| limit.limit),
        actual: fault.limit.map_or(0, |limit| limit.actual),
        presented: text(fault.presented.as_deref()),
    }
}

fn value(evidence: &ValueEvidence) -> pb::ValueDetail {
    pb::ValueDetail {
        expected: escape_all(&evidence.expected),
        presented: text(evidence.presented.as_deref()),
    }
}

fn key(evidence: &KeyEvidence) -> pb::KeyDetail {
    pb::KeyDetail {
        key_id: text(evidence.kid.as_deref()),
        algorithm: text(evidence.alg.as_deref()),
        allowed_algorithms: (evidence.allowed.iter().take(MAX_ITEMS))
            .map(|one| one.name().into())
            .collect(),
        problem: evidence
            .problem
            .map_or(0, |problem| wire_problem(problem).into()),
        key_set_fetched_at: evidence.key_set_fetched_at.map(timestamp),
    }
}

fn issuer(evidence: &IssuerEvidence) -> pb::IssuerDetail {
    pb::IssuerDetail {
        presented: text(evidence.presented.as_deref()),
        accepted: escape_all(&evidence.accepted),
        near_misses: near_misses(&evidence.near_misses),
        environment: escape(&evidence.environment),
    }
}

fn audience(evidence: &AudienceEvidence) -> pb::AudienceDetail {
    pb::AudienceDetail {
        presented: escape_all(&evidence.presented),
        accepted: escape_all(&evidence.accepted),
        near_misses: near_misses(&evidence.near_misses),
        intended_for: escape_all(&evidence.intended_for),
        presented_count: count(evidence.presented.len()),
        max_audiences: evidence.max_audiences.map_or(0, count),
    }
}

fn time(evidence: &TimeEvidence) -> pb::TimeDetail {
    pb::TimeDetail {
        claim_time: evidence.claim.map(timestamp),
        evaluated_at: Some(timestamp(evidence.now)),
        leeway: Some(duration(evidence.leeway)),
        off_by: evidence.claim.map(|_| duration(evidence.off_by)),
        limit: evidence.limit.map(duration),
    }
}

fn scope(evidence: &ScopeEvidence) -> pb::ScopeDetail {
    pb::ScopeDetail {
        required: escape_all(&evidence.required),
        presented: escape_all(&evidence.presented),
        missing: escape_all(&evidence.missing),
    }
}

fn near_misses(misses: &[NearMiss]) -> Vec<pb::NearMiss> {
    (misses.iter().take(MAX_ITEMS))
        .map(|miss| pb::NearMiss {
            presented: escape(&miss.presented),
            accepted: escape(&miss.accepted),
            differences: (miss.differences.iter())
                .map(|one| wire_difference(*one).into())
                .collect(),
        })
        .collect()
}

fn text(text: Option<&str>) -> String {
    text.map(escape).unwrap_or_default()
}

pub(super) fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A point in time on the wire.
#[must_use]
pub fn timestamp(time: NumericDate) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: time.floor_seconds(),
        nanos: i32::try_from(time.subsec_nanos()).unwrap_or(0),
    }
}

/// A span of time on the wire.
#[must_use]
pub fn duration(span: Duration) -> prost_types::Duration {
    prost_types::Duration {
        seconds: i64::try_from(span.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(span.subsec_nanos()).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests;
