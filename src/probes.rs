//! Probes and metrics, over plain HTTP.

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::sync::watch;

use crate::grpc::health::State;
use crate::server::Served;

/// Their routes. Liveness depends on nothing but this process.
pub fn probes(served: &Served, state: watch::Receiver<State>) -> Router {
    let (metrics, world) = (served.observer.metrics.clone(), served.world.clone());
    Router::new()
        .route("/livez", get(async || "ok\n"))
        .route(
            "/readyz",
            get(move || {
                let state = state.borrow().clone();
                async move { readyz(&state) }
            }),
        )
        .route(
            "/metrics",
            get(move || {
                let text = metrics.render(&world.load());
                async move {
                    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
                    ([(header::CONTENT_TYPE, kind)], text)
                }
            }),
        )
}

/// Ready or not, and each audience by name: what a person asks next.
fn readyz(state: &State) -> impl IntoResponse + use<> {
    let status = if state.serving() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let head = match (state.draining, state.ready) {
        (true, _) => "draining",
        (false, true) => "ready",
        (false, false) => "not ready",
    };
    let audiences = (state.decidable.iter()).map(|(name, decidable)| {
        format!(
            "audience {name}: {}\n",
            if *decidable {
                "decidable"
            } else {
                "undecidable: no usable keys, or too old ones"
            }
        )
    });
    let body = std::iter::once(format!("{head}\n"))
        .chain(audiences)
        .collect::<String>();
    (status, body)
}
