//! `typ`, `alg` and `crit`.

use super::support::{ACTIVE, Case, Signer};
use crate::policy::audience::TokenType;

#[test]
fn types_compare_as_media_types() {
    let defaults = [
        (None, true),
        (Some("JWT"), true),
        (Some("jwt"), true),
        (Some("at+jwt"), true),
        (Some("AT+JWT"), true),
        (Some("application/at+jwt"), true),
        (Some("Application/AT+jwt"), true),
        (Some(""), false),
        (Some("JWT "), false),
        (Some("text/jwt"), false),
        (Some("application/"), false),
        (Some("id+jwt"), false),
        (Some("application/application/jwt"), false),
    ];
    for (typ, fits) in defaults {
        let case = Case::bent(|case| match typ {
            Some(typ) => case.parameter("typ", &format!("{typ:?}")),
            None => case.header.retain(|(name, _)| name != "typ"),
        });
        assert_eq!(case.reasons().is_empty(), fits, "{typ:?}");
    }
    let narrow = |configured: &str, typ: Option<&str>| {
        Case::bent(|case| {
            case.policy.token_types = vec![TokenType::new(configured)];
            match typ {
                Some(typ) => case.parameter("typ", &format!("{typ:?}")),
                None => case.header.retain(|(name, _)| name != "typ"),
            }
        })
        .reasons()
    };
    assert_eq!(narrow("application/at+jwt", Some("at+JWT")), ACTIVE);
    assert_eq!(narrow("at+jwt", Some("JWT")), [9]);
    assert_eq!(narrow("at+jwt", None), [9], "a missing one is JWT");
    assert_eq!(narrow("jwt", None), ACTIVE);
}

#[test]
fn algorithms_go_by_their_exact_name() {
    for (alg, reasons) in [
        (r#""none""#, &[20][..]),
        (r#""nOnE""#, &[20]),
        (r#""none ""#, &[21]),
        (r#""nоne""#, &[21]), // Cyrillic
        (r#""""#, &[21]),
        (r#""es256""#, &[21]),
        (r#""ES256 ""#, &[21]),
        (r#""ES256K""#, &[21]),
        (r#""RSA-OAEP""#, &[21]),
        (r#""HS256""#, &[22]),
        (r#""\u0045S256""#, &[]),
    ] {
        let case = Case::bent(|case| case.parameter("alg", alg));
        assert_eq!(case.reasons(), reasons, "{alg}");
    }
    let missing = Case::bent(|case| case.header.retain(|(name, _)| name != "alg"));
    assert_eq!(missing.reasons(), [21]);
    let neither = Case::bent(|case| {
        case.header.retain(|(name, _)| name != "alg");
        case.signer = Signer::Nobody;
    });
    assert_eq!(neither.reasons(), [20, 21]);
}

#[test]
fn no_extension_is_understood() {
    for (crit, reason) in [
        (r#"["b64"]"#, 8),
        (r#"["alg"]"#, 8),
        (r#"["exp","exp"]"#, 8),
        (r#"[""]"#, 8),
        ("[]", 6),
        (r#""b64""#, 6),
        ("null", 6),
        (r#"["b64",7]"#, 6),
        ("{}", 6),
    ] {
        let case = Case::bent(|case| case.parameter("crit", crit));
        assert_eq!(case.reasons(), [reason], "{crit}");
    }
}

#[test]
fn other_parameters_may_hold_anything() {
    for name in ["jwk", "jku", "x5u", "x5c", "cty", "b64", "zip", "\u{0}"] {
        for json in ["null", "7", r#""https://evil.invalid""#, r#"{"kty":"oct"}"#] {
            let case = Case::bent(|case| case.parameter(name, json));
            assert_eq!(case.reasons(), ACTIVE, "{name} {json}");
        }
    }
}
