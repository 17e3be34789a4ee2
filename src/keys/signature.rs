//! Whether one key verifies one signature. The only file of the service that
//! knows which library does the arithmetic.

use std::fmt;

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384,
    RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
};

use super::material::{Curve, Material};
use crate::token::algorithm::Algorithm;

/// A key made ready for one algorithm. Built once per (JWK, algorithm), since
/// parsing the numbers costs as much as a third of a verification.
pub struct VerifyingKey {
    algorithm: Algorithm,
    check: Check,
}

enum Check {
    Public(ParsedPublicKey),
    Secret(Box<hmac::Key>),
}

impl VerifyingKey {
    /// `None` if the key is of another type than the algorithm's, or no key at
    /// all: a point off its curve.
    pub(super) fn new(algorithm: Algorithm, material: &Material) -> Option<Self> {
        let check = match material {
            Material::Rsa { n, e } => RsaPublicKeyComponents { n, e }
                .to_parsed_public_key(rsa_parameters(algorithm)?)
                .map(Check::Public),
            Material::Ec { curve, x, y } => {
                let parameters = match (curve, algorithm) {
                    (Curve::P256, Algorithm::Es256) => &ECDSA_P256_SHA256_FIXED,
                    (Curve::P384, Algorithm::Es384) => &ECDSA_P384_SHA384_FIXED,
                    (Curve::P521, Algorithm::Es512) => &ECDSA_P521_SHA512_FIXED,
                    _ => return None,
                };
                // SEC 1 §2.3.3, uncompressed. The library would take other forms.
                let point = [&[4], &**x, &**y].concat();
                ParsedPublicKey::new(parameters, point).map(Check::Public)
            }
            Material::Ed25519 { x } => match algorithm {
                Algorithm::EdDsa => ParsedPublicKey::new(&ED25519, x).map(Check::Public),
                _ => return None,
            },
            Material::Oct { k } => {
                let key = hmac::Key::new(hmac_algorithm(algorithm)?, k);
                Ok(Check::Secret(Box::new(key)))
            }
        };
        Some(Self {
            algorithm,
            check: check.ok()?,
        })
    }

    /// The one algorithm it verifies.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether `signature` is this key's for `signing_input`. ECDSA signatures
    /// are r‖s of fixed length (RFC 7518 §3.4), never DER.
    #[must_use]
    pub fn verify(&self, signing_input: &[u8], signature: &[u8]) -> bool {
        match &self.check {
            Check::Public(key) => key.verify_sig(signing_input, signature).is_ok(),
            // In constant time.
            Check::Secret(key) => hmac::verify(key, signing_input, signature).is_ok(),
        }
    }
}

/// Prints the algorithm, never the key.
impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({})", self.algorithm)
    }
}

fn rsa_parameters(algorithm: Algorithm) -> Option<&'static RsaParameters> {
    match algorithm {
        Algorithm::Rs256 => Some(&RSA_PKCS1_2048_8192_SHA256),
        Algorithm::Rs384 => Some(&RSA_PKCS1_2048_8192_SHA384),
        Algorithm::Rs512 => Some(&RSA_PKCS1_2048_8192_SHA512),
        Algorithm::Ps256 => Some(&RSA_PSS_2048_8192_SHA256),
        Algorithm::Ps384 => Some(&RSA_PSS_2048_8192_SHA384),
        Algorithm::Ps512 => Some(&RSA_PSS_2048_8192_SHA512),
        _ => None,
    }
}

fn hmac_algorithm(algorithm: Algorithm) -> Option<hmac::Algorithm> {
    match algorithm {
        Algorithm::Hs256 => Some(hmac::HMAC_SHA256),
        Algorithm::Hs384 => Some(hmac::HMAC_SHA384),
        Algorithm::Hs512 => Some(hmac::HMAC_SHA512),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
