use std::time::Duration;

use pb::KeyProblem::{Malformed, Symmetric, TooWeak, Use};

use super::*;
use crate::dev::keys::{published, unpublished};
use crate::keys::adopt::adopt;
use crate::keys::jwk::Kinds;
use crate::keys::jwk_set::{self, MAX_KEYS};
use crate::keys::select::DenyList;
use crate::token::algorithm::AlgorithmSet;
use crate::token::numeric_date::NumericDate;

fn document(keys: &[serde_json::Value]) -> Vec<u8> {
    serde_json::json!({ "keys": keys }).to_string().into()
}

fn read(document: &[u8], kinds: Kinds) -> KeySet {
    let document = jwk_set::parse(document, kinds).unwrap();
    adopt(None, document, NumericDate::from_seconds(7), Duration::ZERO).0
}

fn told(document: &[u8]) -> Vec<pb::KeyInfo> {
    key_infos(&read(document, Kinds::Asymmetric), &[])
}

#[test]
fn usable_keys_by_their_public_parts() {
    let keys = published().unwrap();
    let jwks: Vec<_> = keys.iter().map(|key| key.jwk.clone()).collect();
    let told = told(&document(&jwks));
    assert_eq!(told.len(), keys.len());
    for (info, key) in told.iter().zip(&keys) {
        assert_eq!(info.key_id, key.kid);
        assert_eq!(info.problem(), pb::KeyProblem::Unspecified);
        assert_eq!((info.problem_text.as_str(), info.withdrawn_at), ("", None));
        assert_eq!(info.thumbprint.len(), 43);
    }
    let types: Vec<_> = told.iter().map(|info| info.key_type.as_str()).collect();
    assert_eq!(types, ["EC P-256", "RSA 2048", "EC P-384", "OKP Ed25519"]);
}

#[test]
fn ignored_keys_with_why() {
    let told = told(
        br#"{"keys": [
            {"kty": "RSA", "kid": "short", "alg": "RS256", "use": "sig", "n": "AQAB", "e": "AQAB"},
            {"kty": "oct", "kid": "secret", "k": "c2VjcmV0"},
            {"kty": "EC", "crv": "secp256k1", "kid": "\u001b[31m", "use": "enc"},
            7
        ]}"#,
    );
    let told: Vec<_> = (told.iter())
        .map(|info| {
            (
                info.key_id.as_str(),
                info.problem(),
                info.problem_text.as_str(),
            )
        })
        .collect();
    let kinds: Vec<_> = told
        .iter()
        .map(|(kid, problem, _)| (*kid, *problem))
        .collect();
    assert_eq!(
        kinds,
        [
            ("short", TooWeak),
            ("secret", Symmetric),
            ("\\u{1b}[31m", Use),
            ("", Malformed)
        ]
    );
    assert!(told.iter().all(|(_, _, text)| !text.is_empty()), "{told:?}");
    assert_eq!(told[2].2, "use is \"enc\", not sig");
}

#[test]
fn a_secret_shows_no_thumbprint() {
    let kinds = Kinds::Symmetric {
        algorithms: AlgorithmSet::all(),
    };
    let secret = "c2VjcmV0".repeat(8);
    let text = format!(r#"{{"keys": [{{"kty": "oct", "k": "{secret}", "alg": "HS256"}}]}}"#);
    let [info] = key_infos(&read(text.as_bytes(), kinds), &[])
        .try_into()
        .unwrap();
    assert_eq!(
        (info.key_type.as_str(), info.thumbprint.as_str()),
        ("oct 384", "")
    );
}

#[test]
fn a_denied_key_is_denied_by_each_of_its_kids() {
    let key = unpublished().unwrap().jwk;
    let mut other = key.clone();
    other["kid"] = "alias".into();
    let set = read(&document(&[key, other]), Kinds::Asymmetric);
    let list = DenyList {
        kids: ["alias".into()].into(),
        ..DenyList::default()
    };
    for info in key_infos(&set, &list.denied_members(&set)) {
        assert_eq!(info.problem(), pb::KeyProblem::Denied);
        assert_eq!(info.problem_text, "the operator denied it");
    }
    let nothing = DenyList::default().denied_members(&set);
    let infos = key_infos(&set, &nothing);
    assert!(infos.iter().all(|info| info.problem_text.is_empty()));
}

#[test]
fn a_key_that_was_taken_back_says_since_when() {
    let at = NumericDate::from_seconds;
    let all: Vec<_> = published()
        .unwrap()
        .into_iter()
        .map(|key| key.jwk)
        .collect();
    let parse = |keys| jwk_set::parse(&document(keys), Kinds::Asymmetric).unwrap();
    let day = Duration::from_secs(86_400);
    let (before, _) = adopt(None, parse(&all), at(7), day);
    let (set, _) = adopt(Some(&before), parse(&all[1..]), at(60), day);
    let withdrawn: Vec<_> = key_infos(&set, &[])
        .iter()
        .map(|info| info.withdrawn_at)
        .collect();
    let (last, others) = withdrawn.split_last().unwrap();
    assert_eq!(last.map(|at| at.seconds), Some(60));
    assert!(others.iter().all(Option::is_none));
}

#[test]
fn the_largest_set_fits_into_one_answer() {
    let text = "\u{10ffff}".repeat(100);
    let keys = format!(r#"{{"kty":"{text}","kid":"{text}"}}"#);
    let keys = vec![keys; MAX_KEYS].join(",");
    let infos = told(format!(r#"{{"keys":[{keys}]}}"#).as_bytes());
    assert_eq!(infos.len(), MAX_KEYS);
    let answer = pb::ListIssuersResponse {
        issuers: vec![pb::IssuerState {
            key_infos: infos,
            ..pb::IssuerState::default()
        }],
        ..pb::ListIssuersResponse::default()
    };
    // Twice as many, if all were withdrawn once.
    let bytes = prost::Message::encoded_len(&answer);
    assert!((500_000..1 << 21).contains(&bytes), "{bytes}");
}
