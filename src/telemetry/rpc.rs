//! Metrics of calls, with the names and labels of go-grpc-middleware.

use std::sync::Arc;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tokio::time::Instant;
use tonic::Code;

use super::metrics::{Metrics, UNKNOWN};
use crate::clock::Clock;

/// Around a cached answer at the low end, around a caller's patience at the high end.
const SECONDS: [f64; 14] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
];

/// The methods that are served, and their type: what is not here counts as unknown.
const METHODS: [(&str, &str, &str); 16] = [
    ("audient.v1.IntrospectionService", "Introspect", "unary"),
    (
        "audient.v1.IntrospectionService",
        "BatchIntrospect",
        "unary",
    ),
    (
        "audient.v1.IntrospectionService",
        "StreamIntrospect",
        "bidi_stream",
    ),
    ("audient.v1.DiagnosticsService", "Explain", "unary"),
    ("audient.v1.DiagnosticsService", "ListIssuers", "unary"),
    ("audient.v1.DiagnosticsService", "ListAudiences", "unary"),
    ("audient.v1.DiagnosticsService", "GetServerInfo", "unary"),
    ("audient.v1.AdminService", "RefreshKeys", "unary"),
    ("audient.v1.AdminService", "DenyKey", "unary"),
    ("audient.v1.AdminService", "AllowKey", "unary"),
    ("audient.v1.AdminService", "ExtendStaleness", "unary"),
    ("grpc.health.v1.Health", "Check", "unary"),
    ("grpc.health.v1.Health", "Watch", "server_stream"),
    (
        "grpc.reflection.v1.ServerReflection",
        "ServerReflectionInfo",
        "bidi_stream",
    ),
    (
        "grpc.reflection.v1alpha.ServerReflection",
        "ServerReflectionInfo",
        "bidi_stream",
    ),
    (UNKNOWN, UNKNOWN, "unary"),
];

#[expect(clippy::struct_field_names, reason = "go-grpc-middleware's labels")]
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RpcLabels {
    grpc_type: &'static str,
    grpc_service: &'static str,
    grpc_method: &'static str,
}

#[expect(clippy::struct_field_names, reason = "go-grpc-middleware's labels")]
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct HandledLabels {
    grpc_type: &'static str,
    grpc_service: &'static str,
    grpc_method: &'static str,
    grpc_code: &'static str,
}

/// Calls, started and ended.
#[derive(Debug)]
pub(super) struct Rpcs {
    started: Family<RpcLabels, Counter>,
    handled: Family<HandledLabels, Counter>,
    seconds: Family<RpcLabels, Histogram>,
}

impl Default for Rpcs {
    fn default() -> Self {
        Self {
            started: Family::default(),
            handled: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
        }
    }
}

impl Rpcs {
    pub(super) fn register(&self, to: &mut Registry) {
        // prometheus-client appends `_total` to the name of a counter.
        to.register("grpc_server_started", "RPCs started", self.started.clone());
        to.register(
            "grpc_server_handled",
            "RPCs completed, by status",
            self.handled.clone(),
        );
        to.register(
            "grpc_server_handling_seconds",
            "Time from the start of an RPC to its end",
            self.seconds.clone(),
        );
    }
}

impl Metrics {
    /// An RPC starts.
    #[must_use]
    pub fn rpc_started(self: &Arc<Self>, path: &str, clock: Arc<dyn Clock>, now: Instant) -> Rpc {
        let (service, method) = path
            .trim_start_matches('/')
            .split_once('/')
            .unwrap_or_default();
        let (grpc_service, grpc_method, grpc_type) = (METHODS.iter())
            .find(|(known, name, _)| *known == service && *name == method)
            .copied()
            .unwrap_or((UNKNOWN, UNKNOWN, "unary"));
        let labels = RpcLabels {
            grpc_type,
            grpc_service,
            grpc_method,
        };
        self.rpcs.started.get_or_create(&labels).inc();
        Rpc {
            metrics: self.clone(),
            labels,
            clock,
            started: now,
            // What nobody finishes was given up by its caller.
            code: Code::Cancelled,
        }
    }
}

/// An RPC under way. Counted when it is dropped.
pub struct Rpc {
    metrics: Arc<Metrics>,
    labels: RpcLabels,
    clock: Arc<dyn Clock>,
    started: Instant,
    code: Code,
}

impl Rpc {
    /// It ended.
    pub fn finished(mut self, code: Code) {
        self.code = code;
    }
}

impl Drop for Rpc {
    fn drop(&mut self) {
        let seconds = self.clock.now().age_of(self.started).as_secs_f64();
        self.metrics
            .rpcs
            .seconds
            .get_or_create(&self.labels)
            .observe(seconds);
        let labels = HandledLabels {
            grpc_type: self.labels.grpc_type,
            grpc_service: self.labels.grpc_service,
            grpc_method: self.labels.grpc_method,
            grpc_code: code_name(self.code),
        };
        self.metrics.rpcs.handled.get_or_create(&labels).inc();
    }
}

/// The names that go-grpc-middleware gives the codes.
fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "Canceled",
        Code::Unknown => "Unknown",
        Code::InvalidArgument => "InvalidArgument",
        Code::DeadlineExceeded => "DeadlineExceeded",
        Code::NotFound => "NotFound",
        Code::AlreadyExists => "AlreadyExists",
        Code::PermissionDenied => "PermissionDenied",
        Code::ResourceExhausted => "ResourceExhausted",
        Code::FailedPrecondition => "FailedPrecondition",
        Code::Aborted => "Aborted",
        Code::OutOfRange => "OutOfRange",
        Code::Unimplemented => "Unimplemented",
        Code::Internal => "Internal",
        Code::Unavailable => "Unavailable",
        Code::DataLoss => "DataLoss",
        Code::Unauthenticated => "Unauthenticated",
    }
}
