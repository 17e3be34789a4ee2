use super::*;
use crate::keys::support::{SECRET, encode, numbers, read, secrets};
use crate::token::algorithm::Algorithm::{EdDsa, Es256, Es384, Hs256, Rs256};

/// A good key with more members.
fn with(algorithm: Algorithm, more: &str) -> String {
    format!("{},{more}", numbers(algorithm))
}

fn problem(members: &str, kinds: Kinds) -> Option<KeyProblem> {
    read(members, kinds).err().map(|ignored| ignored.problem)
}

#[test]
fn what_others_publish_is_usable() {
    for more in [
        r#""kid":"1""#,
        r#""use":"sig""#,
        r#""use":"jwt-svid""#,
        r#""key_ops":["verify"]"#,
        r#""key_ops":["sign","verify"],"use":"sig","alg":"RS256""#,
        r#""alg":"PS512""#,
        r#""x5c":7,"x5t":null,"issuer":{"a":[{}]},"exp":1,"k":5,"crv":[]"#,
    ] {
        assert_eq!(
            problem(&with(Rs256, more), Kinds::Asymmetric),
            None,
            "{more}"
        );
    }
}

#[test]
fn each_problem_is_named() {
    use KeyProblem::{Algorithm, KeyOps, Malformed, Symmetric, TooWeak, Type, Use};
    let rsa = |more| with(Rs256, more);
    for (members, expected) in [
        (rsa(r#""use":"enc""#), Use),
        (rsa(r#""use":"SIG""#), Use),
        (rsa(r#""use":"""#), Use),
        (rsa(r#""use":"enc","alg":"RSA-OAEP""#), Use),
        (rsa(r#""key_ops":[]"#), KeyOps),
        (rsa(r#""key_ops":["sign"]"#), KeyOps),
        (rsa(r#""key_ops":["Verify"]"#), KeyOps),
        (rsa(r#""alg":"RSA-OAEP""#), Algorithm),
        (rsa(r#""alg":"rs256""#), Algorithm),
        (rsa(r#""alg":"none""#), Algorithm),
        (rsa(r#""alg":"""#), Algorithm),
        (rsa(r#""alg":"ES256""#), Algorithm),
        (rsa(r#""alg":"HS256""#), Algorithm),
        (with(Es384, r#""alg":"ES256""#), Algorithm),
        (with(EdDsa, r#""alg":"ES256""#), Algorithm),
        (r#""kty":"AKP","pub":"AA""#.into(), Type),
        (r#""kty":"rsa""#.into(), Type),
        (
            r#""kty":"EC","crv":"secp256k1","x":"AA","y":"AA""#.into(),
            Type,
        ),
        (
            r#""kty":"EC","crv":"Ed25519","x":"AA","y":"AA""#.into(),
            Type,
        ),
        (r#""kty":"OKP","crv":"X25519","x":"AA""#.into(), Type),
        (r#""kty":"OKP","crv":"Ed448","x":"AA""#.into(), Type),
        (r#""kty":"OKP","crv":"P-256","x":"AA""#.into(), Type),
        (numbers(Hs256), Symmetric),
        (r#""kty":"oct""#.into(), Symmetric),
        (r#""kty":"RSA","n":"AQ","e":"AQAB""#.into(), TooWeak),
        (r#""kty":"RSA","n":"AQ""#.into(), Malformed),
        (r#""kty":"RSA","n":"","e":"AQAB""#.into(), Malformed),
        (r#""kty":"EC","x":"AA","y":"AA""#.into(), Malformed),
        (r#""kty":"OKP","x":"AA""#.into(), Malformed),
        (r#""kid":"no type""#.into(), Malformed),
        (String::new(), Malformed),
    ] {
        assert_eq!(
            problem(&members, Kinds::Asymmetric),
            Some(expected),
            "{members}"
        );
    }
}

#[test]
fn wrong_types_and_names_twice_are_malformed() {
    for more in [
        r#""kid":7"#,
        r#""kid":null"#,
        r#""use":null"#,
        r#""use":["sig"]"#,
        r#""alg":null"#,
        r#""alg":256"#,
        r#""key_ops":"verify""#,
        r#""key_ops":null"#,
        r#""key_ops":["verify",7]"#,
        r#""n":"AQAB""#,
        r#""kid":"a","kid":"a""#,
        r#""alg":"RS256","\u0061lg":"RS256""#,
        r#""x5t":"a","x5t":"b""#,
    ] {
        let found = problem(&with(Rs256, more), Kinds::Asymmetric);
        assert_eq!(found, Some(KeyProblem::Malformed), "{more}");
    }
    for members in [
        r#""kty":7"#,
        r#""kty":"RSA","n":7,"e":"AQAB""#,
        r#""kty":"EC","crv":256"#,
    ] {
        assert_eq!(
            problem(members, Kinds::Asymmetric),
            Some(KeyProblem::Malformed),
            "{members}"
        );
    }
    for value in ["7", "null", "[]", r#""RSA""#] {
        let text = format!(r#"{{"jwk":{value}}}"#);
        let object = crate::token::json::Object::parse(text.as_bytes()).unwrap();
        let ignored = super::read(object.get("jwk").unwrap(), Kinds::Asymmetric).unwrap_err();
        assert_eq!(ignored.problem, KeyProblem::Malformed, "{value}");
    }
}

#[test]
fn secrets_and_public_keys_do_not_mix() {
    assert_eq!(problem(&numbers(Hs256), secrets()), None);
    for algorithm in [Rs256, Es256, EdDsa] {
        let found = problem(&numbers(algorithm), secrets());
        assert_eq!(found, Some(KeyProblem::Type), "{algorithm}");
    }
    let found = problem(&with(Hs256, r#""alg":"A256GCM""#), secrets());
    assert_eq!(found, Some(KeyProblem::Algorithm));
    let found = problem(&with(Hs256, r#""use":"enc""#), secrets());
    assert_eq!(found, Some(KeyProblem::Use));
}

#[test]
fn a_key_verifies_what_its_type_and_its_alg_allow() {
    let verified = |members: &str, kinds| -> Vec<Algorithm> {
        let key = read(members, kinds).unwrap();
        Algorithm::ALL
            .into_iter()
            .filter(|one| key.verifying(*one).is_some())
            .collect()
    };
    let public = Kinds::Asymmetric;
    assert_eq!(verified(&numbers(Rs256), public), Algorithm::ALL[..6]);
    assert_eq!(
        verified(&with(Rs256, r#""alg":"PS384""#), public),
        [Algorithm::Ps384]
    );
    assert_eq!(verified(&numbers(Es256), public), [Es256]);
    assert_eq!(verified(&numbers(Es384), public), [Es384]);
    for name in ["EdDSA", "Ed25519"] {
        let members = with(EdDsa, &format!(r#""alg":"{name}""#));
        assert_eq!(verified(&members, public), [EdDsa]);
    }
    assert_eq!(verified(&numbers(Hs256), secrets()), Algorithm::ALL[10..]);
    let algorithms = [Hs256].into_iter().collect();
    assert_eq!(
        verified(&numbers(Hs256), Kinds::Symmetric { algorithms }),
        [Hs256]
    );
}

#[test]
fn a_usable_key_says_why_it_does_not_fit() {
    let any = read(&numbers(Rs256), Kinds::Asymmetric).unwrap();
    let bound = read(&with(Rs256, r#""alg":"RS256""#), Kinds::Asymmetric).unwrap();
    assert_eq!(any.problem_with(Algorithm::Ps256), None);
    assert_eq!(
        bound.problem_with(Algorithm::Ps256),
        Some(KeyProblem::Algorithm)
    );
    assert_eq!(bound.problem_with(Es256), Some(KeyProblem::Type));
    let curve = read(&numbers(Es384), Kinds::Asymmetric).unwrap();
    assert_eq!(curve.problem_with(Es256), Some(KeyProblem::Type));
}

#[test]
fn an_ignored_key_keeps_all_that_could_be_read() {
    let members = with(Es256, r#""kid":"a","use":"enc","alg":"ECDH-ES""#);
    let ignored = read(&members, Kinds::Asymmetric).unwrap_err();
    let same = read(&numbers(Es256), Kinds::Asymmetric).unwrap();
    assert_eq!(
        ignored,
        IgnoredKey {
            kid: Some("a".into()),
            key_type: "EC P-256".into(),
            algorithm: Some("ECDH-ES".into()),
            usage: Some("enc".into()),
            thumbprint: Some(same.thumbprint().into()),
            private: [].into(),
            problem: KeyProblem::Use,
            why: r#"use is "enc", not sig"#.into(),
        }
    );
    let unknown = r#""kid":"b","kty":"OKP","crv":"X25519","x":"AA""#;
    let ignored = read(unknown, Kinds::Asymmetric).unwrap_err();
    assert_eq!(
        (&*ignored.key_type, ignored.thumbprint),
        ("OKP X25519", None)
    );
    assert_eq!(ignored.kid.as_deref(), Some("b"));
    let twice = read(r#""kid":"c","kty":"RSA","kty":"EC""#, Kinds::Asymmetric).unwrap_err();
    assert_eq!(twice.kid.as_deref(), Some("c"));
}

#[test]
fn private_members_are_named_and_never_read() {
    let private = |key: Result<Key, IgnoredKey>| match key {
        Ok(key) => key.private().to_vec(),
        Err(key) => key.private.to_vec(),
    };
    let of = |member: &str| private(read(&with(Es256, member), Kinds::Asymmetric));
    assert_eq!(of(r#""kid":"a""#), [""; 0]);
    assert_eq!(of(r#""kid":"a","d":7"#), ["d"]);
    assert_eq!(of(r#""use":"enc","d":"AA""#), ["d"]);
    assert_eq!(private(read(&numbers(Hs256), Kinds::Asymmetric)), ["k"]);
}

#[test]
fn nothing_shows_a_secret_or_its_hash() {
    let key = read(&with(Hs256, r#""kid":"a""#), secrets()).unwrap();
    assert_eq!(
        (key.thumbprint(), key.key_type(), key.name()),
        ("", "oct 512", "a")
    );
    let (secret, hash) = (encode(SECRET), key.identity().to_owned());
    let ignored = [
        read(&with(Hs256, r#""use":"enc""#), secrets()).unwrap_err(),
        read(&numbers(Hs256), Kinds::Asymmetric).unwrap_err(),
        key.ignored(KeyProblem::Duplicate, ""),
    ];
    let shown = format!("{key:?} {ignored:?}");
    assert!(shown.contains("oct 512"));
    assert!(!shown.contains(&secret) && !shown.contains(&hash));
}
