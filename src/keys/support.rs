//! Keys for the tests of this module, made once, and what they sign.

use std::sync::OnceLock;
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::KeyProblem;
use super::adopt::{KeySet, adopt};
use super::jwk::{self, IgnoredKey, Key, Kinds};
use super::jwk_set;
use crate::token::Token;
use crate::token::algorithm::{Algorithm, AlgorithmSet};
use crate::token::json::Object;
use crate::token::numeric_date::NumericDate;

pub(super) const SECRET: [u8; 64] = [0x5a; 64];

/// Every HS algorithm.
pub(super) fn secrets() -> Kinds {
    Kinds::Symmetric {
        algorithms: AlgorithmSet::all(),
    }
}

pub(super) fn kinds_of(algorithm: Algorithm) -> Kinds {
    if algorithm.is_symmetric() {
        secrets()
    } else {
        Kinds::Asymmetric
    }
}

struct Pairs {
    rsa: RsaKeyPair,
    p256: Vec<EcdsaKeyPair>,
    p384: EcdsaKeyPair,
    p521: EcdsaKeyPair,
    ed25519: Ed25519KeyPair,
}

fn pairs() -> &'static Pairs {
    static PAIRS: OnceLock<Pairs> = OnceLock::new();
    PAIRS.get_or_init(|| Pairs {
        rsa: RsaKeyPair::generate(KeySize::Rsa2048).unwrap(),
        p256: (0..6)
            .map(|_| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
            .collect(),
        p384: EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap(),
        p521: EcdsaKeyPair::generate(&ECDSA_P521_SHA512_FIXED_SIGNING).unwrap(),
        ed25519: Ed25519KeyPair::generate().unwrap(),
    })
}

pub(super) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The members that make a key of an algorithm's type: `"kty":…`, without braces.
pub(super) fn numbers(algorithm: Algorithm) -> String {
    use Algorithm::{EdDsa, Es256, Es384, Es512, Hs256, Hs384, Hs512};
    match algorithm {
        Es256 => p256(0),
        Es384 => ec("P-384", &pairs().p384),
        Es512 => ec("P-521", &pairs().p521),
        EdDsa => format!(
            r#""kty":"OKP","crv":"Ed25519","x":"{}""#,
            encode(pairs().ed25519.public_key())
        ),
        Hs256 | Hs384 | Hs512 => format!(r#""kty":"oct","k":"{}""#, encode(SECRET)),
        _ => {
            let key = pairs().rsa.public_key();
            let n = key.modulus().big_endian_without_leading_zero();
            rsa(n, key.exponent().big_endian_without_leading_zero())
        }
    }
}

pub(super) fn rsa(n: &[u8], e: &[u8]) -> String {
    format!(r#""kty":"RSA","n":"{}","e":"{}""#, encode(n), encode(e))
}

/// One of six P-256 keys.
pub(super) fn p256(which: usize) -> String {
    ec("P-256", &pairs().p256[which])
}

fn ec(curve: &str, pair: &EcdsaKeyPair) -> String {
    let point = pair.public_key().as_ref();
    let (x, y) = point[1..].split_at(point.len() / 2);
    let (x, y) = (encode(x), encode(y));
    format!(r#""kty":"EC","crv":"{curve}","x":"{x}","y":"{y}""#)
}

pub(super) fn sign(algorithm: Algorithm, input: &[u8]) -> Vec<u8> {
    use Algorithm::{
        EdDsa, Es256, Es384, Es512, Hs256, Hs384, Hs512, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512,
    };
    let rsa = |padding| {
        let mut signature = vec![0; pairs().rsa.public_modulus_len()];
        let random = SystemRandom::new();
        pairs()
            .rsa
            .sign(padding, &random, input, &mut signature)
            .unwrap();
        signature
    };
    let ec = |pair: &EcdsaKeyPair| {
        let signature = pair.sign(&SystemRandom::new(), input).unwrap();
        signature.as_ref().to_vec()
    };
    let hmac = |hash| {
        let key = aws_lc_rs::hmac::Key::new(hash, &SECRET);
        aws_lc_rs::hmac::sign(&key, input).as_ref().to_vec()
    };
    match algorithm {
        Rs256 => rsa(&RSA_PKCS1_SHA256),
        Rs384 => rsa(&RSA_PKCS1_SHA384),
        Rs512 => rsa(&RSA_PKCS1_SHA512),
        Ps256 => rsa(&RSA_PSS_SHA256),
        Ps384 => rsa(&RSA_PSS_SHA384),
        Ps512 => rsa(&RSA_PSS_SHA512),
        Es256 => ec(&pairs().p256[0]),
        Es384 => ec(&pairs().p384),
        Es512 => ec(&pairs().p521),
        EdDsa => pairs().ed25519.sign(input).as_ref().to_vec(),
        Hs256 => hmac(aws_lc_rs::hmac::HMAC_SHA256),
        Hs384 => hmac(aws_lc_rs::hmac::HMAC_SHA384),
        Hs512 => hmac(aws_lc_rs::hmac::HMAC_SHA512),
    }
}

/// A token that [`numbers`] of the algorithm verifies. Who asks for its key says
/// the kid, so its header need not.
pub(super) fn token(algorithm: Algorithm) -> Token {
    let header = encode(format!(r#"{{"alg":"{algorithm}"}}"#));
    let input = format!("{header}.{}", encode("{}"));
    let signature = encode(sign(algorithm, input.as_bytes()));
    Token::parse(&format!("{input}.{signature}"), 1 << 16).unwrap()
}

/// Reads one JWK, given without braces.
pub(super) fn read(members: &str, kinds: Kinds) -> Result<Key, IgnoredKey> {
    let object = Object::parse(format!(r#"{{"jwk":{{{members}}}}}"#).as_bytes()).unwrap();
    jwk::read(object.get("jwk").unwrap(), kinds)
}

/// Why a public key, given without braces, is not used.
pub(super) fn problem(members: &str) -> Option<KeyProblem> {
    read(members, Kinds::Asymmetric)
        .err()
        .map(|ignored| ignored.problem)
}

/// An odd number of exactly so many bits.
pub(super) fn modulus(bits: usize) -> Vec<u8> {
    let mut n = vec![0xff; bits.div_ceil(8)];
    n[0] = 0xff >> (n.len() * 8 - bits);
    n
}

/// A document of JWKs, each given without braces.
pub(super) fn document<T: AsRef<str>>(jwks: &[T]) -> String {
    let jwks: Vec<String> = jwks
        .iter()
        .map(|jwk| format!("{{{}}}", jwk.as_ref()))
        .collect();
    format!(r#"{{"keys":[{}]}}"#, jwks.join(","))
}

/// A set that was just adopted.
pub(super) fn set<T: AsRef<str>>(jwks: &[T]) -> KeySet {
    let document = jwk_set::parse(document(jwks).as_bytes(), Kinds::Asymmetric).unwrap();
    adopt(None, document, NumericDate::from_seconds(0), Duration::ZERO).0
}
