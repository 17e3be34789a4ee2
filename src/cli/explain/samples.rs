//! Answers for tests, as a server gives them.

use prost_types::{Duration, Timestamp};

use crate::pb::audience_explanation::Answer;
use crate::pb::check::Outcome;
use crate::pb::near_miss::Difference;
use crate::pb::rejection::Detail;
use crate::pb::{
    AudienceDetail, AudienceExplanation, Check, ExplainResponse, FormDetail, IssuerDetail,
    KeyDetail, KeySetState, KeySetStatus, NearMiss, Rejection, RejectionReason, ScopeDetail,
    SignatureStatus, TimeDetail,
};

/// 2025-11-25T08:00:00Z
const NOW: i64 = 1_764_057_600;

const NAMES: [&str; 17] = [
    "form",
    "crit",
    "typ",
    "alg",
    "iss",
    "key",
    "signature",
    "aud",
    "azp",
    "exp",
    "nbf",
    "iat",
    "lifetime",
    "claims",
    "sub",
    "scope",
    "cnf",
];

const NOT_ASKED: &str = "the policy does not ask for it";

/// Every sample by its name.
pub(super) fn all() -> Vec<(&'static str, ExplainResponse)> {
    vec![
        ("active", active()),
        ("trailing_slash", trailing_slash()),
        ("expired_and_scope", expired_and_scope()),
        ("unknown_kid", unknown_kid()),
        ("malformed", malformed()),
        ("all_audiences", all_audiences()),
        ("signature_invalid", signature_invalid()),
        ("staging", staging()),
    ]
}

fn at(seconds: i64) -> Timestamp {
    Timestamp { seconds, nanos: 0 }
}

/// A check of every name, all passed or skipped.
fn checks() -> Vec<Check> {
    let row = |name: &str| match name {
        "form" => (
            "as wanted",
            "three parts of base64url, two of them JSON objects",
            "",
        ),
        "crit" => ("absent", "absent", ""),
        "typ" => ("\"at+jwt\"", "\"at+jwt\", \"JWT\"", ""),
        "alg" => ("\"RS256\"", "RS256, ES256", ""),
        "iss" => (
            "\"https://auth.example.com\"",
            "\"https://auth.example.com\"",
            "",
        ),
        "key" => (
            "kid \"2025-11\"",
            "a key of \"prod\"; at hand: \"2025-11\"",
            "",
        ),
        "signature" => ("verified", "made by that key", ""),
        "aud" => (
            "\"https://api.example.com/orders\"",
            "\"https://api.example.com/orders\"",
            "",
        ),
        "azp" => ("\"web\" (client_id)", "any client", NOT_ASKED),
        "exp" => ("2025-11-25T08:13:00Z", "after 2025-11-25T07:59:30Z", ""),
        "nbf" => (
            "absent",
            "not after 2025-11-25T08:00:30Z",
            "the token has none",
        ),
        "iat" => ("2025-11-25T07:58:00Z", "not after 2025-11-25T08:00:30Z", ""),
        "lifetime" => ("lives 900 s, age 120 s", "any", NOT_ASKED),
        "claims" => ("of their types", "claims of their types", ""),
        "sub" => ("\"user-7\"", "any subject", NOT_ASKED),
        "scope" => ("\"orders:read\", \"profile\"", "all of \"orders:read\"", ""),
        _ => (
            "absent",
            "absent (sender_constrained is \"refuse\")",
            "the token is bound to no key",
        ),
    };
    let check = |name: &str| {
        let (found, expected, why) = row(name);
        let outcome = match why {
            "" => Outcome::Passed,
            _ => Outcome::Skipped,
        };
        Check {
            name: name.into(),
            outcome: outcome.into(),
            expected: expected.into(),
            found: found.into(),
            why: why.into(),
            rejection: None,
        }
    };
    NAMES.map(check).into()
}

fn of<'a>(checks: &'a mut [Check], name: &str) -> &'a mut Check {
    checks.iter_mut().find(|check| check.name == name).unwrap()
}

fn fail(checks: &mut [Check], name: &str, found: &str, rejection: Rejection) {
    let check = of(checks, name);
    check.set_outcome(Outcome::Failed);
    check.found = found.into();
    check.why = String::new();
    check.rejection = Some(rejection);
}

fn skip(checks: &mut [Check], name: &str, why: &str) {
    let check = of(checks, name);
    check.set_outcome(Outcome::Skipped);
    check.found = String::new();
    check.why = why.into();
}

fn rejection(
    reason: RejectionReason,
    code: &str,
    field: &str,
    message: &str,
    detail: Detail,
) -> Rejection {
    Rejection {
        reason: reason.into(),
        code: code.into(),
        message: message.into(),
        field: field.into(),
        detail: Some(detail),
    }
}

fn audience(name: &str, answer: Answer, checks: Vec<Check>) -> AudienceExplanation {
    AudienceExplanation {
        audience: name.into(),
        answer: answer.into(),
        checks,
    }
}

