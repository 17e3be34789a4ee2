//! Keys of the run, made at its start: a seed decides tokens, not keys.

use std::str::FromStr as _;

use audient::dev::keys::{SigningKey, published, unpublished};
use aws_lc_rs::rand::{self, SystemRandom};
use aws_lc_rs::signature::{ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::EncodingKey;
use serde_json::{Value, json};

/// What signs.
pub(crate) enum Signer {
    Jose(EncodingKey),
    /// jsonwebtoken has no ES512.
    P521(EcdsaKeyPair),
}

impl Signer {
    /// The signature; empty if the key does not fit the algorithm.
    pub(crate) fn sign(&self, alg: &str, input: &[u8]) -> Vec<u8> {
        match self {
            Self::Jose(key) => jsonwebtoken::Algorithm::from_str(alg)
                .and_then(|alg| jsonwebtoken::crypto::sign(input, key, alg))
                .map(|text| URL_SAFE_NO_PAD.decode(text).unwrap())
                .unwrap_or_default(),
            Self::P521(key) => (key.sign(&SystemRandom::new(), input))
                .map(|signature| signature.as_ref().to_vec())
                .unwrap_or_default(),
        }
    }

    pub(crate) fn secret(bytes: &[u8]) -> Self {
        Self::Jose(EncodingKey::from_secret(bytes))
    }
}

/// A key: what signs, and what is published of it.
pub(crate) struct Key {
    pub(crate) kid: &'static str,
    pub(crate) algorithms: &'static [&'static str],
    pub(crate) signer: Signer,
    pub(crate) jwk: Value,
}

/// All keys.
pub(crate) struct Keys {
    /// The JWK Sets of the two issuers: of public keys, and of secrets.
    pub(crate) sets: [Vec<Key>; 2],
    /// Published, but not to verify with: each says so in its own way.
    pub(crate) unsuitable: Vec<Key>,
    /// Of somebody else.
    pub(crate) stranger: Key,
}

const RSA: &[&str] = &["RS256", "PS256", "RS384", "PS384", "RS512", "PS512"];

impl Keys {
    pub(crate) fn new() -> Self {
        let [es, rsa, es384, ed] = pairs();
        let [es2, rsa2, _, _] = pairs();
        let [es3, _, _, _] = pairs();
        let [es4, _, _, _] = pairs();
        Self {
            sets: [
                vec![
                    key("es-1", &["ES256"], es, json!({})),
                    key(
                        "es-2",
                        &["ES256"],
                        es2,
                        json!({"use": null, "alg": "ES256"}),
                    ),
                    key("rsa-1", RSA, rsa, json!({})),
                    key("rsa-2", &["RS256"], rsa2, json!({"alg": "RS256"})),
                    key("es384-1", &["ES384"], es384, json!({"key_ops": ["verify"]})),
                    key("ed-1", &["EdDSA"], ed, json!({})),
                    p521("es512-1"),
                ],
                vec![
                    secret("hs-1", &["HS256"], 32),
                    secret("hs-2", &["HS512"], 64),
                    secret("hs-3", &["HS384"], 48),
                ],
            ],
            unsuitable: vec![
                key("es-enc", &["ES256"], es3, json!({"use": "enc"})),
                key(
                    "es-sign",
                    &["ES256"],
                    es4,
                    json!({"use": null, "key_ops": ["sign"]}),
                ),
            ],
            stranger: key("stranger", &["ES256"], unpublished().unwrap(), json!({})),
        }
    }

    /// What an issuer publishes.
    pub(crate) fn document(&self, set: usize) -> Value {
        let unsuitable = if set == 0 { &self.unsuitable[..] } else { &[] };
        let jwks: Vec<&Value> = (self.sets[set].iter().chain(unsuitable))
            .map(|key| &key.jwk)
            .collect();
        json!({ "keys": jwks })
    }
}

fn pairs() -> [SigningKey; 4] {
    published().unwrap().try_into().ok().unwrap()
}

/// Members that are `null` here are taken out of the JWK.
fn key(
    kid: &'static str,
    algorithms: &'static [&'static str],
    key: SigningKey,
    more: Value,
) -> Key {
    let mut jwk = key.jwk;
    let members = jwk.as_object_mut().unwrap();
    members.insert("kid".into(), kid.into());
    for (name, value) in more.as_object().unwrap() {
        match value {
            Value::Null => members.remove(name),
            value => members.insert(name.clone(), value.clone()),
        };
    }
    let signer = Signer::Jose(key.encoding);
    Key {
        kid,
        algorithms,
        signer,
        jwk,
    }
}

fn p521(kid: &'static str) -> Key {
    let pair = EcdsaKeyPair::generate(&ECDSA_P521_SHA512_FIXED_SIGNING).unwrap();
    let (x, y) = pair.public_key().as_ref()[1..].split_at(66);
    let jwk = json!({
        "kty": "EC", "kid": kid, "use": "sig", "crv": "P-521",
        "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
    });
    Key {
        kid,
        algorithms: &["ES512"],
        signer: Signer::P521(pair),
        jwk,
    }
}

fn secret(kid: &'static str, algorithms: &'static [&'static str], length: usize) -> Key {
    let mut bytes = vec![0; length];
    rand::fill(&mut bytes).unwrap();
    let jwk = json!({
        "kty": "oct", "kid": kid, "alg": algorithms[0], "k": URL_SAFE_NO_PAD.encode(&bytes),
    });
    Key {
        kid,
        algorithms,
        signer: Signer::secret(&bytes),
        jwk,
    }
}

/// Texts of a public key that careless verifiers took for a secret.
pub(crate) fn public_texts(key: &Key) -> Vec<Vec<u8>> {
    let bytes =
        |name: &str| (key.jwk[name].as_str()).map(|text| URL_SAFE_NO_PAD.decode(text).unwrap());
    let mut texts = vec![key.jwk.to_string().into_bytes(), Vec::new()];
    texts.extend(bytes("n"));
    if let (Some(x), Some(y), true) = (bytes("x"), bytes("y"), key.jwk["crv"] == "P-256") {
        // SubjectPublicKeyInfo of a P-256 key (RFC 5480 §2), up to the point's 04.
        let mut der = b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00\x04".to_vec();
        der.extend(x);
        der.extend(y);
        let text = STANDARD.encode(&der);
        let (first, second) = text.split_at(64);
        let pem =
            format!("-----BEGIN PUBLIC KEY-----\n{first}\n{second}\n-----END PUBLIC KEY-----\n");
        texts.push(der);
        texts.push(format!(" {pem}").into_bytes());
        texts.push(pem.into_bytes());
    }
    texts
}
