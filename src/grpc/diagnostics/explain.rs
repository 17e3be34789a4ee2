//! Explain: a token, every check of it, and one sentence that a person can act on.

use prost::Message as _;

use super::issuers::kind;
use super::{checks, summary};
use crate::clock::Now;
use crate::escape::{ascii_json, escape};
use crate::explain::{Explained, Explanation, explain};
use crate::grpc::convert::{key_set_status, signature};
use crate::grpc::details::timestamp;
use crate::grpc::fields;
use crate::grpc::service::refused;
use crate::grpc::status::Failure;
use crate::introspect::Query;
use crate::pb;
use crate::policy::caller::Caller;
use crate::token::numeric_date::{MAX_SECONDS, NumericDate};
use crate::verdict::Verdict;
use crate::world::World;

/// Longest answer, in bytes: clients read 4 MiB, if they are not told otherwise.
const MAX_ANSWER_BYTES: usize = 3 * 1024 * 1024;

/// Longest text of a token's part in it: there are two, and no part of a token that can
/// be allowed (1 MiB of base64url) is longer before it is escaped.
const MAX_TEXT_BYTES: usize = 1280 * 1024;

/// Explains a token. Needs no permission beyond that to ask about the audience, and
/// says all that it sees at every disclosure: that is what it is for.
///
/// # Errors
/// The request itself is wrong. It never fails for want of keys.
pub async fn answer(
    world: &World,
    request: &pb::ExplainRequest,
    caller: &Caller,
    now: Now,
) -> Result<pb::ExplainResponse, Failure> {
    let at = request.at.map(time).transpose()?;
    let scopes = fields::scopes(&request.required_scopes)?;
    let query = Query {
        token: &request.token,
        audience: &request.audience,
        scopes: &scopes,
    };
    let explanation = explain(world, query, caller, now, at)
        .await
        .map_err(|refusal| refused(refusal, &request.audience))?;
    let all = request.audience.is_empty();
    let mut answer = response(&explanation, all, &scopes);
    // Escapes may make it six times as long as it was in a token near 1 MiB.
    for text in [&mut answer.claims_json, &mut answer.header_json] {
        if text.len() > MAX_TEXT_BYTES {
            text.clear();
        }
    }
    // Few clients could read more; the furthest are the least missed.
    while answer.encoded_len() > MAX_ANSWER_BYTES && answer.audiences.len() > 1 {
        answer.audiences.pop();
        answer.audiences_omitted += 1;
    }
    Ok(answer)
}

fn time(at: prost_types::Timestamp) -> Result<NumericDate, Failure> {
    let nanos = u32::try_from(at.nanos)
        .ok()
        .filter(|nanos| *nanos < 1_000_000_000);
    match nanos {
        Some(nanos) if (0..=MAX_SECONDS).contains(&at.seconds) => Ok(NumericDate::from_nanos(
            NumericDate::from_seconds(at.seconds).nanos() + i128::from(nanos),
        )),
        _ => Err(Failure::FieldInvalid {
            field: "at".into(),
            description: "must be a time between 1970 and 9999".into(),
            max: None,
        }),
    }
}

fn response(explanation: &Explanation<'_>, all: bool, scopes: &[Box<str>]) -> pb::ExplainResponse {
    let token = explanation.token.as_ref().ok();
    let best = explanation.audiences.first();
    pb::ExplainResponse {
        summary: summary::summary(explanation, all),
        header_json: (token.and_then(|token| token.header_json()))
            .map_or_else(String::new, |json| ascii_json(json.text())),
        claims_json: (token.and_then(|token| token.payload_json()))
            .map_or_else(String::new, |json| ascii_json(json.text())),
        signature: best.map_or(pb::SignatureStatus::NotChecked.into(), |one| {
            signature(one.judgement.signature).into()
        }),
        keys: best.and_then(keys),
        evaluated_at: Some(timestamp(explanation.judged_at)),
        audiences: (explanation.audiences.iter())
            .map(|one| audience(one, explanation, scopes))
            .collect(),
        audiences_omitted: u32::try_from(explanation.omitted).unwrap_or(u32::MAX),
    }
}

/// How the keys of its issuer stand, by the same words as in ListIssuers.
fn keys(one: &Explained<'_>) -> Option<pb::KeySetStatus> {
    let issuer = one.candidate.as_ref()?.issuer()?;
    let keys = one.keys.as_ref()?;
    let standing = keys.standing.as_ref()?;
    Some(pb::KeySetStatus {
        state: kind(issuer, keys.set.as_deref(), standing).into(),
        ..key_set_status(standing)
    })
}

fn audience(
    one: &Explained<'_>,
    explanation: &Explanation<'_>,
    scopes: &[Box<str>],
) -> pb::AudienceExplanation {
    use pb::audience_explanation::Answer;
    let answer = match one.judgement.verdict {
        Verdict::Active(_) => Answer::Active,
        Verdict::Inactive(_) => Answer::Inactive,
        Verdict::CannotTell(_) => Answer::CannotTell,
    };
    let seen = checks::Seen {
        one,
        token: explanation.token.as_deref().ok(),
        scopes,
        judged_at: explanation.judged_at,
    };
    pb::AudienceExplanation {
        audience: escape(one.policy.name.as_str()),
        answer: answer.into(),
        checks: (one.checks.iter())
            .map(|(check, kept)| seen.check(*check, kept))
            .collect(),
    }
}

#[cfg(test)]
mod tests;
