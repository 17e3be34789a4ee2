//! When a token is valid (RFC 7519 §4.1.4–6), how long an answer about it holds,
//! and how long to wait for one that is early.

use std::time::Duration;

use super::rejection::{Rejection, TimeEvidence};
use crate::policy::audience::AudiencePolicy;
use crate::token::claims::{Claim, Claims};
use crate::token::numeric_date::NumericDate;

/// 60, 61. `None` for a malformed `exp`, which is told as such.
pub(super) fn expiry(
    exp: &Claim<NumericDate>,
    policy: &AudiencePolicy,
    now: NumericDate,
) -> Option<Rejection> {
    let evidence = TimeEvidence {
        claim: exp.value().copied(),
        now,
        leeway: policy.leeway,
        off_by: Duration::ZERO,
        limit: None,
    };
    match exp {
        Claim::Malformed => None,
        Claim::Absent => (policy.requires_expiry()).then_some(Rejection::ExpiryMissing(evidence)),
        Claim::Value(exp) => {
            // RFC 7519 §4.1.4: not accepted *on* or after this time.
            let end = exp.plus(policy.leeway);
            (now >= end).then(|| {
                Rejection::Expired(TimeEvidence {
                    off_by: now.since(end),
                    ..evidence
                })
            })
        }
    }
}

/// How far in the future a start is beyond the leeway: 62 for `nbf`, 63 for `iat`.
pub(super) fn too_early(
    start: NumericDate,
    policy: &AudiencePolicy,
    now: NumericDate,
) -> Option<TimeEvidence> {
    let begin = start.minus(policy.leeway);
    (now < begin).then(|| TimeEvidence {
        claim: Some(start),
        now,
        leeway: policy.leeway,
        off_by: begin.since(now),
        limit: None,
    })
}

/// 64, 65: bounds that the policy sets, without leeway.
pub(super) fn lifetime(
    claims: &Claims,
    policy: &AudiencePolicy,
    now: NumericDate,
) -> Vec<Rejection> {
    let exp = claims.exp.value().copied();
    let iat = claims.iat.value().copied();
    let beyond = |limit: Option<Duration>, end: Option<NumericDate>| {
        let (limit, end, start) = (limit?, end?, iat?);
        let off_by = end.since(start.plus(limit));
        (!off_by.is_zero()).then_some((limit, off_by))
    };
    let evidence = |claim, (limit, off_by)| TimeEvidence {
        claim,
        now,
        leeway: Duration::ZERO,
        off_by,
        limit: Some(limit),
    };
    let too_long = beyond(policy.max_lifetime, exp)
        .map(|found| Rejection::LifetimeTooLong(evidence(exp, found)));
    let too_old =
        beyond(policy.max_age, Some(now)).map(|found| Rejection::TokenTooOld(evidence(iat, found)));
    too_long.into_iter().chain(too_old).collect()
}

/// How long an answer may be kept, in whole seconds: the earliest of `exp`, the
/// age limit, the key set's bound and the policy's. `None`: not at all.
pub(super) fn cacheable_for(
    claims: &Claims,
    policy: &AudiencePolicy,
    now: NumericDate,
    key_set: Option<Duration>,
) -> Option<Duration> {
    // Without leeway: what is kept is used by another clock.
    let expiry = claims.exp.value().map(|exp| exp.since(now));
    let age =
        (policy.max_age.zip(claims.iat.value())).map(|(max_age, iat)| iat.plus(max_age).since(now));
    let least = [expiry, age, key_set]
        .into_iter()
        .flatten()
        .fold(policy.max_cacheable, Duration::min);
    (least.as_secs() > 0).then(|| Duration::from_secs(least.as_secs()))
}

/// How long to wait, in whole seconds, until a token that is only early is
/// active. `None` if it never will be: it expires or grows too old before.
pub(super) fn retry_after(
    claims: &Claims,
    policy: &AudiencePolicy,
    now: NumericDate,
) -> Option<Duration> {
    let starts = [claims.nbf.value(), claims.iat.value()];
    let begin = starts.into_iter().flatten().max()?.minus(policy.leeway);
    let left = begin.since(now);
    let wait = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    let wait = Duration::from_secs(wait);
    let then = now.plus(wait);
    let expired = expiry(&claims.exp, policy, then).is_some();
    let too_old = (policy.max_age.zip(claims.iat.value()))
        .is_some_and(|(max_age, iat)| then > iat.plus(max_age));
    (!wait.is_zero() && !expired && !too_old).then_some(wait)
}
