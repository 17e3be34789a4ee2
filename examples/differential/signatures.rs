//! Signatures that are none, and keys that are not the issuer's.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::chance::Chance;
use crate::draft::{CLAIMS, Draft, HEADER, ISSUERS};
use crate::keys::{Signer, public_texts};

type Done = Option<String>;

/// The order of P-256 (SEC 2 §2.4.2), big-endian.
const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
    0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// The order of Ed25519's group (RFC 8032 §5.1), little-endian.
const ED25519_ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

pub(crate) fn unsuitable_key(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    draft.key = &draft.keys.unsuitable[chance.below(draft.keys.unsuitable.len())];
    draft.alg = "ES256";
    name_key(draft);
    Some(draft.key.kid.to_owned())
}

/// A key whose JWK says one algorithm, with another of its family.
pub(crate) fn pinned_key(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let (kid, algorithms) = match draft.set {
        0 => ("rsa-2", ["PS256", "RS512", "RS384"]),
        _ => ("hs-2", ["HS256", "HS384", "HS256"]),
    };
    draft.key = draft.keys.sets[draft.set]
        .iter()
        .find(|key| key.kid == kid)?;
    draft.alg = chance.pick(&algorithms);
    name_key(draft);
    Some(format!("{kid} {}", draft.alg))
}

fn name_key(draft: &mut Draft<'_>) {
    draft.set(HEADER, "alg", &format!("\"{}\"", draft.alg));
    draft.set(HEADER, "kid", &format!("\"{}\"", draft.key.kid));
}

/// A key that nobody published, under a kid that is known or is not.
pub(crate) fn stranger(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    draft.key = &draft.keys.stranger;
    draft.alg = "ES256";
    let kid = chance.pick(&["\"stranger\"", "\"es-1\"", "\"rsa-1\""]);
    draft.set(HEADER, "alg", "\"ES256\"");
    draft.set(HEADER, "kid", kid);
    Some(kid.to_owned())
}

/// HS256, with a public key for a secret (CVE-2015-9235 and its successors).
pub(crate) fn confusion(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    if draft.set != 0 {
        return None;
    }
    let texts = public_texts(draft.key);
    let index = chance.below(texts.len());
    draft.forger = Some(Signer::secret(&texts[index]));
    draft.alg = chance.pick(&["HS256", "HS384", "HS512"]);
    draft.set(HEADER, "alg", &format!("\"{}\"", draft.alg));
    Some(format!("{} {} text {index}", draft.key.kid, draft.alg))
}

/// The key that signed stands in the header (CVE-2018-0114).
pub(crate) fn embedded_key(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let jwk = draft.keys.stranger.jwk.to_string();
    draft.set(HEADER, "jwk", &jwk);
    if chance.percent(25) {
        return Some("signed by the right key".into());
    }
    stranger(draft, chance)
}

/// A key of the other issuer, with this one's name in `iss`.
pub(crate) fn other_issuer(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let others = &draft.keys.sets[1 - draft.set];
    draft.key = &others[chance.below(others.len())];
    draft.alg = draft.key.algorithms[0];
    name_key(draft);
    draft.set(CLAIMS, "iss", &format!("\"{}\"", ISSUERS[draft.set]));
    Some(draft.key.kid.to_owned())
}

pub(crate) fn none(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let alg = chance.pick(&[
        "\"none\"",
        "\"None\"",
        "\"NONE\"",
        "\"nOnE\"",
        "\" none\"",
        "\"n\\u006fne\"",
        "\"n\u{43e}ne\"",
    ]);
    draft.set(HEADER, "alg", alg);
    if chance.percent(70) {
        // Unsigned indeed: no key knows it.
        draft.alg = "none";
    }
    Some(alg.to_owned())
}

pub(crate) fn flip(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let bit = chance.below(draft.signature.len() * 8);
    *draft.signature.get_mut(bit / 8)? ^= 1 << (bit % 8);
    Some(format!("bit {bit}"))
}

pub(crate) fn cut(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let length = chance.below(draft.signature.len());
    if draft.signature.is_empty() {
        return None;
    }
    draft.signature.truncate(length);
    Some(format!("to {length}"))
}

pub(crate) fn longer(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let before = chance.percent(50);
    match before {
        true => draft.signature.insert(0, 0),
        false => draft.signature.push(chance.pick(&[0, 1])),
    }
    Some(if before { "before" } else { "behind" }.into())
}