fn active() -> ExplainResponse {
    ExplainResponse {
        summary: "Active for \"orders\": every check passed; its aud \
                  \"https://api.example.com/orders\" is accepted."
            .into(),
        header_json: r#"{"alg":"RS256","kid":"2025-11","typ":"at+jwt"}"#.into(),
        claims_json: r#"{"iss":"https://auth.example.com","sub":"user-7","aud":"https://api.example.com/orders","client_id":"web","iat":1764057480,"exp":1764058380,"scope":"orders:read profile"}"#.into(),
        signature: SignatureStatus::Verified.into(),
        keys: Some(KeySetStatus {
            state: KeySetState::Fresh.into(),
            fetched_at: Some(at(NOW - 60)),
        }),
        evaluated_at: Some(at(NOW)),
        audiences: vec![audience("orders", Answer::Active, checks())],
        audiences_omitted: 0,
    }
}

/// aud 52 of a near miss.
fn mismatch(presented: &str, accepted: &str, kinds: &[Difference], message: &str) -> Rejection {
    let detail = Detail::Audience(AudienceDetail {
        presented: vec![presented.into()],
        accepted: vec![accepted.into()],
        near_misses: vec![NearMiss {
            presented: presented.into(),
            accepted: accepted.into(),
            differences: kinds.iter().map(|kind| (*kind).into()).collect(),
        }],
        presented_count: 1,
        ..AudienceDetail::default()
    });
    let reason = RejectionReason::AudienceMismatch;
    rejection(reason, "audience-mismatch", "aud", message, detail)
}

fn trailing_slash() -> ExplainResponse {
    let mut answer = active();
    let (presented, accepted) = (
        "https://api.example.com/orders/",
        "https://api.example.com/orders",
    );
    answer.summary = "The token's aud is \"https://api.example.com/orders/\"; accepted here: \
        \"https://api.example.com/orders\". They differ by a slash at the end: send the accepted \
        one, or list the other in accept."
        .into();
    answer.claims_json = answer.claims_json.replace(accepted, presented);
    let mut checks = checks();
    let message = "The token's aud is \"https://api.example.com/orders/\"; accepted here: \
                   \"https://api.example.com/orders\". They differ by a slash at the end: send \
                   the accepted one, or list the other in accept.";
    let rejection = mismatch(presented, accepted, &[Difference::TrailingSlash], message);
    fail(&mut checks, "aud", &format!("\"{presented}\""), rejection);
    answer.audiences = vec![audience("orders", Answer::Inactive, checks)];
    answer
}

fn expired() -> Rejection {
    let detail = Detail::Time(TimeDetail {
        claim_time: Some(at(NOW - 2862)),
        evaluated_at: Some(at(NOW)),
        leeway: Some(Duration {
            seconds: 30,
            nanos: 0,
        }),
        off_by: Some(Duration {
            seconds: 2832,
            nanos: 0,
        }),
        limit: None,
    });
    let message = "The token expired at 2025-11-25T07:12:18Z; judged at 2025-11-25T08:00:00Z \
                   with a leeway of 30 s. Get a new one.";
    rejection(RejectionReason::Expired, "expired", "exp", message, detail)
}

fn expired_and_scope() -> ExplainResponse {
    let mut answer = active();
    answer.summary = "The token expired at 2025-11-25T07:12:18Z; judged at 2025-11-25T08:00:00Z \
        with a leeway of 30 s. Get a new one. Also: scope-insufficient."
        .into();
    answer.claims_json = answer
        .claims_json
        .replace("1764058380", "1764054738")
        .replace("1764057480", "1764053838.25")
        .replace("orders:read profile", "orders:read");
    let mut checks = checks();
    of(&mut checks, "iat").found = "2025-11-25T06:57:18.250Z".into();
    fail(&mut checks, "exp", "2025-11-25T07:12:18Z", expired());
    let detail = Detail::Scope(ScopeDetail {
        required: vec!["orders:read".into(), "orders:write".into()],
        presented: vec!["orders:read".into()],
        missing: vec!["orders:write".into()],
    });
    let message = "The token lacks the scope \"orders:write\"; it has \"orders:read\". Ask the \
                   issuer for a token with it.";
    let reason = RejectionReason::ScopeInsufficient;
    let rejection = rejection(reason, "scope-insufficient", "scope", message, detail);
    fail(&mut checks, "scope", "\"orders:read\"", rejection);
    of(&mut checks, "scope").expected = "all of \"orders:read\", \"orders:write\"".into();
    answer.audiences = vec![audience("orders", Answer::Inactive, checks)];
    answer
}

fn unknown_kid() -> ExplainResponse {
    let mut answer = active();
    answer.summary =
        "It cannot be told: the token's key is not in the key set of \"prod\" at hand \
 (confirmed 2025-11-25T07:20:00Z); Introspect would ask the issuer for newer keys."
            .into();
    answer.header_json = answer.header_json.replace("2025-11", "2025-12");
    answer.signature = SignatureStatus::NotChecked.into();
    answer.keys = Some(KeySetStatus {
        state: KeySetState::Stale.into(),
        fetched_at: Some(at(NOW - 2400)),
    });
    let mut checks = checks();
    let check = of(&mut checks, "key");
    check.set_outcome(Outcome::Undecided);
    check.found = "kid \"2025-12\"".into();
    check.why = "the keys at hand lack this one and are not fresh enough to prove that there is \
        no such key; Introspect asks the issuer, this does not"
        .into();
    let check = of(&mut checks, "signature");
    check.set_outcome(Outcome::Undecided);
    check.found = "not checked".into();
    check.why = "there is no key to check it with".into();
    answer.audiences = vec![audience("orders", Answer::CannotTell, checks)];
    answer
}

