//! The line of a decision: fields, not prose. Never a token segment, a subject,
//! scopes or other claims.

use crate::escape::{MAX_ITEMS, escape, escape_to};
use crate::grpc::call::Call;
use crate::introspect::Decision;
use crate::policy::near_miss::NearMiss;
use crate::token::Token;
use crate::token::claims::Client;
use crate::verdict::Inactive;
use crate::verdict::hint::Hint;
use crate::verdict::rejection::{Reason, Rejection, TimeEvidence};

/// Longest header of a request in a line, in bytes.
const HEADER: usize = 128;

/// A line with the fields that every decision has, and its own.
macro_rules! tell {
    ($level:ident, $line:ident, $what:literal $(, $($field:tt)+)?) => {
        tracing::$level!(
            audience = $line.audience,
            issuer = $line.issuer,
            peer = $line.peer,
            user_agent = $line.user_agent,
            traceparent = $line.traceparent,
            request_id = $line.request_id,
            fingerprint = $line.fingerprint,
            left_out = $line.left_out,
            $($($field)+,)?
            $what
        )
    };
}

/// What every line says.
pub(super) struct Line<'a> {
    audience: &'a str,
    issuer: Option<&'a str>,
    peer: Option<String>,
    user_agent: Option<String>,
    traceparent: Option<String>,
    request_id: Option<String>,
    fingerprint: String,
    left_out: Option<u64>,
}

impl<'a> Line<'a> {
    pub(super) fn new(
        decision: &'a Decision,
        call: &Call,
        fingerprint: String,
        left_out: u64,
    ) -> Self {
        let header = |text: &Option<Box<str>>| text.as_deref().map(|text| escape_to(text, HEADER));
        Self {
            audience: decision.audience.as_str(),
            issuer: (decision.judgement.issuer.as_deref()).map(|issuer| issuer.name.as_str()),
            peer: call.peer.map(|peer| peer.to_string()),
            user_agent: header(&call.user_agent),
            traceparent: header(&call.traceparent),
            request_id: header(&call.request_id),
            fingerprint,
            left_out: (left_out > 0).then_some(left_out),
        }
    }

    pub(super) fn active(self) {
        tell!(debug, self, "active");
    }

    pub(super) fn undecided(self, cause: &str, token: Option<&Token>) {
        let facts = Facts::of(token);
        tell!(
            info,
            self,
            "cannot tell",
            cause,
            aud = facts.aud,
            iss = facts.iss,
            kid = facts.kid,
            alg = facts.alg,
            client = facts.client
        );
    }

    pub(super) fn inactive(self, inactive: &Inactive, token: Option<&Token>) {
        let codes = inactive.reasons().map(Reason::code);
        let facts = Facts::of(token);
        let near = near_misses(inactive);
        tell!(
            info,
            self,
            "inactive",
            reason = inactive.reason().code(),
            reasons = codes.collect::<Vec<_>>().join(" "),
            aud = facts.aud,
            iss = facts.iss,
            kid = facts.kid,
            typ = facts.typ,
            alg = facts.alg,
            client = facts.client,
            near_misses = (!near.is_empty()).then_some(near),
            hint = inactive
                .rejections()
                .find_map(Rejection::hint)
                .map(Hint::code),
            off_by_seconds = inactive.rejections().find_map(off_by)
        );
    }
}

/// What a line says of a token that is not active: never its subject, scopes or other claims.
#[derive(Default)]
struct Facts {
    aud: Option<String>,
    iss: Option<String>,
    kid: Option<String>,
    typ: Option<String>,
    alg: Option<String>,
    client: Option<String>,
}

impl Facts {
    fn of(token: Option<&Token>) -> Self {
        let header = token.and_then(|token| token.header.as_ref().ok());
        let claims = token.and_then(|token| token.claims.as_ref().ok());
        let text = |text: Option<&Box<str>>| text.map(|text| escape(text));
        Self {
            aud: claims.and_then(|claims| claims.aud.value()).map(|aud| {
                let shown: Vec<&str> = aud.iter().take(MAX_ITEMS).map(|one| &**one).collect();
                escape(&shown.join(" "))
            }),
            iss: text(claims.and_then(|claims| claims.iss.value())),
            kid: text(header.and_then(|header| header.kid.as_ref())),
            typ: text(header.and_then(|header| header.typ.as_ref())),
            alg: text(header.and_then(|header| header.alg.as_ref())),
            client: claims.and_then(|claims| match claims.client() {
                Client::Value { client, .. } => Some(escape(&client)),
                Client::Absent | Client::Malformed { .. } => None,
            }),
        }
    }
}

fn near_misses(inactive: &Inactive) -> String {
    let kinds = |misses: &[NearMiss]| -> Vec<&'static str> {
        (misses.iter().flat_map(|miss| miss.differences.iter()))
            .map(|difference| difference.name())
            .collect()
    };
    let mut all: Vec<&str> = (inactive.rejections())
        .flat_map(|one| match one {
            Rejection::IssuerUnknown(issuer) | Rejection::IssuerNotAllowed(issuer) => {
                kinds(&issuer.near_misses)
            }
            Rejection::AudienceMismatch(audience) => kinds(&audience.near_misses),
            _ => Vec::new(),
        })
        .collect();
    all.sort_unstable();
    all.dedup();
    all.join(" ")
}

fn off_by(rejection: &Rejection) -> Option<f64> {
    let seconds = |time: &TimeEvidence| time.off_by.as_secs_f64();
    match rejection {
        Rejection::Expired(time)
        | Rejection::NotYetValid(time)
        | Rejection::IssuedInFuture(time)
        | Rejection::LifetimeTooLong(time)
        | Rejection::TokenTooOld(time) => Some(seconds(time)),
        _ => None,
    }
}
