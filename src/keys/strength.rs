//! Whether a key is worth trusting: long enough to be safe, short enough to be
//! fast, and no number that lets others sign. Points off their curve are found
//! when the key is built.

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
