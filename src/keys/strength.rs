//! Whether a key is worth trusting: long enough to be safe, short enough to be
//! fast, and no number that lets others sign. Points off their curve are found
//! when the key is built.

use curve25519_dalek::edwards::CompressedEdwardsY;

use super::KeyProblem;
use super::material::{Material, bits};
use super::members::Defect;
use crate::token::algorithm::{Algorithm, AlgorithmSet};

/// RSA moduli in bits: what RFC 7518 §3.3 asks for, to what the library verifies
/// in bounded time.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// RSA exponents are below 2 to this power; longer ones only cost time.
const RSA_EXPONENT_BITS: usize = 33;

/// Refuses a key that is not worth trusting with `algorithms`.
pub(super) fn check(material: &Material, algorithms: AlgorithmSet) -> Result<(), Defect> {
    match material {
        Material::Rsa { n, e } => check_rsa(n, e),
        Material::Ec { .. } => Ok(()),
        Material::Ed25519 { x } => check_ed25519(x),
        Material::Oct { k } => check_secret(k, algorithms),
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

/// No point of the curve, a second spelling of one (RFC 8032 §5.1.3), or a point
/// that lets anyone sign (of order 1, 2, 4 or 8). Libraries differ about all three,
/// so that a key is refused here before one is asked.
fn check_ed25519(x: &[u8; 32]) -> Result<(), Defect> {
    let encoded = CompressedEdwardsY(*x);
    let Some(point) = encoded.decompress() else {
        return Err(Defect::malformed("x is no point of Ed25519"));
    };
    if point.is_small_order() {
        let why = "x is an Ed25519 point of small order";
        return Err(Defect::new(KeyProblem::TooWeak, why));
    }
    if point.compress() != encoded {
        return Err(Defect::malformed("x is no canonical Ed25519 point"));
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
                "k has {} bits; {algorithm} needs {}",
                k.len() * 8,
                needed(algorithm) * 8
            ),
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
