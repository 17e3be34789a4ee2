//! Signing keys of the embedded issuer: made at start, gone at the end.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::EncodingKey;
use serde_json::{Value, json};

use crate::token::algorithm::Algorithm;

/// One key that signs, and what is published of it.
pub struct SigningKey {
    /// Its `kid`.
    pub kid: String,
    /// Algorithms it can sign with; the first is meant where none is asked for.
    pub algorithms: &'static [Algorithm],
    /// The private part.
    pub encoding: EncodingKey,
    /// The public part, as a JWK.
    pub jwk: Value,
}

impl SigningKey {
    /// The same key under another kid.
    #[must_use]
    pub fn renamed(mut self, kid: String) -> Self {
        if let Value::Object(jwk) = &mut self.jwk {
            jwk.insert("kid".into(), kid.as_str().into());
        }
        Self { kid, ..self }
    }
}

/// A key could not be made.
#[derive(Clone, Copy, Debug)]
pub struct KeyGeneration;

impl From<aws_lc_rs::error::Unspecified> for KeyGeneration {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self
    }
}

/// The published keys: one of each type that is in common use.
///
/// # Errors
/// The random source or the key generator failed.
pub fn published() -> Result<Vec<SigningKey>, KeyGeneration> {
    Ok(vec![
        elliptic(
            "dev-es256",
            "P-256",
            &[Algorithm::Es256],
            &ECDSA_P256_SHA256_FIXED_SIGNING,
        )?,
        rsa("dev-rsa")?,
        elliptic(
            "dev-es384",
            "P-384",
            &[Algorithm::Es384],
            &ECDSA_P384_SHA384_FIXED_SIGNING,
        )?,
        edwards("dev-ed25519")?,
    ])
}

/// A key that is never published: for tokens whose kid nobody knows.
///
/// # Errors
/// As [`published`].
pub fn unpublished() -> Result<SigningKey, KeyGeneration> {
    elliptic(
        "dev-unknown",
        "P-256",
        &[Algorithm::Es256],
        &ECDSA_P256_SHA256_FIXED_SIGNING,
    )
}

fn rsa(kid: &'static str) -> Result<SigningKey, KeyGeneration> {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048)?;
    let public = pair.public_key();
    let jwk = json!({
        "kty": "RSA", "kid": kid, "use": "sig",
        "n": base64url(public.modulus().big_endian_without_leading_zero()),
        "e": base64url(public.exponent().big_endian_without_leading_zero()),
    });
    // jsonwebtoken takes PKCS#8 of an RSA key as PEM only.
    let der = pair.as_der()?;
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(der.as_ref())
    );
    Ok(SigningKey {
        kid: kid.into(),
        algorithms: &[
            Algorithm::Rs256,
            Algorithm::Rs384,
            Algorithm::Rs512,
            Algorithm::Ps256,
            Algorithm::Ps384,
            Algorithm::Ps512,
        ],
        encoding: EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|_| KeyGeneration)?,
        jwk,
    })
}

fn elliptic(
    kid: &'static str,
    curve: &str,
    algorithms: &'static [Algorithm],
    signing: &'static EcdsaSigningAlgorithm,
) -> Result<SigningKey, KeyGeneration> {
    let pair = EcdsaKeyPair::generate(signing)?;
    // SEC 1 §2.3.3: 04, then x and y of equal length.
    let point = pair.public_key().as_ref();
    let (x, y) = (point.get(1..))
        .map(|both| both.split_at(both.len() / 2))
        .ok_or(KeyGeneration)?;
    Ok(SigningKey {
        kid: kid.into(),
        algorithms,
        encoding: EncodingKey::from_ec_der(pair.to_pkcs8v1()?.as_ref()),
        jwk: json!({
            "kty": "EC", "kid": kid, "use": "sig", "crv": curve,
            "x": base64url(x), "y": base64url(y),
        }),
    })
}

fn edwards(kid: &'static str) -> Result<SigningKey, KeyGeneration> {
    let pair = Ed25519KeyPair::generate()?;
    Ok(SigningKey {
        kid: kid.into(),
        algorithms: &[Algorithm::EdDsa],
        encoding: EncodingKey::from_ed_der(pair.to_pkcs8v1()?.as_ref()),
        jwk: json!({
            "kty": "OKP", "kid": kid, "use": "sig", "crv": "Ed25519",
            "x": base64url(pair.public_key().as_ref()),
        }),
    })
}

fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
