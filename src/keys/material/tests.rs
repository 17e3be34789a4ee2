use super::*;
use crate::keys::KeyProblem;
use crate::keys::jwk::Kinds;
use crate::keys::support::{encode, modulus, numbers, problem, read, rsa};

#[test]
fn zeros_before_a_number_do_not_make_it_longer() {
    let (n, short) = (modulus(2048), modulus(2040));
    let plain = read(&rsa(&n, &[3]), Kinds::Asymmetric).unwrap();
    let padded = read(
        &rsa(&[&[0], &n[..]].concat(), &[0, 0, 3]),
        Kinds::Asymmetric,
    )
    .unwrap();
    assert_eq!(plain.key_type(), "RSA 2048");
    assert_eq!(padded.key_type(), "RSA 2048");
    assert_eq!(plain.thumbprint(), padded.thumbprint());
    let padded = rsa(&[&[0; 8], &short[..]].concat(), &[3]);
    assert_eq!(problem(&padded), Some(KeyProblem::TooWeak));
}

#[test]
fn points_must_be_on_their_curve() {
    let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    let y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
    let off = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a4";
    let zero = encode([0; 32]);
    let long = encode([1; 33]);
    let p = encode([
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    ]);
    let key = |crv: &str, x: &str, y: &str| {
        problem(&format!(r#""kty":"EC","crv":"{crv}","x":"{x}","y":"{y}""#))
    };
    assert_eq!(key("P-256", x, y), None);
    for (x, y) in [
        (x, off),
        (y, x),
        (x, x),
        (&zero, &zero),
        (x, &long),
        (&p, y),
        (x, ""),
        (x, "A"),
    ] {
        assert_eq!(key("P-256", x, y), Some(KeyProblem::Malformed), "{x} {y}");
    }
    assert_eq!(key("P-384", x, y), Some(KeyProblem::Malformed));
    assert_eq!(key("secp256k1", x, y), Some(KeyProblem::Type));
}

/// y of RFC 7515 A.4 starts with a zero byte.
#[test]
fn coordinates_may_lack_zeros_or_have_one_more() {
    let x =
        "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk";
    let y = URL_SAFE_NO_PAD
        .decode("ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2")
        .unwrap();
    let thumbprint = |y: &[u8]| {
        let members = format!(r#""kty":"EC","crv":"P-521","x":"{x}","y":"{}""#, encode(y));
        Box::from(read(&members, Kinds::Asymmetric).unwrap().thumbprint())
    };
    let exact: Box<str> = thumbprint(&y);
    assert_eq!(y[0], 0);
    assert_eq!(thumbprint(&y[1..]), exact);
    assert_eq!(thumbprint(&[&[0], &y[..]].concat()), exact);
}

/// RFC 7638 §3.1 and RFC 8037 Appendix A.3.
#[test]
fn published_thumbprints() {
    let rsa = r#""kty":"RSA","e":"AQAB","alg":"RS256","kid":"2011-04-29","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw""#;
    let ed25519 =
        r#""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;
    for (members, thumbprint) in [
        (rsa, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),
        (ed25519, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),
    ] {
        let key = read(members, Kinds::Asymmetric).unwrap();
        assert_eq!(key.thumbprint(), thumbprint);
    }
}

#[test]
fn base64url_is_read_as_issuers_write_it() {
    let thumbprint = |members: &str| -> Box<str> {
        read(members, Kinds::Asymmetric)
            .unwrap()
            .thumbprint()
            .into()
    };
    // 0xff…: `_` and `-` in every quartet; one byte beyond a triple: padding and spare bits.
    let n = modulus(2048);
    let plain = rsa(&n, &[1, 0, 1]);
    let text = encode(&n);
    assert!(text.ends_with("_w") && text.len() == 342);
    let expected = thumbprint(&plain);
    for other in [
        format!("{text}=="),
        format!("{text}="),
        text.replace('_', "/"),
        format!("{}x", &text[..341]),
    ] {
        assert_eq!(
            thumbprint(&plain.replace(&text, &other)),
            expected,
            "{other}"
        );
    }
    for bad in [
        format!("{text} "),
        format!(" {text}"),
        format!("{text}*"),
        format!("{text}AAA"),
    ] {
        let found = problem(&plain.replace(&text, &bad));
        assert_eq!(found, Some(KeyProblem::Malformed), "{bad}");
    }
}

#[test]
fn private_members_change_nothing() {
    for algorithm in [Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa] {
        let public = read(&numbers(algorithm), Kinds::Asymmetric).unwrap();
        let with_private = format!(r#"{},"d":42,"p":null,"oth":[{{}}]"#, numbers(algorithm));
        let private = read(&with_private, Kinds::Asymmetric).unwrap();
        assert_eq!(public.thumbprint(), private.thumbprint());
    }
}
