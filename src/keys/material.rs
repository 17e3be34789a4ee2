//! The numbers of a key (RFC 7518 §6, RFC 8037 §2) in their canonical form, and
//! their thumbprint (RFC 7638). Private members are never looked at; whether the
//! numbers are worth trusting is left to `strength`.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::KeyProblem;
use super::members::{Defect, Members};
use crate::token::algorithm::{Algorithm, AlgorithmSet};

/// What makes a key the key it is.
pub(super) enum Material {
    /// Big-endian, without leading zeros.
    Rsa { n: Vec<u8>, e: Vec<u8> },
    /// Big-endian, as long as the curve's field.
    Ec {
        curve: Curve,
        x: Vec<u8>,
        y: Vec<u8>,
    },
    /// A point as RFC 8032 §5.1.2 encodes it.
    Ed25519 { x: [u8; 32] },
    /// A secret.
    Oct { k: Vec<u8> },
}

/// A curve that ECDSA is verified on.
#[derive(Clone, Copy)]
pub(super) enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    fn from_name(name: &str) -> Option<Self> {
        [Self::P256, Self::P384, Self::P521]
            .into_iter()
            .find(|curve| curve.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    fn field_bytes(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

impl Material {
    pub(super) fn read(kty: &str, members: &Members<'_>) -> Result<Self, Defect> {
        match kty {
            "RSA" => Ok(Self::Rsa {
                n: number(members, "n")?,
                e: number(members, "e")?,
            }),
            "EC" => {
                let name = members.required("crv")?;
                let curve = Curve::from_name(&name).ok_or_else(|| unknown_curve(&name))?;
                Ok(Self::Ec {
                    curve,
                    x: coordinate(members, "x", curve)?,
                    y: coordinate(members, "y", curve)?,
                })
            }
            "OKP" => {
                let name = members.required("crv")?;
                if &*name != "Ed25519" {
                    return Err(unknown_curve(&name));
                }
                let x = bytes(members, "x")?;
                let x = x
                    .try_into()
                    .map_err(|_| Defect::malformed("x of an Ed25519 key must be 32 bytes"))?;
                Ok(Self::Ed25519 { x })
            }
            "oct" => Ok(Self::Oct {
                k: bytes(members, "k")?,
            }),
            other => Err(Defect::new(
                KeyProblem::Type,
                format!("kty is \"{other}\"; RSA, EC and OKP are known"),
            )),
        }
    }

    /// `RSA 2048`, `EC P-256`, `OKP Ed25519`, `oct 256`.
    pub(super) fn describe(&self) -> Box<str> {
        match self {
            Self::Rsa { n, .. } => format!("RSA {}", bits(n)).into(),
            Self::Ec { curve, .. } => format!("EC {}", curve.name()).into(),
            Self::Ed25519 { .. } => "OKP Ed25519".into(),
            Self::Oct { k } => format!("oct {}", k.len() * 8).into(),
        }
    }

    /// The algorithms a key of this type can verify.
    pub(super) fn algorithms(&self) -> AlgorithmSet {
        use Algorithm::{
            EdDsa, Es256, Es384, Es512, Hs256, Hs384, Hs512, Ps256, Ps384, Ps512, Rs256, Rs384,
            Rs512,
        };
        let algorithms: &[Algorithm] = match self {
            Self::Rsa { .. } => &[Rs256, Rs384, Rs512, Ps256, Ps384, Ps512],
            Self::Ec { curve, .. } => match curve {
                Curve::P256 => &[Es256],
                Curve::P384 => &[Es384],
                Curve::P521 => &[Es512],
            },
            Self::Ed25519 { .. } => &[EdDsa],
            Self::Oct { .. } => &[Hs256, Hs384, Hs512],
        };
        algorithms.iter().copied().collect()
    }

    /// RFC 7638 §3, with SHA-256. Of a secret it is a hash of the secret.
    pub(super) fn thumbprint(&self) -> Box<str> {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let required = match self {
            Self::Rsa { n, e } => {
                format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, encode(e), encode(n))
            }
            Self::Ec { curve, x, y } => format!(
                r#"{{"crv":"{}","kty":"EC","x":"{}","y":"{}"}}"#,
                curve.name(),
                encode(x),
                encode(y)
            ),
            Self::Ed25519 { x } => {
                format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, encode(x))
            }
            Self::Oct { k } => format!(r#"{{"k":"{}","kty":"oct"}}"#, encode(k)),
        };
        encode(digest::digest(&digest::SHA256, required.as_bytes()).as_ref()).into()
    }
}

fn unknown_curve(name: &str) -> Defect {
    Defect::new(
        KeyProblem::Type,
        format!("crv is \"{name}\"; P-256, P-384, P-521 and Ed25519 are known"),
    )
}

fn number(members: &Members<'_>, name: &'static str) -> Result<Vec<u8>, Defect> {
    let bytes = bytes(members, name)?;
    if bytes.is_empty() {
        return Err(Defect::malformed(format!("{name} is empty")));
    }
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    Ok(bytes.into_iter().skip(zeros).collect())
}

/// A field element. RFC 7518 §6.2.1.2 wants its full length; some issuers leave
/// leading zeros out, or add one, and mean the same number.
fn coordinate(members: &Members<'_>, name: &'static str, curve: Curve) -> Result<Vec<u8>, Defect> {
    let number = number(members, name)?;
    let Some(missing) = curve.field_bytes().checked_sub(number.len()) else {
        let why = format!("{name} is longer than {} allows", curve.name());
        return Err(Defect::malformed(why));
    };
    Ok([vec![0; missing], number].concat())
}

/// base64url as issuers write it: with padding, in the standard alphabet, or with
/// bits beyond the last byte. What is hashed and used is canonical all the same.
fn bytes(members: &Members<'_>, name: &'static str) -> Result<Vec<u8>, Defect> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &alphabet::URL_SAFE,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let text = members.required(name)?.replace('+', "-").replace('/', "_");
    let bytes = LENIENT.decode(text);
    bytes.map_err(|_| Defect::malformed(format!("{name} is not base64url")))
}

/// Length of a number without leading zeros.
pub(super) fn bits(number: &[u8]) -> usize {
    number
        .first()
        .map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

#[cfg(test)]
mod tests;
