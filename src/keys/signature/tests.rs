use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, crypto};

use super::*;
use crate::keys::support::{encode, kinds_of, numbers, read, sign};

const INPUT: &[u8] = b"eyJhbGciOiJub25lIn0.e30";

fn verifies(algorithm: Algorithm, input: &[u8], signature: &[u8]) -> bool {
    let key = read(&numbers(algorithm), kinds_of(algorithm)).unwrap();
    key.verifying(algorithm).unwrap().verify(input, signature)
}

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}

#[test]
fn every_algorithm_verifies_its_own_signature_and_no_other() {
    for algorithm in Algorithm::ALL {
        let signature = sign(algorithm, INPUT);
        assert!(verifies(algorithm, INPUT, &signature), "{algorithm}");
        assert!(!verifies(algorithm, b"another", &signature), "{algorithm}");
        for bit in 0..signature.len() * 8 {
            let bent = flipped(&signature, bit);
            assert!(!verifies(algorithm, INPUT, &bent), "{algorithm} bit {bit}");
        }
        for length in 0..signature.len() {
            let cut = &signature[..length];
            assert!(
                !verifies(algorithm, INPUT, cut),
                "{algorithm} cut at {length}"
            );
        }
        let longer = [&signature[..], &[0]].concat();
        assert!(!verifies(algorithm, INPUT, &longer), "{algorithm}");
    }
}

#[test]
fn a_key_verifies_none_of_the_other_algorithms() {
    for own in Algorithm::ALL {
        let key = read(&numbers(own), kinds_of(own)).unwrap();
        let signature = sign(own, INPUT);
        for other in Algorithm::ALL.into_iter().filter(|other| *other != own) {
            let verifies = (key.verifying(other)).is_some_and(|key| key.verify(INPUT, &signature));
            assert!(!verifies, "{own} as {other}");
        }
    }
}

/// Another reading of the same JWK, by a library that many services verify with.
#[test]
fn jsonwebtoken_agrees() {
    let mut compared = 0;
    for algorithm in Algorithm::ALL {
        let Ok(theirs) = algorithm.name().parse::<jsonwebtoken::Algorithm>() else {
            assert_eq!(algorithm, Algorithm::Es512, "the one they lack");
            continue;
        };
        let jwk = serde_json::from_str(&format!("{{{}}}", numbers(algorithm))).unwrap();
        let key = DecodingKey::from_jwk(&jwk).unwrap();
        let good = sign(algorithm, INPUT);
        let bent = (0..good.len() * 8)
            .step_by(61)
            .map(|bit| flipped(&good, bit));
        for signature in [good.clone(), Vec::new()].into_iter().chain(bent) {
            for input in [INPUT, b"another"] {
                let expected = crypto::verify(&encode(&signature), input, &key, theirs);
                let expected = expected.unwrap_or(false);
                assert_eq!(
                    verifies(algorithm, input, &signature),
                    expected,
                    "{algorithm}"
                );
                compared += usize::from(expected);
            }
        }
    }
    assert_eq!(compared, 12, "each good signature is good for both");
}

/// RFC 7515 Appendix A.1 to A.4, and RFC 8037 Appendix A.4.
#[test]
fn published_examples_verify() {
    let examples = [
        (
            r#""kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow""#,
            Algorithm::Hs256,
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        ),
        (
            r#""kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ""#,
            Algorithm::Rs256,
            "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
        ),
        (
            r#""kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0""#,
            Algorithm::Es256,
            "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
        ),
        (
            r#""kty":"EC","crv":"P-521","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk","y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2""#,
            Algorithm::Es512,
            "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn",
        ),
        (
            r#""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#,
            Algorithm::EdDsa,
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
        ),
    ];
    for (jwk, algorithm, example) in examples {
        let key = read(jwk, kinds_of(algorithm)).unwrap();
        let token = crate::token::Token::parse(example, 4096).unwrap();
        let verifying = key.verifying(algorithm).unwrap();
        assert!(
            verifying.verify(token.signing_input(), token.signature()),
            "{algorithm}"
        );
    }
}

/// CVE-2022-21449: zeros that satisfy the equation of a careless verifier.
#[test]
fn signatures_of_zeros_and_of_the_group_order_are_none() {
    const ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let order: Vec<u8> = (0..32)
        .map(|at| u8::from_str_radix(&ORDER[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    let good = sign(Algorithm::Es256, INPUT);
    let (r, s) = good.split_at(32);
    let zero = [0; 32];
    for bad in [
        [&zero[..], &zero].concat(),
        [&zero, s].concat(),
        [r, &zero].concat(),
        [&order, &order[..]].concat(),
        [&order, s].concat(),
        [r, &order].concat(),
    ] {
        assert!(!verifies(Algorithm::Es256, INPUT, &bad));
    }
    for (algorithm, length) in [(Algorithm::Es384, 96), (Algorithm::Es512, 132)] {
        assert!(!verifies(algorithm, INPUT, &vec![0; length]), "{algorithm}");
    }
}

/// RFC 7518 §3.4: r‖s. X.509 and TLS would write it in DER.
#[test]
fn der_signatures_are_none() {
    let good = sign(Algorithm::Es256, INPUT);
    let integer = |number: &[u8]| {
        let number: Vec<u8> = [&[0], number].concat();
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        let short = zeros.min(32) - usize::from(number.get(zeros).is_some_and(|b| *b >= 0x80));
        let number = &number[short..];
        [&[2, u8::try_from(number.len()).unwrap()], number].concat()
    };
    let both = [integer(&good[..32]), integer(&good[32..])].concat();
    let der = [&[0x30, u8::try_from(both.len()).unwrap()], &both[..]].concat();

    // It is DER: the library takes it where DER is asked for.
    let jwk: serde_json::Value =
        serde_json::from_str(&format!("{{{}}}", numbers(Algorithm::Es256))).unwrap();
    let coordinate = |name| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
    let point = [&[4], &coordinate("x")[..], &coordinate("y")].concat();
    let by_der = ParsedPublicKey::new(&aws_lc_rs::signature::ECDSA_P256_SHA256_ASN1, point);
    assert!(by_der.unwrap().verify_sig(INPUT, &der).is_ok());

    assert!(!verifies(Algorithm::Es256, INPUT, &der));
}

/// RFC 8032 §5.1.7: S is below the order, or each signature would have a second.
#[test]
fn an_ed25519_signature_has_one_spelling() {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut signature = sign(Algorithm::EdDsa, INPUT);
    let mut carry = 0;
    for (digit, order) in signature[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*digit) + u16::from(order) + carry;
        *digit = u8::try_from(sum & 0xff).unwrap();
        carry = sum >> 8;
    }
    assert!(!verifies(Algorithm::EdDsa, INPUT, &signature));
}

#[test]
fn debug_says_nothing_of_the_key() {
    let key = read(&numbers(Algorithm::Hs256), kinds_of(Algorithm::Hs256)).unwrap();
    let verifying = key.verifying(Algorithm::Hs256).unwrap();
    assert_eq!(format!("{verifying:?}"), "VerifyingKey(HS256)");
}
