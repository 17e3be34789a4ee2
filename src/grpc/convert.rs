//! Decision → answer on the wire.

use super::challenge::challenge;
use super::details::{duration, rejection, timestamp};
use super::structure::structure;
use super::token_info::token_info;
use crate::introspect::Decision;
use crate::keys::{KeySetState, Standing};
use crate::pb::{self, ClaimsFormat, IntrospectResponse};
use crate::policy::caller::Disclosure;
use crate::token::Token;
use crate::token::claims::Claims;
use crate::verdict::judge::ActiveToken;
use crate::verdict::{Cause, Inactive, Signature, Verdict};

/// The answer about a token, good or bad.
///
/// # Errors
/// The cause, if there is none: it cannot be told.
pub fn response(
    decision: &Decision,
    disclosure: Disclosure,
    format: ClaimsFormat,
) -> Result<IntrospectResponse, Cause> {
    let judgement = &decision.judgement;
    let base = IntrospectResponse {
        keys: judgement.keys.as_ref().map(key_set_status),
        signature: signature(judgement.signature).into(),
        token_info: (decision.token.as_deref())
            .filter(|_| judgement.signature == Signature::Verified)
            .and_then(|token| token_info(token, judgement)),
        ..IntrospectResponse::default()
    };
    match &judgement.verdict {
        Verdict::CannotTell(cause) => Err(*cause),
        Verdict::Active(token) => Ok(active(base, token, decision.token.as_deref(), format)),
        Verdict::Inactive(token) => Ok(inactive(base, token, disclosure)),
    }
}

fn active(
    base: IntrospectResponse,
    active: &ActiveToken,
    token: Option<&Token>,
    format: ClaimsFormat,
) -> IntrospectResponse {
    let claims = token
        .and_then(|token| token.claims.as_ref().ok())
        .map(Claims::json);
    IntrospectResponse {
        active: Some(true),
        matched_audience: active.matched_audience().into(),
        cacheable_for: active.cacheable_for().map(duration),
        claims: claims
            .filter(|_| format == ClaimsFormat::Struct)
            .map(structure),
        claims_json: (claims.filter(|_| format == ClaimsFormat::Json))
            .map_or_else(String::new, |claims| claims.text().into()),
        ..base
    }
}

fn inactive(
    base: IntrospectResponse,
    inactive: &Inactive,
    disclosure: Disclosure,
) -> IntrospectResponse {
    let withheld = disclosure == Disclosure::Codes;
    IntrospectResponse {
        active: Some(false),
        rejections: (inactive.rejections())
            .map(|one| rejection(one, disclosure))
            .collect(),
        bearer_challenge: Some(challenge(inactive)),
        retry_after: inactive.retry_after.map(duration),
        details_withheld: withheld,
        token_info: base.token_info.filter(|_| !withheld),
        ..base
    }
}

/// How a key set stands.
pub(super) fn key_set_status(standing: &Standing) -> pb::KeySetStatus {
    let state = match standing.state {
        KeySetState::Fresh => pb::KeySetState::Fresh,
        KeySetState::Stale => pb::KeySetState::Stale,
        KeySetState::Snapshot => pb::KeySetState::Snapshot,
        KeySetState::Static => pb::KeySetState::Static,
    };
    pb::KeySetStatus {
        state: state.into(),
        fetched_at: Some(timestamp(standing.fetched_at)),
    }
}

/// How far the facts can be trusted.
pub(super) fn signature(signature: Signature) -> pb::SignatureStatus {
    match signature {
        Signature::Verified => pb::SignatureStatus::Verified,
        Signature::Invalid => pb::SignatureStatus::Invalid,
        Signature::NotChecked => pb::SignatureStatus::NotChecked,
    }
}

#[cfg(test)]
mod tests;
