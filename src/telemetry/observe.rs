//! What is told of a decision: one call for the metrics and the log line.

use std::sync::Arc;

use aws_lc_rs::{hmac, rand};
use tokio::time::Instant;
use tracing::{debug, info, warn};

use super::limit::LineLimit;
use super::metrics::Metrics;
use crate::escape::{MAX_ITEMS, escape, escape_to};
use crate::grpc::call::Call;
use crate::introspect::Decision;
use crate::policy::Name;
use crate::policy::near_miss::NearMiss;
use crate::token::Token;
use crate::token::claims::Client;
use crate::verdict::rejection::{Rejection, TimeEvidence};
use crate::verdict::{Inactive, Verdict};

/// Longest header of a request in a line, in bytes.
const HEADER: usize = 128;

/// Observes decisions.
#[derive(Debug)]
pub struct Observer {
    /// What is counted.
    pub metrics: Arc<Metrics>,
    lines: LineLimit<(Name, &'static str)>,
    fingerprint: hmac::Key,
}

impl Observer {
    /// With a fingerprint key of this process alone: lines about one token can be
    /// told to belong together, and no list of tokens can be matched against a log.
    #[must_use]
    pub fn new(metrics: Arc<Metrics>) -> Self {
        let mut secret = [0; 32];
        if rand::fill(&mut secret).is_err() {
            // Without it fingerprints would be predictable: better that it is seen.
            warn!("no random fingerprint key; fingerprints of this process can be guessed");
        }
        Self {
            metrics,
            lines: LineLimit::default(),
            fingerprint: hmac::Key::new(hmac::HMAC_SHA256, &secret),
        }
    }

    /// A decision was made about this text.
    pub fn observe(&self, decision: &Decision, text: &str, call: &Call) {
        self.metrics.decided(decision);
        let reason = match &decision.judgement.verdict {
            Verdict::Active(_) => "none",
            Verdict::Inactive(inactive) => inactive.reason().code(),
            Verdict::CannotTell(cause) => cause.code(),
        };
        let wanted = match &decision.judgement.verdict {
            Verdict::Active(_) => tracing::enabled!(tracing::Level::DEBUG),
            Verdict::Inactive(_) | Verdict::CannotTell(_) => {
                tracing::enabled!(tracing::Level::INFO)
            }
        };
        if !wanted {
            return;
        }
        let key = (decision.audience.clone(), reason);
        let Some(left_out) = self.lines.admit(&key, decision.now.monotonic) else {
            return;
        };
        let line = Line::new(decision, call, self.fingerprint(text), left_out);
        match &decision.judgement.verdict {
            Verdict::Active(_) => line.active(),
            Verdict::Inactive(inactive) => line.inactive(inactive, decision.token.as_deref()),
            Verdict::CannotTell(_) => line.undecided(reason),
        }
    }

    /// Tells what was left out and no line followed. Called about once a second.
    pub fn flush(&self, now: Instant) {
        for ((audience, reason), left_out) in self.lines.overdue(now) {
            info!(
                audience = audience.as_str(),
                reason, left_out, "decisions not logged"
            );
        }
    }

    /// 64 bits under a secret: enough to tell tokens apart, useless to anybody else.
    fn fingerprint(&self, text: &str) -> String {
        let tag = hmac::sign(&self.fingerprint, text.as_bytes());
        (tag.as_ref().iter().take(8)).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
    }
}

/// What every line says.
struct Line<'a> {
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
    fn new(decision: &'a Decision, call: &Call, fingerprint: String, left_out: u64) -> Self {
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

    fn active(self) {
        debug!(
            audience = self.audience,
            issuer = self.issuer,
            peer = self.peer,
            user_agent = self.user_agent,
            traceparent = self.traceparent,
            request_id = self.request_id,
            fingerprint = self.fingerprint,
            left_out = self.left_out,
            "active"
        );
    }

    fn undecided(self, cause: &str) {
        info!(
            audience = self.audience,
            issuer = self.issuer,
            cause,
            peer = self.peer,
            user_agent = self.user_agent,
            traceparent = self.traceparent,
            request_id = self.request_id,
            fingerprint = self.fingerprint,
            left_out = self.left_out,
            "cannot tell"
        );
    }

    fn inactive(self, inactive: &Inactive, token: Option<&Token>) {
        let reasons: Vec<&str> = inactive
            .rejections()
            .map(|one| one.reason().code())
            .collect();
        let facts = Facts::of(token);
        let near = near_misses(inactive);
        let off_by_seconds = inactive.rejections().find_map(off_by);
        info!(
            audience = self.audience,
            issuer = self.issuer,
            reason = inactive.reason().code(),
            reasons = reasons.join(" "),
            aud = facts.aud,
            iss = facts.iss,
            kid = facts.kid,
            typ = facts.typ,
            alg = facts.alg,
            client = facts.client,
            near_misses = (!near.is_empty()).then_some(near),
            off_by_seconds,
            peer = self.peer,
            user_agent = self.user_agent,
            traceparent = self.traceparent,
            request_id = self.request_id,
            fingerprint = self.fingerprint,
            left_out = self.left_out,
            "inactive"
        );
    }
}

/// What a line says of a rejected token: never its subject, scopes or other claims.
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
