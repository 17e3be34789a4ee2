//! 2a, with key material: signatures that verify by arithmetic alone, under keys
//! that must not count, and public keys taken for secrets.

use std::collections::BTreeMap;

use audient::config::load;
use audient::keys::KeyProblem;
use audient::keys::jwk::Kinds;
use audient::keys::jwk_set;
use audient::token::algorithm::{Algorithm, AlgorithmSet};
use audient::token::numeric_date::NumericDate;
use audient::verdict::rejection::Reason::{AlgorithmNotAllowed, KeyUnsuitable, SignatureInvalid};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::Algorithm::{EdDSA, HS256, HS384, HS512, RS256};
use jsonwebtoken::{Algorithm as Signing, EncodingKey};
use serde_json::{Value, json};

use crate::draft::{Draft, decode, encode, jwks, key, signature, with};
use crate::support::{Answer, Desk, NOW, only};

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let length = match length {
        0..=0x7f => vec![u8::try_from(length).unwrap()],
        _ => [&[0x82][..], &u16::try_from(length).unwrap().to_be_bytes()].concat(),
    };
    [&[tag], &*length, content].concat()
}

/// Every text that people have taken for "the key" of an RSA key.
fn spellings() -> Vec<Vec<u8>> {
    let jwk = &key(RS256).jwk;
    let n = decode(jwk["n"].as_str().unwrap());
    let e = decode(jwk["e"].as_str().unwrap());
    let numbers = [der(2, &[&[0], &*n].concat()), der(2, &e)].concat();
    let pkcs1 = der(0x30, &numbers);
    // rsaEncryption, NULL
    let kind = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
    let bits = der(3, &[&[0], &*pkcs1].concat());
    let spki = der(0x30, &[&kind[..], &bits].concat());
    let pem = |label: &str, der: &[u8]| {
        let text = STANDARD.encode(der);
        let lines: Vec<&str> = (0..text.len())
            .step_by(64)
            .map(|at| &text[at..text.len().min(at + 64)])
            .collect();
        format!(
            "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
            lines.join("\n")
        )
    };
    let pems = [pem("PUBLIC KEY", &spki), pem("RSA PUBLIC KEY", &pkcs1)];
    let mut all = vec![spki, pkcs1, n, jwk.to_string().into_bytes()];
    all.push(jwk["n"].as_str().unwrap().into());
    for pem in pems {
        all.push(pem.trim_end().into());
        all.push(format!(" {pem}").into());
        all.push(format!("\n{pem}").into());
        all.push(pem.into());
    }
    all
}

#[test]
fn a02_a_public_key_as_a_secret() {
    let plain = Desk::new();
    let careless = Desk::bent(
        &jwks(),
        |issuer| issuer.algorithms = AlgorithmSet::all(),
        |_| (),
    );
    let rsa = format!("\"{}\"", key(RS256).kid);
    for secret in spellings() {
        // Whoever takes it for a secret says yes.
        let oct = json!({ "kty": "oct", "kid": key(RS256).kid, "k": encode(&secret) });
        let naive = Desk::bent(
            &[oct],
            |issuer| {
                issuer.algorithms = [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512]
                    .into_iter()
                    .collect();
            },
            |_| (),
        );
        for alg in [HS256, HS384, HS512] {
            let draft = Draft::of(alg).header("kid", &rsa);
            let forged = draft.signed_by(&EncodingKey::from_secret(&secret), alg);
            assert_eq!(naive.ask(&forged), Answer::Active);
            assert_eq!(plain.ask(&forged), only(AlgorithmNotAllowed));
            // Where HS* slipped into the list, no public key fits it all the same.
            assert_eq!(careless.ask(&forged), only(KeyUnsuitable));
        }
    }
    assert_eq!(spellings().len(), 13);
}

#[test]
fn a07_eddsa_forgeries() {
    /// L, the order of the base point, little-endian (RFC 8032 §5.1).
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let draft = Draft::of(EdDSA);
    let good = signature(&draft.input(), &key(EdDSA).encoding, EdDSA);
    let mut twin = good.clone();
    let mut carry = 0;
    for (byte, of_order) in twin[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(of_order) + carry;
        *byte = u8::try_from(sum & 0xff).unwrap();
        carry = sum >> 8;
    }
    let desk = Desk::new();
    assert_eq!(desk.ask(&draft.and(&good)), Answer::Active);
    assert_eq!(desk.ask(&draft.and(twin)), only(SignatureInvalid));
    let high_bit = [&good[..63], &[good[63] | 0xe0]].concat();
    assert_eq!(desk.ask(&draft.and(high_bit)), only(SignatureInvalid));

    // R the neutral element, S zero: valid for every text under a key of order 1,
    // and for some texts under the others of small order.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let forgery = [neutral, [0; 32]].concat();
    let point = |first: u8, middle: u8, last: u8| {
        let mut point = [middle; 32];
        point[0] = first;
        point[31] = last;
        point
    };
    let eighth = decode("JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU");
    let eighth: [u8; 32] = eighth.try_into().unwrap();
    let mut its_twin = eighth;
    its_twin[31] |= 0x80;
    for weak in [
        eighth,
        its_twin,
        neutral,
        point(1, 0, 0x80),
        point(0, 0, 0),
        point(0, 0, 0x80),
        point(0xec, 0xff, 0x7f),
        point(0xec, 0xff, 0xff),
        point(0xed, 0xff, 0x7f),
        point(0xed, 0xff, 0xff),
        point(0xee, 0xff, 0x7f),
        point(0xee, 0xff, 0xff),
        point(0xff, 0xff, 0x7f),
    ] {
        let jwk = with(&key(EdDSA).jwk, "x", encode(weak));
        for jwks in [vec![jwk.clone()], vec![jwk, key(RS256).jwk.clone()]] {
            let answer = Desk::with_keys(&jwks).ask(&draft.and(&forgery));
            assert_eq!(answer, only(KeyUnsuitable), "{weak:02x?}");
        }
    }
}

