//! An issuer that does what it is told.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use audient::dev::keys::{published, unpublished};
use audient::dev::mint::{Mint, MintRequest};
use std::time::{Duration, UNIX_EPOCH};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::support::{ORDERS, now};

/// How it behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Up,
    Down,
    Html,
    /// Takes requests and does not answer until the mode changes.
    Stalled,
}

pub struct Issuer {
    pub url: String,
    pub mint: Arc<Mint>,
    shared: Arc<Shared>,
}

struct Shared {
    mode: watch::Sender<Mode>,
    keys: watch::Sender<Vec<Value>>,
    fetches: AtomicUsize,
    /// How many seconds its clock is behind.
    behind: AtomicU64,
}

impl Issuer {
    pub async fn start(mode: Mode) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let url = format!("http://{address}");
        let mint = Arc::new(Mint {
            issuer: url.clone(),
            audience: ORDERS.into(),
            published: published().unwrap(),
            unpublished: unpublished().unwrap(),
        });
        let keys = mint.published.iter().map(|key| key.jwk.clone()).collect();
        let shared = Arc::new(Shared {
            mode: watch::Sender::new(mode),
            keys: watch::Sender::new(keys),
            fetches: AtomicUsize::new(0),
            behind: AtomicU64::new(0),
        });
        let routes = Router::new()
            .route("/jwks.json", get(jwks))
            .with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { url, mint, shared }
    }

    pub fn set(&self, mode: Mode) {
        self.shared.mode.send_replace(mode);
    }

    /// Publishes the key that was kept back.
    pub fn rotate(&self) {
        let new = self.mint.unpublished.jwk.clone();
        self.shared.keys.send_modify(|keys| keys.push(new));
    }

    /// Publishes these instead of its keys.
    pub fn publish(&self, keys: Vec<Value>) {
        self.shared.keys.send_replace(keys);
    }

    /// Sets its clock back.
    pub fn set_back(&self, seconds: u64) {
        self.shared.behind.store(seconds, Ordering::SeqCst);
    }

    /// How often it was asked for its keys.
    pub fn fetches(&self) -> usize {
        self.shared.fetches.load(Ordering::SeqCst)
    }

    pub fn token(&self, request: &MintRequest) -> String {
        self.mint.token(request, now()).unwrap()
    }

    pub fn good(&self) -> String {
        self.token(&MintRequest::default())
    }

    pub fn expired(&self) -> String {
        self.token(&MintRequest {
            expires_in: Some(-3600),
            ..MintRequest::default()
        })
    }

    /// By the key that is not published until the rotation.
    pub fn by_new_key(&self) -> String {
        self.with_kid(&self.mint.unpublished.kid)
    }

    /// By no key that is published under this name.
    pub fn with_kid(&self, kid: &str) -> String {
        self.token(&MintRequest {
            kid: Some(kid.into()),
            ..MintRequest::default()
        })
    }

    pub fn with_claims(&self, claims: Value) -> String {
        let Value::Object(claims) = claims else {
            panic!("claims are an object")
        };
        self.token(&MintRequest {
            claims,
            ..MintRequest::default()
        })
    }
}

async fn jwks(State(shared): State<Arc<Shared>>) -> Response {
    shared.fetches.fetch_add(1, Ordering::SeqCst);
    let mut mode = shared.mode.subscribe();
    let mode = *mode.wait_for(|mode| *mode != Mode::Stalled).await.unwrap();
    match mode {
        Mode::Up => {
            let behind = Duration::from_secs(shared.behind.load(Ordering::SeqCst));
            let time = UNIX_EPOCH + Duration::from_secs(now().cast_unsigned()) - behind;
            let date = [(header::DATE, httpdate::fmt_http_date(time))];
            (date, Json(json!({ "keys": *shared.keys.borrow() }))).into_response()
        }
        Mode::Html => (
            [(header::CONTENT_TYPE, "text/html")],
            "<!doctype html><title>Sign in</title>",
        )
            .into_response(),
        Mode::Down | Mode::Stalled => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
