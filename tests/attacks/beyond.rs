//! Beyond the table: what nobody thought of.

use std::time::Duration;

use audient::grpc::message::sentence;
use audient::keys::jwk::Kinds;
use audient::keys::jwk_set;
use audient::keys::select::DenyList;
use audient::verdict::rejection::Reason::{KeyDenied, KeyNotFound, KeyUnsuitable};
use jsonwebtoken::Algorithm::ES256;
use serde_json::{Value, json};

use crate::draft::{Draft, STRANGER, jwks, key, with};
use crate::issuer::Fetching;
use crate::support::{Answer, Desk, ISSUER, NOW, ORDERS, Random, name, only};

#[test]
fn no_other_text_under_the_same_signature_is_active() {
    let desk = Desk::new();
    let good = Draft::good().signed();
    let mut tried = 0;
    let mut refuse = |text: &str| {
        assert_ne!(desk.ask(text), Answer::Active, "{text}");
        tried += 1;
    };
    for at in 0..good.len() {
        let (head, rest) = good.split_at(at);
        let (here, tail) = rest.split_at(1);
        refuse(&format!("{head}{tail}"));
        for other in [
            "A", "B", "a", "0", "9", "-", "_", "+", "/", "=", ".", " ", "\0", "é",
        ] {
            refuse(&format!("{head}{other}{rest}"));
            if other != here {
                refuse(&format!("{head}{other}{tail}"));
            }
        }
        refuse(head);
        if at > 0 {
            refuse(rest);
        }
    }
    assert!(tried > 5000, "{tried}");
}

/// What a token is bent with.
const PIECES: [&str; 44] = [
    "null",
    "true",
    "0",
    "-",
    "1e9",
    "1e400",
    ".",
    "\"",
    "\"\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "\\u0022",
    "[",
    "]",
    "[]",
    "{",
    "}",
    "{}",
    ",",
    ":",
    " ",
    "\n",
    "\0",
    "\u{feff}",
    "é",
    "\"aud\":",
    "\"iss\":",
    "\"exp\":",
    "\"nbf\":",
    "\"iat\":",
    "\"cnf\":",
    "\"crit\":",
    "\"alg\":",
    "\"kid\":",
    "\"typ\":",
    "\"scope\":",
    "\"none\"",
    "\"HS256\"",
    "\"x\",",
    "1900000000,",
    "\"https://api.example.com/orders\"",
    "[\"https://api.example.com/orders\"]",
    "\"https://id.example\"",
];

fn bend(text: &str, random: &mut Random) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(2) {
        let from = random.below(chars.len() + 1);
        let gone = match random.below(3) {
            0 => 0,
            1 => 1,
            _ => random.below(24),
        };
        let to = chars.len().min(from + gone);
        let piece = match random.below(6) {
            0 => String::new(),
            1 => {
                let start = random.below(chars.len());
                let end = chars.len().min(start + random.below(30));
                chars[start..end].iter().collect()
            }
            _ => PIECES[random.below(PIECES.len())].to_owned(),
        };
        chars.splice(from..to, piece.chars());
        if chars.is_empty() {
            chars.push('{');
        }
    }
    chars.into_iter().collect()
}

/// Another reader's opinion. It takes the last of two equal names, and is laxer in
/// more ways; what it finds wrong is wrong.
fn is_good(header: &str, payload: &str) -> bool {
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    let (Some(Value::Object(header)), Some(Value::Object(claims))) = (read(header), read(payload))
    else {
        return false;
    };
    let date = |name: &str| claims.get(name).map(Value::as_f64);
    #[expect(clippy::cast_precision_loss, reason = "exact: far below 2^53")]
    let now = NOW as f64;
    let typ = header.get("typ").map_or(Some("JWT"), Value::as_str);
    let typ = typ.map(|typ| typ.to_ascii_lowercase().replace("application/", ""));
    let aud = match claims.get("aud") {
        Some(Value::Array(values)) => {
            values.iter().all(Value::is_string) && values.contains(&json!(ORDERS))
        }
        Some(one) => *one == json!(ORDERS),
        None => false,
    };
    header.get("alg") == Some(&json!("ES256"))
        && [None, Some(&json!(key(ES256).kid))].contains(&header.get("kid"))
        && !header.contains_key("crit")
        && ["jwt", "at+jwt"]
            .map(|one| Some(one.to_owned()))
            .contains(&typ)
        && claims.get("iss") == Some(&json!(ISSUER))
        && aud
        && date("exp").flatten().is_some_and(|exp| exp > now - 30.0)
        && ["nbf", "iat"].into_iter().all(|name| match date(name) {
            None => true,
            Some(start) => start.is_some_and(|start| (0.0..=now + 30.0).contains(&start)),
        })
        && claims.get("sub").is_none_or(Value::is_string)
        && !claims.contains_key("cnf")
}

