//! Tokens to be bent, and the keys that sign them.

use std::sync::LazyLock;

use audient::dev::keys::{SigningKey, published, unpublished};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm as Signing, EncodingKey};
use serde_json::{Value, json};

use crate::support::{ISSUER, NOW, ORDERS};

static KEYS: LazyLock<Vec<SigningKey>> = LazyLock::new(|| published().unwrap());

/// The attacker's own, in nobody's set.
pub static STRANGER: LazyLock<SigningKey> = LazyLock::new(|| unpublished().unwrap());

/// The issuer's key for an algorithm.
pub fn key(algorithm: Signing) -> &'static SigningKey {
    let kid = match algorithm {
        Signing::ES256 => "dev-es256",
        Signing::ES384 => "dev-es384",
        Signing::EdDSA => "dev-ed25519",
        _ => "dev-rsa",
    };
    KEYS.iter().find(|key| key.kid == kid).unwrap()
}

/// What the issuer publishes.
pub fn jwks() -> Vec<Value> {
    KEYS.iter().map(|key| key.jwk.clone()).collect()
}

/// A JWK with one member put there, or changed.
pub fn with(jwk: &Value, name: &str, value: impl Into<Value>) -> Value {
    let mut jwk = jwk.clone();
    jwk[name] = value.into();
    jwk
}

pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// The third part.
pub fn signature(input: &str, key: &EncodingKey, algorithm: Signing) -> Vec<u8> {
    decode(&jsonwebtoken::crypto::sign(input.as_bytes(), key, algorithm).unwrap())
}

/// A text signed by the issuer's P-256 key, whatever it is.
pub fn sign_as_is(input: &str) -> String {
    let signature = signature(input, &key(Signing::ES256).encoding, Signing::ES256);
    format!("{input}.{}", encode(signature))
}

type Members = Vec<(String, String)>;

/// A token before it is signed: members by name and JSON text.
#[derive(Clone, Debug)]
pub struct Draft {
    header: Members,
    claims: Members,
    header_text: Option<Vec<u8>>,
    payload_text: Option<Vec<u8>>,
}

impl Draft {
    /// Good for `orders` for an hour, by the issuer's P-256 key.
    pub fn good() -> Self {
        Self::of(Signing::ES256)
    }

    /// The same by another of its keys.
    pub fn of(algorithm: Signing) -> Self {
        let draft = Self {
            header: Vec::new(),
            claims: Vec::new(),
            header_text: None,
            payload_text: None,
        };
        draft
            .header("alg", &format!("\"{algorithm:?}\""))
            .header("kid", &format!("\"{}\"", key(algorithm).kid))
            .header("typ", "\"at+jwt\"")
            .claim("iss", &format!("\"{ISSUER}\""))
            .claim("aud", &format!("\"{ORDERS}\""))
            .claim("sub", "\"alice\"")
            .claim("iat", &(NOW - 100).to_string())
            .claim("exp", &(NOW + 3600).to_string())
    }

    /// Puts a header parameter there.
    pub fn header(mut self, name: &str, json: &str) -> Self {
        put(&mut self.header, name, json);
        self
    }

    /// Puts a claim there.
    pub fn claim(mut self, name: &str, json: &str) -> Self {
        put(&mut self.claims, name, json);
        self
    }

    /// Without a header parameter.
    pub fn headless(mut self, name: &str) -> Self {
        self.header.retain(|(known, _)| known != name);
        self
    }

    /// Without a claim.
    pub fn without(mut self, name: &str) -> Self {
        self.claims.retain(|(known, _)| known != name);
        self
    }

    /// These bytes instead of a header.
    pub fn raw_header(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.header_text = Some(bytes.as_ref().into());
        self
    }

    /// These bytes instead of claims.
    pub fn raw_payload(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.payload_text = Some(bytes.as_ref().into());
        self
    }

    pub fn header_json(&self) -> Vec<u8> {
        (self.header_text.clone()).unwrap_or_else(|| object(&self.header).into_bytes())
    }

    pub fn payload_json(&self) -> Vec<u8> {
        (self.payload_text.clone()).unwrap_or_else(|| object(&self.claims).into_bytes())
    }

    /// The signing input.
    pub fn input(&self) -> String {
        format!(
            "{}.{}",
            encode(self.header_json()),
            encode(self.payload_json())
        )
    }

    /// With a third part.
    pub fn and(&self, signature: impl AsRef<[u8]>) -> String {
        format!("{}.{}", self.input(), encode(signature))
    }

    /// By the issuer's P-256 key.
    pub fn signed(&self) -> String {
        sign_as_is(&self.input())
    }

    /// By one of the issuer's keys.
    pub fn signed_with(&self, algorithm: Signing) -> String {
        self.signed_by(&key(algorithm).encoding, algorithm)
    }

    /// By any key.
    pub fn signed_by(&self, key: &EncodingKey, algorithm: Signing) -> String {
        self.and(signature(&self.input(), key, algorithm))
    }
}

fn put(members: &mut Members, name: &str, json: &str) {
    match members.iter_mut().find(|(known, _)| known == name) {
        Some((_, value)) => *value = json.into(),
        None => members.push((name.into(), json.into())),
    }
}

fn object(members: &Members) -> String {
    let members: Vec<String> = (members.iter())
        .map(|(name, value)| format!("{}:{value}", json!(name)))
        .collect();
    format!("{{{}}}", members.join(","))
}
