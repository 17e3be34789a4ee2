//! Every metric: name, help, labels, buckets. Label values come from configuration
//! and from closed sets only, so that no stranger can grow a series.

use std::sync::atomic::Ordering;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::rpc::Rpcs;
use crate::introspect::{Decision, UnknownKid};
use crate::jwks::status::IssuerStatus;
use crate::keys::KeySetState;
use crate::policy::Policies;
use crate::verdict::Verdict;
use crate::world::World;

/// Where no configured issuer was determined.
pub(super) const UNKNOWN: &str = "unknown";

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct VerdictLabels {
    audience: String,
    issuer: String,
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RejectionLabels {
    audience: String,
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct UndecidedLabels {
    audience: String,
    issuer: String,
    cause: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ResultLabels {
    issuer: String,
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateLabels {
    issuer: String,
    state: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct IssuerLabels {
    issuer: String,
}

/// All metrics of the process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    pub(super) rpcs: Rpcs,
    verdicts: Family<VerdictLabels, Counter>,
    rejections: Family<RejectionLabels, Counter>,
    undecided: Family<UndecidedLabels, Counter>,
    unknown_kids: Family<ResultLabels, Counter>,
    by_key_state: Family<StateLabels, Counter>,
    fetches: Family<ResultLabels, Counter>,
    last_success: Family<IssuerLabels, Gauge>,
    keys: Family<StateLabels, Gauge>,
    clock_skew: Family<IssuerLabels, Gauge>,
    /// Calls that ended in a panic.
    pub panics: Counter,
}

impl Metrics {
    /// Registers every metric, and creates the series of these policies at zero.
    #[must_use]
    pub fn new(policies: &Policies) -> Self {
        let mut registry = Registry::default();
        let metrics = Self {
            rpcs: Rpcs::default(),
            verdicts: Family::default(),
            rejections: Family::default(),
            undecided: Family::default(),
            unknown_kids: Family::default(),
            by_key_state: Family::default(),
            fetches: Family::default(),
            last_success: Family::default(),
            keys: Family::default(),
            clock_skew: Family::default(),
            panics: Counter::default(),
            registry: Registry::default(),
        };
        metrics.register(&mut registry);
        metrics.create_series(policies);
        Self {
            registry,
            ..metrics
        }
    }

    fn register(&self, to: &mut Registry) {
        // prometheus-client appends `_total` to the name of a counter.
        self.rpcs.register(to);
        to.register(
            "audient_verdicts",
            "Verdicts, by the leading reason (none: active)",
            self.verdicts.clone(),
        );
        to.register(
            "audient_rejections",
            "Rejections, every reason of an inactive answer",
            self.rejections.clone(),
        );
        to.register(
            "audient_undecided",
            "Questions that could not be decided for want of keys",
            self.undecided.clone(),
        );
        to.register(
            "audient_unknown_kid",
            "Tokens whose key was not in the set at hand, by what came of it",
            self.unknown_kids.clone(),
        );
        to.register(
            "audient_verdicts_by_key_state",
            "Verdicts that rest on a key set, by how the set stood",
            self.by_key_state.clone(),
        );
        to.register(
            "audient_key_set_fetches",
            "Fetches of key sets, by result",
            self.fetches.clone(),
        );
        to.register(
            "audient_key_set_last_success_timestamp_seconds",
            "When the issuer last confirmed its key set",
            self.last_success.clone(),
        );
        to.register(
            "audient_key_set_keys",
            "Keys at hand: usable, or ignored",
            self.keys.clone(),
        );
        to.register(
            "audient_clock_skew_seconds",
            "Our clock minus the issuer's Date header",
            self.clock_skew.clone(),
        );
        to.register(
            "audient_panics",
            "Calls that ended in a panic",
            self.panics.clone(),
        );
    }

    /// Creates at zero what must be there before it first happens, so that a rate
    /// over it is right from the start.
    fn create_series(&self, policies: &Policies) {
        for audience in policies.audiences() {
            for issuer in &audience.issuers {
                let labels = VerdictLabels {
                    audience: audience.name.to_string(),
                    issuer: issuer.name.to_string(),
                    reason: "none",
                };
                let _ = self.verdicts.get_or_create(&labels);
            }
        }
    }

    /// A decision was made.
    pub fn decided(&self, decision: &Decision) {
        let audience = decision.audience.as_str();
        let issuer =
            (decision.judgement.issuer.as_deref()).map_or(UNKNOWN, |issuer| issuer.name.as_str());
        if let Verdict::CannotTell(cause) = &decision.judgement.verdict {
            let labels = UndecidedLabels {
                audience: audience.into(),
                issuer: issuer.into(),
                cause: cause.code(),
            };
            self.undecided.get_or_create(&labels).inc();
        } else {
            self.verdict(decision, audience, issuer);
        }
        if let Some(result) = decision.unknown_kid {
            let labels = ResultLabels {
                issuer: issuer.into(),
                result: match result {
                    UnknownKid::Found => "found",
                    UnknownKid::Absent => "absent",
                    UnknownKid::Pending => "pending",
                },
            };
            self.unknown_kids.get_or_create(&labels).inc();
        }
    }

    fn verdict(&self, decision: &Decision, audience: &str, issuer: &str) {
        let mut reason = "none";
        if let Verdict::Inactive(inactive) = &decision.judgement.verdict {
            reason = inactive.reason().code();
            for reason in inactive.reasons() {
                let labels = RejectionLabels {
                    audience: audience.into(),
                    reason: reason.code(),
                };
                self.rejections.get_or_create(&labels).inc();
            }
        }
        let labels = VerdictLabels {
            audience: audience.into(),
            issuer: issuer.into(),
            reason,
        };
        self.verdicts.get_or_create(&labels).inc();
        if let Some(standing) = &decision.judgement.keys {
            let labels = StateLabels {
                issuer: issuer.into(),
                state: state(standing.state),
            };
            self.by_key_state.get_or_create(&labels).inc();
        }
    }

    /// The text that Prometheus scrapes (OpenMetrics), with the key sets of this
    /// World as they are now.
    #[must_use]
    pub fn render(&self, world: &World) -> String {
        for (issuer, keys) in &world.keys {
            self.show_keys(issuer.as_str(), &keys.status());
        }
        let mut text = String::new();
        if encode(&mut text, &self.registry).is_err() {
            // Writing to a String cannot fail; an empty page would hide it if it did.
            text.push_str("# encoding failed\n");
        }
        text
    }

    fn show_keys(&self, issuer: &str, status: &IssuerStatus) {
        let issuer = issuer.to_owned();
        for (result, count) in status.fetches().filter(|(_, count)| *count > 0) {
            let labels = ResultLabels {
                issuer: issuer.clone(),
                result: result.as_str(),
            };
            let fetches = self.fetches.get_or_create(&labels);
            fetches.inner().store(count, Ordering::Relaxed);
        }
        for (state, count) in [("usable", status.usable), ("ignored", status.ignored)] {
            let labels = StateLabels {
                issuer: issuer.clone(),
                state,
            };
            let keys = self.keys.get_or_create(&labels);
            keys.set(i64::try_from(count).unwrap_or(i64::MAX));
        }
        let labels = IssuerLabels { issuer };
        // A document without a usable key is held for want of better: no success.
        if let Some(at) = status.fetched_at.filter(|_| status.usable > 0) {
            let last_success = self.last_success.get_or_create(&labels);
            last_success.set(at.floor_seconds());
        }
        if let Some(skew) = status.clock_skew {
            self.clock_skew.get_or_create(&labels).set(skew);
        }
    }
}

/// The name of a state, for labels.
fn state(state: KeySetState) -> &'static str {
    match state {
        KeySetState::Fresh => "fresh",
        KeySetState::Stale => "stale",
        KeySetState::Snapshot => "snapshot",
        KeySetState::Static => "static",
    }
}