pub(crate) fn empty(draft: &mut Draft<'_>, _: &mut Chance) -> Done {
    draft.signature.clear();
    Some(String::new())
}

/// r = s = 0 (CVE-2022-21449), or every byte 255.
pub(crate) fn zeros(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let byte = chance.pick(&[0, 255]);
    draft.signature.fill(byte);
    Some(byte.to_string())
}

/// As X.509 writes an ECDSA signature; a JWS does not (RFC 7518 §3.4).
pub(crate) fn der(draft: &mut Draft<'_>, _: &mut Chance) -> Done {
    if !matches!(draft.alg, "ES256" | "ES384") || draft.signature.is_empty() {
        return None;
    }
    let (r, s) = draft.signature.split_at(draft.signature.len() / 2);
    let integer = |bytes: &[u8]| {
        let bytes: Vec<u8> = bytes
            .iter()
            .copied()
            .skip_while(|byte| *byte == 0)
            .collect();
        let sign = (bytes.first().is_some_and(|byte| *byte > 127)).then_some(0);
        let bytes: Vec<u8> = sign.into_iter().chain(bytes).collect();
        [&[2, u8::try_from(bytes.len()).unwrap()], &bytes[..]].concat()
    };
    let both = [integer(r), integer(s)].concat();
    draft.signature = [&[0x30, u8::try_from(both.len()).unwrap()], &both[..]].concat();
    Some(String::new())
}

/// The other s that is as good: n - s.
pub(crate) fn high_s(draft: &mut Draft<'_>, _: &mut Chance) -> Done {
    if draft.alg != "ES256" || draft.signature.len() != 64 {
        return None;
    }
    let mut borrow = 0;
    for (byte, order) in draft.signature[32..].iter_mut().zip(P256_ORDER).rev() {
        let left = i16::from(order) - i16::from(*byte) - borrow;
        borrow = i16::from(left < 0);
        *byte = u8::try_from(left.rem_euclid(256)).unwrap();
    }
    Some(String::new())
}

pub(crate) fn swapped(draft: &mut Draft<'_>, _: &mut Chance) -> Done {
    let half = draft.signature.len() / 2;
    draft.signature.rotate_left(half);
    Some(String::new())
}

/// The group's order added: s of Ed25519, or r of ES256. Neither is canonical.
pub(crate) fn plus_order(draft: &mut Draft<'_>, _: &mut Chance) -> Done {
    let mut carry = 0;
    let mut add = |byte: &mut u8, order: u8| {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        carry = sum >> 8;
        *byte = u8::try_from(sum & 255).unwrap();
    };
    match (draft.alg, draft.signature.len()) {
        ("EdDSA", 64) => (draft.signature[32..].iter_mut().zip(ED25519_ORDER))
            .for_each(|(byte, order)| add(byte, order)),
        ("ES256", 64) => {
            (draft.signature[..32].iter_mut().zip(P256_ORDER).rev())
                .for_each(|(byte, order)| add(byte, order));
        }
        _ => return None,
    }
    Some(draft.alg.to_owned())
}

pub(crate) fn other_key(draft: &mut Draft<'_>, _: &mut Chance) -> Done {
    let others = &draft.keys.sets[draft.set];
    let other = others
        .iter()
        .find(|key| key.kid != draft.key.kid && key.algorithms.contains(&draft.alg))?;
    draft.signature = other.signer.sign(draft.alg, draft.input().as_bytes());
    Some(other.kid.to_owned())
}

/// A good signature, of another text.
pub(crate) fn other_text(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let text = match chance.below(3) {
        0 => draft.parts[1].clone(),
        1 => format!("{}.", draft.parts[0]),
        _ => format!(
            "{}.{}",
            draft.parts[0],
            String::from_utf8_lossy(&draft.texts[1])
        ),
    };
    draft.signature = draft.key.signer.sign(draft.alg, text.as_bytes());
    Some(String::new())
}

/// The claims are others than those that were signed.
pub(crate) fn payload_changed(draft: &mut Draft<'_>, _: &mut Chance) -> Done {
    let text = String::from_utf8_lossy(&draft.texts[CLAIMS]).replace("alice", "admin");
    if text.as_bytes() == draft.texts[CLAIMS] {
        return None;
    }
    draft.parts[CLAIMS] = URL_SAFE_NO_PAD.encode(text);
    Some(String::new())
}
