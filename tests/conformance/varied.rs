//! Vectors made of vectors.

use std::sync::LazyLock;

use audient::dev::keys::{SigningKey, published};
use audient::token::algorithm::Algorithm;
use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::vectors::{Case, Expect};

static RSA: LazyLock<SigningKey> = LazyLock::new(|| {
    let mut keys = published().unwrap().into_iter();
    keys.find(|key| key.algorithms.contains(&Algorithm::Rs256))
        .unwrap()
});

/// The case with a signature of our own, where the source put junk.
pub(crate) fn resigned(case: &Case) -> Case {
    let (input, _) = case.text().rsplit_once('.').unwrap();
    let rs256 = jsonwebtoken::Algorithm::RS256;
    let signature = jsonwebtoken::crypto::sign(input.as_bytes(), &RSA.encoding, rs256).unwrap();
    Case {
        jwks: json!({ "keys": [RSA.jwk] }),
        token: Some(format!("{input}.{signature}")),
        ..case.clone()
    }
}

/// The case with secrets that are long enough: other libraries' tests use "secret",
/// and what they are about would never be reached. A good signature stays good,
/// a bad one bad. `None` if short secrets are what it is about.
pub(crate) fn with_longer_secrets(case: &Case) -> Option<Case> {
    const SHORT: &str = "hs-short-key";
    let about_it = case.id.starts_with("wycheproof_")
        || case.stage == "key" && case.expected() == Expect::Invalid;
    if about_it || !case.needs.iter().any(|need| need == SHORT) {
        return None;
    }
    let mut longer = Case {
        id: format!("{} with a longer secret", case.id),
        jwks_raw: None,
        ..case.clone()
    };
    longer.needs.retain(|need| need != SHORT);
    let (input, signature) = case.text().rsplit_once('.')?;
    for key in longer.jwks["keys"].as_array_mut()? {
        let short = URL_SAFE_NO_PAD.decode(key["k"].as_str()?).ok()?;
        let long = digest::digest(&digest::SHA512, &short);
        key["k"] = Value::from(URL_SAFE_NO_PAD.encode(long));
        if mac(&short, input)? == signature {
            longer.token = Some(format!("{input}.{}", mac(long.as_ref(), input)?));
        }
    }
    Some(longer)
}

/// As the header's `alg` says; empty where that is no HS*.
fn mac(secret: &[u8], input: &str) -> Option<String> {
    let (header, _) = input.split_once('.')?;
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    let algorithm = match header["alg"].as_str() {
        Some("HS256") => hmac::HMAC_SHA256,
        Some("HS384") => hmac::HMAC_SHA384,
        Some("HS512") => hmac::HMAC_SHA512,
        _ => return Some(String::new()),
    };
    let key = hmac::Key::new(algorithm, secret);
    Some(URL_SAFE_NO_PAD.encode(hmac::sign(&key, input.as_bytes())))
}

/// Every token that differs in one bit of the signature, or ends within it.
pub(crate) fn spoiled(token: &str) -> impl Iterator<Item = String> {
    let (input, signature) = token.rsplit_once('.').unwrap();
    // Padding is no part of what a signature says.
    let signature = signature.trim_end_matches('=');
    let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let flipped = (0..bytes.len() * 8).map(move |bit| {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(bytes))
    });
    let cut = (0..signature.len()).map(move |length| format!("{input}.{}", &signature[..length]));
    flipped.chain(cut)
}
