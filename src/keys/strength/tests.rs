use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::keys::jwk::Kinds;
use crate::keys::support::{encode, modulus, problem, read, rsa};

#[test]
fn rsa_keys_are_neither_weak_nor_slow() {
    use KeyProblem::{Malformed, TooWeak};
    let e = [1, 0, 1];
    for (bits, expected) in [
        (512, Some(TooWeak)),
        (2047, Some(TooWeak)),
        (2048, None),
        (2049, None),
        (8192, None),
        (8193, Some(Malformed)),
        (32768, Some(Malformed)),
    ] {
        assert_eq!(problem(&rsa(&modulus(bits), &e)), expected, "{bits} bits");
    }
    let n = modulus(2048);
    for (e, expected) in [
        (&[0][..], Some(TooWeak)),
        (&[1], Some(TooWeak)),
        (&[2], Some(Malformed)),
        (&[3], None),
        (&[4], Some(Malformed)),
        (&[17], None),
        (&[1, 0, 0], Some(Malformed)),
        (&[1, 0, 1], None),
        (&[1, 0xff, 0xff, 0xff, 0xff], None),
        (&[2, 0, 0, 0, 1], Some(Malformed)),
        (&[1; 256], Some(Malformed)),
    ] {
        assert_eq!(problem(&rsa(&n, e)), expected, "e = {e:?}");
    }
    let mut even = n.clone();
    *even.last_mut().unwrap() = 0xfe;
    assert_eq!(problem(&rsa(&even, &[1, 0, 1])), Some(Malformed));
    assert_eq!(problem(&rsa(&[0; 256], &[1, 0, 1])), Some(TooWeak));
}

/// Every encoding of the eight points of small order, canonical or not, and every
/// second spelling of another point.
#[test]
fn weak_and_ambiguous_ed25519_points_are_refused() {
    use KeyProblem::{Malformed, TooWeak};
    let point = |first: u8, fill: u8, last: u8| {
        let mut point = [fill; 32];
        (point[0], point[31]) = (first, last);
        point
    };
    let with_sign = |mut point: [u8; 32]| {
        point[31] |= 0x80;
        point
    };
    let order_8 = [
        "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU",
        "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o",
    ];
    let order_8 = order_8.map(|text| URL_SAFE_NO_PAD.decode(text).unwrap().try_into().unwrap());
    let weak = [point(0, 0, 0), point(1, 0, 0), point(0xec, 0xff, 0x7f)];
    for point in weak.into_iter().chain(order_8) {
        for point in [point, with_sign(point)] {
            let found = problem(&okp(&point));
            assert_eq!(found, Some(KeyProblem::TooWeak), "{point:02x?}");
        }
    }
    for first in 0xed..=0xff {
        let point = point(first, 0xff, 0x7f);
        for point in [point, with_sign(point)] {
            // p and p + 1 are second spellings of 0 and 1, which are weak.
            let expected = if first <= 0xee { TooWeak } else { Malformed };
            assert_eq!(problem(&okp(&point)), Some(expected), "{point:02x?}");
        }
    }
    // Neighbours of the bounds: some are points like any other, some are none.
    for (point, expected) in [
        (point(3, 0, 0), None),
        (point(0xea, 0xff, 0x7f), None),
        (point(2, 0, 0), Some(Malformed)),
        (point(0xeb, 0xff, 0x7f), Some(Malformed)),
        (point(0xff, 0xff, 0x7e), Some(Malformed)),
    ] {
        assert_eq!(problem(&okp(&point)), expected, "{point:02x?}");
    }
    for length in [0, 31, 33, 57] {
        assert_eq!(problem(&okp(&vec![9; length])), Some(KeyProblem::Malformed));
    }
}

fn okp(x: &[u8]) -> String {
    format!(r#""kty":"OKP","crv":"Ed25519","x":"{}""#, encode(x))
}

#[test]
fn secrets_are_as_long_as_the_hash() {
    use crate::token::algorithm::Algorithm::{Hs256, Hs384, Hs512};
    let problem = |length: usize, alg: &str, listed: &[Algorithm]| {
        let members = format!(r#""kty":"oct","k":"{}"{alg}"#, encode(vec![7; length]));
        let algorithms = listed.iter().copied().collect();
        let key = read(&members, Kinds::Symmetric { algorithms });
        key.err().map(|ignored| ignored.problem)
    };
    let weak = Some(KeyProblem::TooWeak);
    for (alg, bytes) in [("HS256", 32), ("HS384", 48), ("HS512", 64)] {
        let alg = format!(r#","alg":"{alg}""#);
        assert_eq!(problem(bytes, &alg, &[Hs512]), None, "{alg}");
        assert_eq!(problem(bytes - 1, &alg, &[Hs256]), weak, "{alg}");
    }
    for (listed, bytes) in [
        (&[Hs256][..], 32),
        (&[Hs256, Hs384], 48),
        (&[Hs256, Hs512], 64),
    ] {
        assert_eq!(problem(bytes, "", listed), None, "{listed:?}");
        assert_eq!(problem(bytes - 1, "", listed), weak, "{listed:?}");
    }
    let empty = read(r#""kty":"oct","k":"""#, crate::keys::support::secrets());
    assert_eq!(empty.unwrap_err().problem, KeyProblem::TooWeak);
}
