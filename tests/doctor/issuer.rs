//! An issuer that answers as it is told.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use audient::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

pub const OPENID: &str = "/.well-known/openid-configuration";
pub const OAUTH: &str = "/.well-known/oauth-authorization-server";
pub const JWKS: &str = "/jwks.json";

/// What it says to a path.
#[derive(Clone)]
pub enum Reply {
    /// Status, header fields (each ends with a line break), body. `{origin}` stands
    /// for where it is.
    Says(u16, String, String),
    /// Takes the request and says nothing.
    Hangs,
}

pub struct Issuer {
    pub origin: String,
    replies: Arc<Mutex<HashMap<String, Reply>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Issuer {
    /// One that gets everything right, over plain http.
    pub async fn http() -> Self {
        Self::start("http", "127.0.0.1", None).await
    }

    /// The same over TLS.
    pub async fn https(config: ServerConfig) -> Self {
        Self::start("https", "127.0.0.1", Some(config)).await
    }

    async fn start(scheme: &str, host: &str, tls: Option<ServerConfig>) -> Self {
        let listener = TcpListener::bind((host, 0)).await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let issuer = Self {
            origin: format!("{scheme}://{host}:{}", address.port()),
            replies: Arc::default(),
            asked: Arc::default(),
        };
        issuer.metadata(&json!({ "issuer": "{origin}", "jwks_uri": "{origin}/jwks.json" }));
        issuer.keys(&json!([rsa("2026-a"), elliptic("2026-b")]));
        let acceptor = tls.map(|config| TlsAcceptor::from(Arc::new(config)));
        let (replies, asked) = (issuer.replies.clone(), issuer.asked.clone());
        let origin = issuer.origin.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (replies, asked) = (replies.clone(), asked.clone());
                let (origin, acceptor) = (origin.clone(), acceptor.clone());
                tokio::spawn(async move {
                    match acceptor {
                        None => answer(stream, &origin, &replies, &asked).await,
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                answer(stream, &origin, &replies, &asked).await;
                            }
                        }
                    }
                });
            }
        });
        issuer
    }

    pub fn at(&self, path: &str, reply: Reply) {
        self.replies.lock().unwrap().insert(path.into(), reply);
    }

    pub fn metadata(&self, metadata: &Value) {
        self.at(OPENID, json_reply(metadata));
    }

    /// Metadata of this issuer with another `jwks_uri`.
    pub fn keys_at(&self, jwks_uri: &str) {
        self.metadata(&json!({ "issuer": "{origin}", "jwks_uri": jwks_uri }));
    }

    pub fn keys(&self, keys: &Value) {
        self.at(JWKS, json_reply(&json!({ "keys": keys })));
    }

    /// How often a path was asked for.
    pub fn asked(&self, path: &str) -> usize {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|one| *one == path).count()
    }
}

async fn answer(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    origin: &str,
    replies: &Mutex<HashMap<String, Reply>>,
    asked: &Mutex<Vec<String>>,
) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            // TLS where plain http is spoken.
            Ok(0x16) if request.is_empty() => {
                let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
                return;
            }
            Ok(byte) => request.push(byte),
            Err(_) => return,
        }
    }
    let request = String::from_utf8(request).unwrap();
    let path = request.split(' ').nth(1).unwrap().to_owned();
    let reply = replies.lock().unwrap().get(&path).cloned();
    asked.lock().unwrap().push(path);
    let text = match reply.unwrap_or_else(|| says(404, "content-type: text/plain\r\n", "nothing")) {
        Reply::Hangs => std::future::pending().await,
        Reply::Says(status, fields, body) => {
            let body = body.replace("{origin}", origin);
            let fields = fields.replace("{origin}", origin);
            let length = body.len();
            format!(
                "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {length}\r\n{fields}\r\n{body}"
            )
        }
    };
    // The client may leave at any point.
    let _ = stream.write_all(text.as_bytes()).await;
    let _ = stream.shutdown().await;
}

pub fn says(status: u16, fields: &str, body: &str) -> Reply {
    Reply::Says(status, fields.into(), body.into())
}

/// A good answer, with the time, and cacheable.
pub fn json_reply(body: &Value) -> Reply {
    dated(body, 0)
}

/// The same by a clock that is this many seconds off.
pub fn dated(body: &Value, ahead: i64) -> Reply {
    let now = SystemClock.now().wall.floor_seconds() + ahead;
    let date = UNIX_EPOCH + Duration::from_secs(now.try_into().unwrap());
    let date = httpdate::fmt_http_date(date);
    let fields = format!(
        "content-type: application/json\r\ncache-control: max-age=300\r\netag: \"1\"\r\ndate: {date}\r\n"
    );
    Reply::Says(200, fields, body.to_string())
}

/// RFC 7517 A.1.
pub fn rsa(kid: &str) -> Value {
    json!({ "kty": "RSA", "kid": kid, "use": "sig", "alg": "RS256", "n": N, "e": "AQAB" })
}

/// RFC 7515 A.3.
pub fn elliptic(kid: &str) -> Value {
    json!({
        "kty": "EC", "kid": kid, "use": "sig", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    })
}

/// RFC 8037 A.2.
pub fn edwards(kid: &str) -> Value {
    json!({
        "kty": "OKP", "kid": kid, "crv": "Ed25519",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    })
}

/// The key with one more or another member.
pub fn with(mut key: Value, member: &str, value: impl Into<Value>) -> Value {
    key[member] = value.into();
    key
}

pub fn without(mut key: Value, member: &str) -> Value {
    key.as_object_mut().unwrap().remove(member);
    key
}

const N: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
