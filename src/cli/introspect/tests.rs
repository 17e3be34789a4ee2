//! Answers as people and programs see them.

use prost_types::{Duration, Timestamp};

use super::text::text;
use crate::cli::look::Look;
use crate::cli::proto_json::proto_json;
use crate::pb::{
    BearerChallenge, IntrospectResponse, KeySetState, KeySetStatus, Rejection, RejectionReason,
    SignatureStatus, TokenInfo,
};

const PLAIN: Look = Look {
    width: 100,
    unicode: true,
    colour: false,
};

/// 2025-11-25T08:00:00Z
const NOW: i64 = 1_764_057_600;

fn at(seconds: i64) -> Timestamp {
    Timestamp { seconds, nanos: 0 }
}

fn span(seconds: i64) -> Duration {
    Duration { seconds, nanos: 0 }
}

fn info() -> TokenInfo {
    TokenInfo {
        issuer: "https://auth.example.com".into(),
        subject: "user-7".into(),
        audiences: vec!["https://api.example.com/orders".into()],
        client_id: "web".into(),
        scopes: vec!["orders:read".into(), "orders:write".into()],
        issued_at: Some(at(NOW - 60)),
        expires_at: Some(at(NOW + 300)),
        key_id: "2025-11".into(),
        algorithm: "ES256".into(),
        header_type: "at+jwt".into(),
        issuer_name: "prod".into(),
        environment: "production".into(),
        ..TokenInfo::default()
    }
}

fn verified() -> IntrospectResponse {
    IntrospectResponse {
        token_info: Some(info()),
        keys: Some(KeySetStatus {
            state: KeySetState::Fresh.into(),
            fetched_at: Some(at(NOW - 60)),
        }),
        signature: SignatureStatus::Verified.into(),
        ..IntrospectResponse::default()
    }
}

fn active() -> IntrospectResponse {
    IntrospectResponse {
        active: Some(true),
        matched_audience: "https://api.example.com/orders".into(),
        cacheable_for: Some(span(60)),
        ..verified()
    }
}

fn rejection(reason: RejectionReason, code: &str, field: &str, message: &str) -> Rejection {
    Rejection {
        reason: reason.into(),
        code: code.into(),
        field: field.into(),
        message: message.into(),
        ..Rejection::default()
    }
}

fn answers() -> Vec<(&'static str, IntrospectResponse)> {
    let with_claims = IntrospectResponse {
        claims_json: r#"{"sub":"user-7\u001b[2J","n":1.0e400,"aud":["a","b"],"é":{}}"#.into(),
        cacheable_for: None,
        ..active()
    };
    let two_reasons = IntrospectResponse {
        active: Some(false),
        rejections: vec![
            rejection(
                RejectionReason::Expired,
                "expired",
                "exp",
                "The token expired at 2025-11-25T07:12:18Z; judged at 2025-11-25T08:00:00Z with a leeway of 30 s. Get a new one.",
            ),
            rejection(
                RejectionReason::ScopeInsufficient,
                "scope-insufficient",
                "scope",
                "The token lacks the scope \"orders:admin\"; it has \"orders:read\".",
            ),
        ],
        bearer_challenge: Some(BearerChallenge {
            http_status: 401,
            error: "invalid_token".into(),
            error_description: "The token expired".into(),
            scope: String::new(),
        }),
        ..verified()
    };
    let too_early = IntrospectResponse {
        active: Some(false),
        rejections: vec![rejection(
            RejectionReason::NotYetValid,
            "not-yet-valid",
            "nbf",
            "The token is not valid before 2025-11-25T08:01:00Z.",
        )],
        retry_after: Some(span(30)),
        ..verified()
    };
    let codes_alone = IntrospectResponse {
        active: Some(false),
        rejections: vec![rejection(
            RejectionReason::TokenOpaque,
            "token-opaque",
            "",
            "The token is no JWT.",
        )],
        signature: SignatureStatus::NotChecked.into(),
        details_withheld: true,
        ..IntrospectResponse::default()
    };
    vec![
        ("active", active()),
        ("with_claims", with_claims),
        ("two_reasons", two_reasons),
        ("too_early", too_early),
        ("codes_alone", codes_alone),
    ]
}

#[test]
fn each_answer_as_text() {
    for (name, answer) in answers() {
        insta::assert_snapshot!(format!("{name}.text"), text(&answer, PLAIN));
    }
}

#[test]
fn each_answer_as_json() {
    for (name, answer) in answers() {
        let json = proto_json("IntrospectResponse", &answer).unwrap();
        insta::assert_snapshot!(format!("{name}.json"), json);
    }
}

#[test]
fn colours_are_all_that_a_terminal_has_more() {
    let coloured = Look {
        colour: true,
        ..PLAIN
    };
    for (name, answer) in answers() {
        let shown = text(&answer, coloured);
        assert!(shown.contains('\u{1b}'), "{name}");
        let stripped = anstream::adapter::strip_str(&shown).to_string();
        assert_eq!(stripped, text(&answer, PLAIN), "{name}");
    }
}

/// A service that does not keep its promises writes to no terminal, and makes no line
/// look like ours.
#[test]
fn nothing_from_elsewhere_is_printed_as_it_is() {
    let bad = "\u{1b}[2J\nactive\u{202e}";
    let answer = IntrospectResponse {
        matched_audience: bad.into(),
        claims_json: bad.into(),
        token_info: Some(TokenInfo {
            key_id: bad.into(),
            algorithm: bad.into(),
            issuer_name: bad.into(),
            client_id: bad.into(),
            scopes: vec![bad.into()],
            ..info()
        }),
        ..active()
    };
    let refused = IntrospectResponse {
        active: Some(false),
        rejections: vec![rejection(RejectionReason::Expired, bad, bad, bad)],
        ..answer.clone()
    };
    for answer in [answer, refused] {
        let shown = text(&answer, PLAIN);
        let allowed = |c: char| c == '\n' || matches!(c, ' '..='~');
        assert!(shown.chars().all(allowed), "{shown}");
        assert!(!shown.lines().skip(1).any(|line| line.starts_with("active")));
    }
}
