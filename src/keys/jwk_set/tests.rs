use super::*;
use crate::keys::support::{document, numbers, p256};
use crate::token::algorithm::Algorithm::{EdDsa, Es256, Hs256, Rs256};

fn fault(document: &str) -> DocumentFault {
    parse(document.as_bytes(), Kinds::Asymmetric).unwrap_err()
}

fn problems(set: &JwkSet) -> Vec<KeyProblem> {
    set.ignored.iter().map(|ignored| ignored.problem).collect()
}

#[test]
fn strange_members_cost_nobody_else() {
    use KeyProblem::{Malformed, Symmetric, Type, Use};
    let text = document(&[
        format!(r#"{},"kid":"a""#, numbers(Rs256)),
        format!(
            r#"{},"kid":"a","use":"enc","alg":"RSA-OAEP""#,
            numbers(Rs256)
        ),
        r#""kty":"AKP","alg":"ML-DSA-44","pub":"AA""#.into(),
        numbers(Hs256),
        r#""kty":null"#.into(),
        numbers(EdDsa),
    ]);
    let text = text.replace("]}", r#",7,null,"x",[]],"public_certs":[{"kid":"a"}]}"#);
    let set = parse(text.as_bytes(), Kinds::Asymmetric).unwrap();
    let types: Vec<&str> = set.keys.iter().map(|key| key.key_type()).collect();
    assert_eq!(types, ["RSA 2048", "OKP Ed25519"]);
    let expected = [
        Use, Type, Symmetric, Malformed, Malformed, Malformed, Malformed, Malformed,
    ];
    assert_eq!(problems(&set), expected);
}

#[test]
fn a_duplicate_is_the_same_in_all_four_and_nothing_else() {
    let one = |more: &str| format!("{}{more}", p256(0));
    let text = document(&[
        one(r#","kid":"a","alg":"ES256""#),
        one(r#","kid":"b","alg":"ES256""#),
        one(r#","kid":"a""#),
        one(r#","kid":"a","alg":"ES256","use":"sig""#),
        one(r#","alg":"ES256""#),
        format!(r#"{},"kid":"a","alg":"ES256""#, p256(1)),
        one(r#","alg":"ES256","kid":"a","x5t":"another""#),
        one(r#","alg":"ES256""#),
    ]);
    let set = parse(text.as_bytes(), Kinds::Asymmetric).unwrap();
    assert_eq!(set.keys.len(), 6);
    assert_eq!(problems(&set), [KeyProblem::Duplicate; 2]);
    assert_eq!(set.ignored[0].kid.as_deref(), Some("a"));
    assert_eq!(set.ignored[1].kid, None);

    let names = ["EdDSA", "Ed25519"].map(|alg| format!(r#"{},"alg":"{alg}""#, numbers(EdDsa)));
    let set = parse(document(&names).as_bytes(), Kinds::Asymmetric).unwrap();
    assert_eq!(
        (set.keys.len(), problems(&set)),
        (1, vec![KeyProblem::Duplicate])
    );
}

#[test]
fn a_set_without_usable_keys_is_a_set() {
    for text in [r#"{"keys":[]}"#, r#" {"keys":[{}],"other":1} "#] {
        let set = parse(text.as_bytes(), Kinds::Asymmetric).unwrap();
        assert!(set.keys.is_empty(), "{text}");
    }
}

#[test]
fn each_fault_is_named() {
    use DocumentFault as F;
    for (text, expected) in [
        ("", F::Empty),
        (" \r\n\t", F::Empty),
        ("<!DOCTYPE html><html></html>", F::Markup),
        (" <?xml version='1.0'?>", F::Markup),
        ("-----BEGIN CERTIFICATE-----\nMII", F::Certificates),
        (
            r#"{"f0c1":"-----BEGIN CERTIFICATE-----\nMII"}"#,
            F::Certificates,
        ),
        (r#"{"kty":"RSA","n":"AQ","e":"AQ"}"#, F::SingleKey),
        (
            r#"{"issuer":"https://a.example","jwks_uri":"https://a.example/keys"}"#,
            F::Metadata,
        ),
        ("{}", F::NoKeysMember),
        (r#"{"Keys":[]}"#, F::NoKeysMember),
        (r#"{"keys":[],"\u006beys":[]}"#, F::KeysTwice),
        (r#"{"keys":null}"#, F::KeysNotList),
        (r#"{"keys":{"a":{}}}"#, F::KeysNotList),
        ("[]", F::NotJsonObject { offset: 0 }),
        (r#"{"keys":[],}"#, F::NotJsonObject { offset: 11 }),
        (r#"{"keys":[]"#, F::NotJsonObject { offset: 10 }),
        (r#"{"keys":["\ud800"]}"#, F::NotUtf8 { offset: 10 }),
    ] {
        assert_eq!(fault(text), expected, "{text}");
    }
    let deep = format!(r#"{{"keys":{}{}}}"#, "[".repeat(40), "]".repeat(40));
    assert_eq!(fault(&deep), F::TooDeep);
    let latin_1 = parse(b"{\"keys\":[\"\xe9\"]}", Kinds::Asymmetric);
    assert_eq!(latin_1.unwrap_err(), F::NotUtf8 { offset: 10 });
}

#[test]
fn a_document_cut_anywhere_is_none() {
    let text = document(&[numbers(Es256)]);
    assert!(parse(text.as_bytes(), Kinds::Asymmetric).is_ok());
    for end in 0..text.len() {
        assert!(
            parse(&text.as_bytes()[..end], Kinds::Asymmetric).is_err(),
            "{end}"
        );
    }
}

#[test]
fn the_limits_are_inclusive() {
    let filled = |bytes: usize| format!("{}{}", r#"{"keys":[]}"#, " ".repeat(bytes - 11));
    assert!(parse(filled(MAX_BYTES).as_bytes(), Kinds::Asymmetric).is_ok());
    let bytes = MAX_BYTES + 1;
    assert_eq!(fault(&filled(bytes)), DocumentFault::TooLarge { bytes });

    let keys: Vec<String> = (0..=MAX_KEYS)
        .map(|index| format!(r#"{},"kid":"{index}""#, p256(index % 6)))
        .collect();
    let set = parse(document(&keys[1..]).as_bytes(), Kinds::Asymmetric).unwrap();
    assert_eq!(set.keys.len(), MAX_KEYS);
    let count = MAX_KEYS + 1;
    assert_eq!(
        fault(&document(&keys)),
        DocumentFault::TooManyKeys { count }
    );
}

#[test]
fn faults_read_as_sentences() {
    let told = fault(r#"{"f0c1":"-----BEGIN CERTIFICATE-----"}"#).to_string();
    assert!(
        told.contains("certificates") && told.contains("JWK Set"),
        "{told}"
    );
    assert!(!told.contains("f0c1"), "{told}");
    assert_eq!(
        fault(&document(&vec![""; 1001])).to_string(),
        "the document has 1001 keys, more than 1000"
    );
}