#[test]
fn a_bent_token_is_active_only_where_another_reader_agrees() {
    let desk = Desk::new();
    let json = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let header = json(Draft::good().header_json());
    let payload = json(Draft::good().payload_json());
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let (mut active, mut inactive) = (0, 0);
    for _ in 0..20_000 {
        let (mut header, mut payload) = (header.clone(), payload.clone());
        match random.below(3) {
            0 => header = bend(&header, &mut random),
            _ => payload = bend(&payload, &mut random),
        }
        let token = Draft::good()
            .raw_header(&header)
            .raw_payload(&payload)
            .signed();
        match desk.ask(&token) {
            Answer::Active => {
                assert!(is_good(&header, &payload), "{header}\n{payload}");
                active += 1;
            }
            Answer::Inactive(_) => {
                for rejection in desk.evidence(&token) {
                    let told = sentence(&rejection);
                    let plain = |c: char| matches!(c, ' '..='~' | '…');
                    assert!(told.chars().all(plain), "{told:?}");
                }
                inactive += 1;
            }
            Answer::CannotTell(cause) => panic!("{cause:?}: {header}\n{payload}"),
        }
    }
    // Both happen, or it tests nothing.
    assert!(active > 500 && inactive > 5000, "{active} {inactive}");
}

#[test]
fn a_bent_key_set_lets_no_stranger_in() {
    let published = json!({ "keys": jwks() }).to_string();
    let theirs = |kid: &str| with(&STRANGER.jwk, "kid", kid);
    let kid = key(ES256).kid.as_str();
    let forged = Draft::good().signed_by(&STRANGER.encoding, ES256);
    // Were it in the set, it would be let in.
    assert_eq!(Desk::with_keys(&[theirs(kid)]).ask(&forged), Answer::Active);
    let mut random = Random(0x1234_5678_9abc_def1);
    let (mut sets, mut usable) = (0, 0);
    for _ in 0..3000 {
        let text = bend(&published, &mut random);
        // No text of any kind is trouble.
        let Ok(set) = jwk_set::parse(text.as_bytes(), Kinds::Asymmetric) else {
            continue;
        };
        sets += 1;
        usable += set.keys.len();
        if sets % 10 == 0 {
            let Ok(Value::Object(document)) = serde_json::from_str(&text) else {
                continue;
            };
            let keys = document["keys"].as_array().unwrap();
            let answer = Desk::with_keys(keys).ask(&forged);
            assert_ne!(answer, Answer::Active, "{text}");
        }
    }
    assert!(sets > 1000 && usable > 3 * sets, "{sets} {usable}");
}

#[test]
fn no_hopeless_token_makes_anybody_fetch() {
    let service = Fetching::new(&jwks());
    // The set proves no absence any more.
    service.room.pass(Duration::from_secs(60));
    let unknown = || Draft::good().header("kid", "\"unknown\"");
    let nameless = || Draft::good().headless("kid").header("alg", "\"ES512\"");
    for draft in [unknown, nameless] {
        for (parameter, value) in [
            ("alg", "\"none\""),
            ("alg", "\"HS256\""),
            ("alg", "\"A128KW\""),
            ("alg", "7"),
            ("typ", "\"logout+jwt\""),
            ("crit", "[\"x\"]"),
            ("crit", "[]"),
        ] {
            let token = draft().header(parameter, value).and([7; 64]);
            assert!(service.ask(&token).leads().is_some(), "{parameter} {value}");
        }
        for (claim, value) in [
            ("iss", "\"https://evil.example\""),
            ("iss", "7"),
            ("aud", "\"urn:other\""),
            ("aud", "[]"),
            ("exp", "1"),
            ("exp", "\"1\""),
            ("nbf", "1900000000"),
            ("iat", "1900000000"),
            ("jti", "7"),
            ("scope", "7"),
            ("azp", "null"),
            ("cnf", "null"),
        ] {
            let token = draft().claim(claim, value).and([7; 64]);
            assert!(service.ask(&token).leads().is_some(), "{claim} {value}");
        }
        for claim in ["iss", "aud", "exp"] {
            let token = draft().without(claim).and([7; 64]);
            assert!(service.ask(&token).leads().is_some(), "{claim}");
        }
        let unsigned = service.ask(&draft().and(""));
        assert!(unsigned.leads().is_some());
    }
    // Nor one whose key is there and does not fit, or did not sign.
    let unfit = Draft::good().header("alg", "\"ES384\"").and([7; 96]);
    assert_eq!(service.ask(&unfit), only(KeyUnsuitable));
    assert_eq!(service.fetches(), 1);
    // With nothing else against it, one is asked for.
    assert_eq!(service.ask(&unknown().and([7; 64])), only(KeyNotFound));
    assert_eq!(service.fetches(), 2);
}

#[test]
fn a_denied_key_is_denied_by_every_name() {
    let again = with(&key(ES256).jwk, "kid", "again");
    let anew = with(&key(ES256).jwk, "kid", "anew");
    let mut desk = Desk::with_keys(&[jwks(), vec![again, anew]].concat());
    let by = |kid: &str| Draft::good().header("kid", &format!("\"{kid}\"")).signed();
    let tokens = [
        by(&key(ES256).kid),
        by("again"),
        by("anew"),
        Draft::good().headless("kid").signed(),
    ];
    for token in &tokens {
        assert_eq!(desk.ask(token), Answer::Active);
    }
    let denied = DenyList {
        kids: ["again".into()].into(),
        ..DenyList::default()
    };
    desk.world.denied.insert(name("prod"), denied);
    for token in &tokens {
        assert_eq!(desk.ask(token), only(KeyDenied));
    }
    let other = Draft::of(jsonwebtoken::Algorithm::ES384);
    let other = other.signed_with(jsonwebtoken::Algorithm::ES384);
    assert_eq!(desk.ask(&other), Answer::Active);
}
