//! The embedded issuer over HTTP: discovery, JWK Set, mint. For loopback only.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::mint::{Mint, MintRequest};
use crate::clock::{Clock as _, SystemClock};

/// Serves until the process ends.
///
/// # Errors
/// The socket failed.
pub async fn serve(listener: TcpListener, mint: Arc<Mint>) -> std::io::Result<()> {
    axum::serve(listener, router(mint)).await
}

/// The issuer's routes.
pub fn router(mint: Arc<Mint>) -> Router {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/jwks.json", get(jwks))
        .route("/mint", post(mint_token))
        .with_state(mint)
}

async fn discovery(State(mint): State<Arc<Mint>>) -> Json<Value> {
    Json(json!({
        "issuer": mint.issuer,
        "jwks_uri": format!("{}/jwks.json", mint.issuer),
        "response_types_supported": ["token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256", "ES384", "EdDSA"],
    }))
}

async fn jwks(State(mint): State<Arc<Mint>>) -> Json<Value> {
    let keys: Vec<&Value> = mint.published.iter().map(|key| &key.jwk).collect();
    Json(json!({ "keys": keys }))
}

async fn mint_token(
    State(mint): State<Arc<Mint>>,
    Json(request): Json<MintRequest>,
) -> Result<String, (StatusCode, String)> {
    let now = SystemClock.now().wall.floor_seconds();
    mint.token(&request, now)
        .map_err(|why| (StatusCode::BAD_REQUEST, why))
}
