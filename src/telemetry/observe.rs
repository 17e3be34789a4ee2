//! What is told of a decision: one call for the metrics and the log line.

use std::sync::Arc;

use aws_lc_rs::{hmac, rand};
use tokio::time::Instant;
use tracing::{info, warn};

use super::limit::LineLimit;
use super::line::Line;
use super::metrics::Metrics;
use crate::grpc::call::Call;
use crate::introspect::Decision;
use crate::policy::Name;
use crate::verdict::Verdict;

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
            Verdict::CannotTell(_) => line.undecided(reason, decision.token.as_deref()),
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