fn malformed() -> ExplainResponse {
    let mut answer = active();
    answer.summary =
        "There is a line break in the payload (byte 76); send the token in one line.".into();
    answer.header_json = String::new();
    answer.claims_json = String::new();
    answer.signature = SignatureStatus::NotChecked.into();
    answer.keys = None;
    let mut checks = checks();
    for name in NAMES {
        skip(&mut checks, name, "the text is no token");
    }
    let detail = Detail::Form(FormDetail {
        part: "payload".into(),
        offset: 76,
        ..FormDetail::default()
    });
    let message = "There is a line break in the payload (byte 76); send the token in one line.";
    let reason = RejectionReason::TokenMalformed;
    let rejection = rejection(reason, "token-malformed", "", message, detail);
    fail(&mut checks, "form", "", rejection);
    answer.audiences = vec![audience("orders", Answer::Inactive, checks)];
    answer
}

fn all_audiences() -> ExplainResponse {
    let mut answer = trailing_slash();
    answer.summary = format!(
        "Not active for any of 5 audiences; nearest: \"orders\". {}",
        answer.summary
    );
    answer.claims_json = answer.claims_json.replace(
        "\"https://api.example.com/orders/\"",
        "[\"https://api.example.com/orders/\",\"b\"]",
    );
    let mut payments = checks();
    let message = "The token's aud is \"https://api.example.com/orders/\"; accepted here: \
                   \"https://api.example.com/payments\". Ask the issuer for a token with one of \
                   these.";
    let rejection = Rejection {
        message: message.into(),
        code: "audience-not-allowed".into(),
        reason: RejectionReason::AudienceNotAllowed.into(),
        ..Rejection::default()
    };
    let presented = "\"https://api.example.com/orders/\", \"b\"";
    fail(&mut payments, "aud", presented, rejection);
    fail(&mut payments, "exp", "2025-11-25T07:12:18Z", expired());
    let more = unknown_kid()
        .audiences
        .into_iter()
        .map(|one| AudienceExplanation {
            audience: "inventory-internal".into(),
            ..one
        });
    answer
        .audiences
        .push(audience("payments", Answer::Inactive, payments));
    answer.audiences.extend(more);
    answer.audiences_omitted = 2;
    answer
}

fn signature_invalid() -> ExplainResponse {
    let mut answer = active();
    answer.summary = "The signature does not verify with the key \"2025-11\": the token was \
        changed, or another issuer's key has signed it."
        .into();
    answer.signature = SignatureStatus::Invalid.into();
    let mut checks = checks();
    let detail = Detail::Key(KeyDetail {
        key_id: "2025-11".into(),
        algorithm: "RS256".into(),
        key_set_fetched_at: Some(at(NOW - 60)),
        ..KeyDetail::default()
    });
    let message = "The signature does not verify with the key \"2025-11\": the token was \
                   changed, or another issuer's key has signed it.";
    let reason = RejectionReason::SignatureInvalid;
    let rejection = rejection(reason, "signature-invalid", "", message, detail);
    fail(&mut checks, "signature", "does not verify", rejection);
    answer.audiences = vec![audience("orders", Answer::Inactive, checks)];
    answer
}

fn staging() -> ExplainResponse {
    let mut answer = active();
    answer.summary = "The token's issuer \"https://auth.staging.example.com\" belongs to \
        staging; accepted here: \"https://auth.example.com\". Get a token there."
        .into();
    let (presented, accepted) = (
        "https://auth.staging.example.com",
        "https://auth.example.com",
    );
    answer.claims_json = answer.claims_json.replace(accepted, presented);
    answer.signature = SignatureStatus::NotChecked.into();
    answer.keys = None;
    let mut checks = checks();
    let detail = Detail::Issuer(IssuerDetail {
        presented: presented.into(),
        accepted: vec![accepted.into()],
        environment: "staging".into(),
        ..IssuerDetail::default()
    });
    let message = "The token's issuer \"https://auth.staging.example.com\" belongs to staging; \
                   accepted here: \"https://auth.example.com\". Get a token there.";
    let reason = RejectionReason::IssuerNotAllowed;
    let rejection = rejection(reason, "issuer-not-allowed", "iss", message, detail);
    fail(&mut checks, "iss", &format!("\"{presented}\""), rejection);
    skip(&mut checks, "key", "the token's issuer has no keys here");
    skip(
        &mut checks,
        "signature",
        "the token's issuer has no keys here",
    );
    answer.audiences = vec![audience("orders", Answer::Inactive, checks)];
    answer
}
