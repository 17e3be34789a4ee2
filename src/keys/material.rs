//! The numbers of a key (RFC 7518 §6, RFC 8037 §2) in their canonical form,
//! whether they are strong enough, and their thumbprint (RFC 7638). Private
//! members are never looked at.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::KeyProblem;
use super::members::{Defect, Members};
use crate::token::algorithm::{Algorithm, AlgorithmSet};

/// RSA moduli in bits: what RFC 7518 §3.3 asks for, to what the library verifies
/// in bounded time.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// RSA exponents are below 2 to this power; longer ones only cost time.
const RSA_EXPONENT_BITS: usize = 33;

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
                format!("kty is {other:?}; RSA, EC and OKP are known"),
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

    /// Whether the key is worth trusting with `algorithms`. Points off their
    /// curve are found when the key is built.
    pub(super) fn check(&self, algorithms: AlgorithmSet) -> Result<(), Defect> {
        match self {
            Self::Rsa { n, e } => check_rsa(n, e),
            Self::Ec { .. } => Ok(()),
            Self::Ed25519 { x } => check_ed25519(x),
            Self::Oct { k } => check_secret(k, algorithms),
        }
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

fn check_rsa(n: &[u8], e: &[u8]) -> Result<(), Defect> {
    let (size, exponent) = (bits(n), bits(e));
    let odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
    if size < *RSA_BITS.start() {
        let why = format!("n has {size} bits, fewer than {}", RSA_BITS.start());
        return Err(Defect::new(KeyProblem::TooWeak, why));
    }
    if exponent < 2 {
        return Err(Defect::new(KeyProblem::TooWeak, "e is less than 3"));
    }
    if size > *RSA_BITS.end() {
        let why = format!("n has {size} bits, more than {}", RSA_BITS.end());
        return Err(Defect::malformed(why));
    }
    if exponent > RSA_EXPONENT_BITS {
        return Err(Defect::malformed(format!(
            "e has {exponent} bits, more than {RSA_EXPONENT_BITS}"
        )));
    }
    // Neither can be: n is a product of odd primes, and e prime to even numbers.
    if !odd(n) || !odd(e) {
        return Err(Defect::malformed("n and e of an RSA key must be odd"));
    }
    Ok(())
}

/// Points that let anyone sign (order 1, 2, 4 or 8), and second spellings of a
/// point (RFC 8032 §5.1.3: y below p = 2^255 − 19, no sign for x = 0). Libraries
/// differ about both, so that a key is refused here before one is asked.
fn check_ed25519(x: &[u8; 32]) -> Result<(), Defect> {
    /// y of the points of order 8, little-endian; −y is the other pair's.
    const ORDER_8: [[u8; 32]; 2] = [
        [
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef,
            0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88,
            0x6d, 0x53, 0xfc, 0x05,
        ],
        [
            0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10,
            0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77,
            0x92, 0xac, 0x03, 0x7a,
        ],
    ];
    let mut y = *x;
    let [first, middle @ .., last] = &mut y;
    *last &= 0x7f;
    // 2^255 − 20 and above, −1 of the field being the first of them.
    let at_least_minus_one =
        *first >= 0xec && *last == 0x7f && middle.iter().all(|byte| *byte == 0xff);
    if at_least_minus_one && *first > 0xec {
        return Err(Defect::malformed("x is no canonical Ed25519 point"));
    }
    let zero_or_one = *first <= 1 && *last == 0 && middle.iter().all(|byte| *byte == 0);
    if at_least_minus_one || zero_or_one || ORDER_8.contains(&y) {
        let why = "x is an Ed25519 point of small order";
        return Err(Defect::new(KeyProblem::TooWeak, why));
    }
    Ok(())
}

/// RFC 7518 §3.2: a secret is at least as long as the hash.
fn check_secret(k: &[u8], algorithms: AlgorithmSet) -> Result<(), Defect> {
    let needed = |algorithm| match algorithm {
        Algorithm::Hs512 => 64,
        Algorithm::Hs384 => 48,
        _ => 32,
    };
    match algorithms.iter().find(|one| k.len() < needed(*one)) {
        Some(algorithm) => Err(Defect::new(
            KeyProblem::TooWeak,
            format!(
                "k has {} bytes; {algorithm} needs {}",
                k.len(),
                needed(algorithm)
            ),
        )),
        None => Ok(()),
    }
}

fn unknown_curve(name: &str) -> Defect {
    Defect::new(
        KeyProblem::Type,
        format!("crv is {name:?}; P-256, P-384, P-521 and Ed25519 are known"),
    )
}

fn number(members: &Members<'_>, name: &'static str) -> Result<Vec<u8>, Defect> {
    let bytes = bytes(members, name)?;
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
    match LENIENT.decode(text) {
        Ok(bytes) if !bytes.is_empty() => Ok(bytes),
        Ok(_) => Err(Defect::malformed(format!("{name} is empty"))),
        Err(_) => Err(Defect::malformed(format!("{name} is not base64url"))),
    }
}

/// Length of a number without leading zeros.
fn bits(number: &[u8]) -> usize {
    number
        .first()
        .map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

#[cfg(test)]
mod tests;
