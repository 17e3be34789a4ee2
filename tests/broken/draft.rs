//! Tokens before they are signed, and the keys that sign them.

use std::sync::LazyLock;

use audient::dev::keys::{SigningKey, published, unpublished};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use jsonwebtoken::crypto::sign;
use serde_json::{Value, json};

/// What the issuers publish: P-256, RSA, P-384, Ed25519.
pub static KEYS: LazyLock<Vec<SigningKey>> = LazyLock::new(|| published().unwrap());

/// In nobody's set.
pub static STRANGER: LazyLock<SigningKey> = LazyLock::new(|| unpublished().unwrap());

/// Of an issuer with more keys than are tried without a kid.
pub static FIVE: LazyLock<Vec<SigningKey>> = LazyLock::new(|| {
    let named = |n| unpublished().unwrap().renamed(format!("key-{n}"));
    (1..=5).map(named).collect()
});

/// The key documents, by name.
pub fn document(name: &str) -> Option<Value> {
    let public =
        |keys: &[SigningKey]| -> Vec<Value> { keys.iter().map(|key| key.jwk.clone()).collect() };
    let mut keys = public(&KEYS);
    match name {
        "dev.json" => {}
        "five.json" => keys = public(&FIVE),
        // As Keycloak does it: beside those that sign, one that encrypts.
        "keycloak.json" => {
            let mut encrypting = KEYS[1].jwk.clone();
            encrypting["kid"] = "enc-rsa".into();
            encrypting["use"] = "enc".into();
            encrypting["alg"] = "RSA-OAEP".into();
            keys.push(encrypting);
        }
        _ => return None,
    }
    Some(json!({ "keys": keys }))
}

pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token before it is signed.
#[derive(Clone)]
pub struct Draft {
    header: Value,
    claims: Value,
    key: &'static SigningKey,
}

impl Draft {
    /// Good for this `aud` for an hour, by the P-256 key of `https://auth.example.com`.
    pub fn good(aud: &str, now: i64) -> Self {
        Self {
            header: json!({"alg": "ES256", "typ": "at+jwt", "kid": KEYS[0].kid}),
            claims: json!({
                "iss": "https://auth.example.com", "aud": aud, "sub": "subject-of-somebody",
                "client_id": "web-frontend", "scope": "orders:read orders:write",
                "iat": now - 60, "exp": now + 3540, "jti": "id-of-this-token",
            }),
            key: &KEYS[0],
        }
    }

    /// Puts these members into the claims; `null` takes one out.
    pub fn claims(mut self, members: Value) -> Self {
        put(&mut self.claims, members);
        self
    }

    /// The same for the header.
    pub fn header(mut self, members: Value) -> Self {
        put(&mut self.header, members);
        self
    }

    /// Signed with the RSA key, as most providers do it.
    pub fn rs256(mut self) -> Self {
        self.key = &KEYS[1];
        self.header(json!({"alg": "RS256", "kid": KEYS[1].kid}))
    }

    /// Signed with another key, whatever the header says.
    pub fn by(mut self, key: &'static SigningKey) -> Self {
        self.key = key;
        self
    }

    pub fn input(&self) -> String {
        let part = |json: &Value| encode(json.to_string());
        format!("{}.{}", part(&self.header), part(&self.claims))
    }

    pub fn signed(&self) -> String {
        self.sign(&self.input())
    }

    /// With this text as the payload.
    pub fn with_payload(&self, payload: impl AsRef<[u8]>) -> String {
        let header = encode(self.header.to_string());
        self.sign(&format!("{header}.{}", encode(payload)))
    }

    /// With this text as the header.
    pub fn with_header(&self, header: impl AsRef<[u8]>) -> String {
        let payload = encode(self.claims.to_string());
        self.sign(&format!("{}.{payload}", encode(header)))
    }

    fn sign(&self, input: &str) -> String {
        let algorithm = match self.key.kid.as_str() {
            "dev-rsa" => Algorithm::RS256,
            _ => Algorithm::ES256,
        };
        let signature = sign(input.as_bytes(), &self.key.encoding, algorithm).unwrap();
        format!("{input}.{signature}")
    }
}

fn put(json: &mut Value, members: Value) {
    let Value::Object(members) = members else {
        panic!("members are an object")
    };
    let json = json.as_object_mut().unwrap();
    for (name, value) in members {
        match value {
            Value::Null => json.remove(&name),
            value => json.insert(name, value),
        };
    }
}