/// An odd number of so many bits.
fn modulus(bits: usize) -> String {
    let mut n = vec![0xff; bits.div_ceil(8)];
    n[0] = 0xff >> (n.len() * 8 - bits);
    encode(n)
}

#[test]
fn a08_rsa_numbers_that_are_no_lock() {
    let rsa = &key(RS256).jwk;
    // With e = 1 the padded hash is its own signature (RFC 8017 §9.2).
    let draft = Draft::of(RS256);
    let hash = digest(&SHA256, draft.input().as_bytes());
    let info = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
    let tail = [&[0][..], info, hash.as_ref()].concat();
    let fill = vec![0xff; 256 - 2 - tail.len()];
    let forgery = [&[0, 1][..], &fill, &tail].concat();
    let mut even = decode(rsa["n"].as_str().unwrap());
    *even.last_mut().unwrap() &= 0xfe;
    for (name, value) in [
        ("n", modulus(512)),
        ("n", modulus(1024)),
        ("n", modulus(2047)),
        ("n", modulus(8193)),
        ("n", modulus(32_768)),
        ("n", encode(even)),
        ("n", String::new()),
        ("n", encode([0; 256])),
        ("e", encode([0])),
        ("e", encode([1])),
        ("e", encode([0, 0, 1])),
        ("e", encode([2])),
        ("e", encode(65_536_u32.to_be_bytes())),
        ("e", encode([0xff; 9])),
        ("e", modulus(2048)),
        ("e", String::new()),
    ] {
        let jwk = with(rsa, name, value.clone());
        let desk = Desk::with_keys(&[jwk]);
        for token in [draft.signed_with(RS256), draft.and(&forgery)] {
            assert_eq!(desk.ask(&token), only(KeyUnsuitable), "{name} {value}");
        }
    }
    assert_eq!(
        Desk::new().ask(&draft.and(&forgery)),
        only(SignatureInvalid)
    );
}

#[test]
fn a09_secrets_that_can_be_guessed() {
    let hs = |names: &[Signing]| -> Vec<(Signing, Algorithm, usize)> {
        let all = [
            (HS256, Algorithm::Hs256, 32),
            (HS384, Algorithm::Hs384, 48),
            (HS512, Algorithm::Hs512, 64),
        ];
        let listed = all.into_iter().filter(|(name, ..)| names.contains(name));
        listed.collect()
    };
    for (name, algorithm, needed) in hs(&[HS256, HS384, HS512]) {
        let algorithms = [algorithm].into_iter().collect();
        for length in [0, 1, 8, needed - 1] {
            let oct = json!({ "keys": [{ "kty": "oct", "k": encode(vec![7; length]) }] });
            let kinds = Kinds::Symmetric { algorithms };
            let set = jwk_set::parse(oct.to_string().as_bytes(), kinds).unwrap();
            assert!(set.keys.is_empty(), "{name:?} {length}");
            assert_eq!(set.ignored[0].problem, KeyProblem::TooWeak);
        }
        let secret = vec![7; needed];
        let oct = json!({ "kty": "oct", "kid": key(name).kid, "k": encode(&secret) });
        let desk = Desk::bent(&[oct], |issuer| issuer.algorithms = algorithms, |_| ());
        let draft = Draft::of(name);
        let good = draft.signed_by(&EncodingKey::from_secret(&secret), name);
        assert_eq!(desk.ask(&good), Answer::Active);
        for guess in [&b""[..], &secret[1..], b"secret"] {
            let forged = draft.signed_by(&EncodingKey::from_secret(guess), name);
            assert_eq!(desk.ask(&forged), only(SignatureInvalid));
        }
    }
    assert_eq!(configured(&encode([7; 31])), Err(()));
    assert_eq!(configured(""), Err(()));
    assert_eq!(configured(&encode([7; 32])), Ok(()));
}

/// Whether a service with this HS256 secret starts.
fn configured(k: &str) -> Result<(), ()> {
    let folder = tempfile::TempDir::new().unwrap();
    let jwks: Value = json!({ "keys": [{ "kty": "oct", "kid": "1", "k": k }] });
    std::fs::write(folder.path().join("jwks.json"), jwks.to_string()).unwrap();
    let path = folder.path().join("audient.toml");
    let text = r#"
        [[issuers]]
        name = "prod"
        issuer = "https://id.example"
        algorithms = ["HS256"]
        jwks_file = "jwks.json"
        [[audiences]]
        name = "orders"
        accept = ["orders"]
        issuers = ["prod"]
    "#;
    std::fs::write(&path, text).unwrap();
    let config = load(&[path], &BTreeMap::new(), NumericDate::from_seconds(NOW));
    config.map(drop).map_err(drop)
}
