//! 2a: which algorithm, which key. Forgeries that need key material of their own are
//! in `forged_keys`.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use audient::clock::{Clock, Now, SystemClock};
use audient::dev::keys::unpublished;
use audient::grpc::message::sentence;
use audient::jwks::source::KeySource;
use audient::jwks::store::KeyStore;
use audient::keys::jwk::Kinds;
use audient::token::algorithm::Algorithm;
use audient::token::numeric_date::NumericDate;
use audient::verdict::rejection::Reason::{
    AlgorithmNone, AlgorithmNotAllowed, AlgorithmUnsupported, HeaderMalformed, IssuerUnknown,
    KeyNotFound, KeyUnsuitable, SignatureInvalid, TokenTooLarge,
};
use jsonwebtoken::Algorithm::{ES256, ES384, EdDSA, PS256, RS256, RS512};
use serde_json::{Value, json};

use crate::draft::{Draft, STRANGER, decode, encode, jwks, key, signature, with};
use crate::issuer::{Fetching, remote};
use crate::support::{Answer, Desk, ISSUER, NOW, ORDERS, ask, file, issuer, only, policy, world};

/// The first part of [`Draft::good`] names this one.
fn p256() -> &'static Value {
    &key(ES256).jwk
}

#[test]
fn a01_alg_none_in_every_spelling() {
    let desk = Desk::new();
    let fetching = Fetching::new(&jwks());
    for (alg, reason) in [
        ("none", AlgorithmNone),
        ("None", AlgorithmNone),
        ("NONE", AlgorithmNone),
        ("nOnE", AlgorithmNone),
        ("none ", AlgorithmUnsupported),
        (" none", AlgorithmUnsupported),
        ("n\\u043ene", AlgorithmUnsupported), // Cyrillic о
        ("none\\u0000", AlgorithmUnsupported),
        ("\\u006eone", AlgorithmNone),
        ("", AlgorithmUnsupported),
        ("es256", AlgorithmUnsupported),
        ("ES256 ", AlgorithmUnsupported),
        ("ES256K", AlgorithmUnsupported),
        ("HS1", AlgorithmUnsupported),
    ] {
        let draft = Draft::good().header("alg", &format!("\"{alg}\""));
        assert_eq!(desk.ask_draft(&draft), only(reason), "{alg:?}");
        let unsigned = desk.ask(&draft.and(""));
        assert_eq!(unsigned.leads(), Some(AlgorithmNone), "{alg:?}");
        assert_eq!(fetching.ask(&draft.signed()), only(reason));
    }
    // No signature under an honest name, and no name at all.
    assert_eq!(desk.ask(&Draft::good().and("")), only(AlgorithmNone));
    let nameless = Draft::good().headless("alg");
    assert_eq!(desk.ask_draft(&nameless), only(AlgorithmUnsupported));
    assert_eq!(fetching.fetches(), 1);
}

#[test]
fn a03_the_key_says_another_algorithm() {
    let bound = [with(&key(RS256).jwk, "alg", "RS256")];
    let free = [key(RS256).jwk.clone()];
    for alg in [RS256, RS512, PS256] {
        let token = Draft::of(alg).signed_with(alg);
        let expected = match alg {
            RS256 => Answer::Active,
            _ => only(KeyUnsuitable),
        };
        assert_eq!(Desk::with_keys(&bound).ask(&token), expected, "{alg:?}");
        assert_eq!(Desk::with_keys(&free).ask(&token), Answer::Active);
        // What the policy leaves out, no key brings back.
        let strict = Desk::policy(|orders| {
            orders.algorithms = [Algorithm::Es256].into_iter().collect();
        });
        assert_eq!(strict.ask(&token), only(AlgorithmNotAllowed));
    }
    // Its signature under another name of the family is none.
    let draft = Draft::of(RS512);
    let signed = signature(&draft.input(), &key(RS256).encoding, RS256);
    assert_eq!(
        Desk::with_keys(&free).ask(&draft.and(signed)),
        only(SignatureInvalid)
    );
}

/// The order of P-256, and of P-384 (FIPS 186-4 D.1.2).
const N256: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
    0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];
const N384: [u8; 48] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf,
    0x58, 0x1a, 0x0d, 0xb2, 0x48, 0xb0, 0xa7, 0x7a, 0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73,
];

#[test]
fn a04_psychic_signatures() {
    let desk = Desk::new();
    let mut tried = 0;
    for (alg, order) in [(ES256, &N256[..]), (ES384, &N384[..])] {
        let draft = Draft::of(alg);
        let good = signature(&draft.input(), &key(alg).encoding, alg);
        let (r, s) = good.split_at(good.len() / 2);
        let zero = vec![0; order.len()];
        let mut one = zero.clone();
        *one.last_mut().unwrap() = 1;
        let most = vec![0xff; order.len()];
        let values = [r, s, &zero, &one, order, &most];
        for left in values {
            for right in values.into_iter().filter(|right| (left, *right) != (r, s)) {
                let token = draft.and([left, right].concat());
                assert_eq!(desk.ask(&token), only(SignatureInvalid));
                tried += 1;
            }
        }
        assert_eq!(desk.ask(&draft.and(good)), Answer::Active);
    }
    assert_eq!(tried, 2 * 35);
}

/// A DER INTEGER.
fn der_integer(number: &[u8]) -> Vec<u8> {
    let start = number.iter().take_while(|byte| **byte == 0).count();
    let number = &number[start..];
    let sign = usize::from(number[0] >= 0x80);
    let length = u8::try_from(number.len() + sign).unwrap();
    [&[2, length][..], &[0][..sign], number].concat()
}

/// The order less s: the other signature that is as good (RFC 7518 leaves it open).
pub fn high_s(signature: &[u8]) -> Vec<u8> {
    let (r, s) = signature.split_at(32);
    let mut borrow = 0;
    let mut twin = [0; 32];
    for at in (0..32).rev() {
        let digit = i16::from(N256[at]) - i16::from(s[at]) - borrow;
        borrow = i16::from(digit < 0);
        twin[at] = u8::try_from(digit.rem_euclid(256)).unwrap();
    }
    [r, &twin].concat()
}

#[test]
fn a05_ecdsa_der_and_wrong_length() {
    let desk = Desk::new();
    let draft = Draft::good();
    let good = signature(&draft.input(), &key(ES256).encoding, ES256);
    let (r, s) = good.split_at(32);
    let both = [der_integer(r), der_integer(s)].concat();
    let der = [&[0x30, u8::try_from(both.len()).unwrap()], &*both].concat();
    let padded = [&[0; 16], r, &[0; 16], s].concat();
    for wrong in [
        der,
        padded,
        [&good[..], &[0]].concat(),
        [&[0], &good[..]].concat(),
        [&good[..], &good[..]].concat(),
        good[..63].to_vec(),
        good[1..].to_vec(),
        r.to_vec(),
        vec![0x30],
    ] {
        assert_eq!(desk.ask(&draft.and(&wrong)), only(SignatureInvalid));
    }
    assert_eq!(desk.ask(&draft.and(high_s(&good))), Answer::Active);
}

#[test]
fn a06_another_curve_and_points_off_the_curve() {
    let desk = Desk::new();
    let crossed = [
        (ES256, ES384),
        (ES384, ES256),
        (ES256, RS256),
        (RS256, EdDSA),
    ];
    for (alg, kid) in crossed {
        let kid = format!("\"{}\"", key(kid).kid);
        let draft = Draft::of(alg).header("kid", &kid);
        assert_eq!(desk.ask(&draft.signed_with(alg)), only(KeyUnsuitable));
    }
    let off = |name: &str| {
        let mut number = decode(p256()[name].as_str().unwrap());
        number[31] ^= 1;
        with(p256(), name, encode(number))
    };
    let long = with(&with(&key(ES384).jwk, "crv", "P-256"), "kid", "dev-es256");
    let nothing = with(&with(p256(), "x", encode([0; 32])), "y", encode([0; 32]));
    for jwk in [off("x"), off("y"), long, nothing] {
        // Alone, and beside a key that can be used.
        for jwks in [vec![jwk.clone()], vec![jwk, key(RS256).jwk.clone()]] {
            let desk = Desk::with_keys(&jwks);
            assert_eq!(desk.ask_draft(&Draft::good()), only(KeyUnsuitable));
        }
    }
}

#[test]
fn a11_keys_for_another_use() {
    for (name, value, expected) in [
        ("use", json!("sig"), None),
        ("use", json!("jwt-svid"), None),
        ("key_ops", json!(["verify"]), None),
        ("key_ops", json!(["encrypt", "verify"]), None),
        ("use", json!("enc"), Some(KeyUnsuitable)),
        ("use", json!("SIG"), Some(KeyUnsuitable)),
        ("use", json!(""), Some(KeyUnsuitable)),
        ("use", json!(["sig"]), Some(KeyUnsuitable)),
        ("use", Value::Null, Some(KeyUnsuitable)),
        ("key_ops", json!([]), Some(KeyUnsuitable)),
        ("key_ops", json!(["sign"]), Some(KeyUnsuitable)),
        ("key_ops", json!("verify"), Some(KeyUnsuitable)),
        ("key_ops", json!([["verify"]]), Some(KeyUnsuitable)),
        ("alg", json!("RSA-OAEP"), Some(KeyUnsuitable)),
        ("alg", json!("ECDH-ES"), Some(KeyUnsuitable)),
        ("alg", json!("none"), Some(KeyUnsuitable)),
        ("alg", json!("HS256"), Some(KeyUnsuitable)),
    ] {
        let desk = Desk::with_keys(&[with(p256(), name, value.clone()), key(RS256).jwk.clone()]);
        let expected = expected.map_or(Answer::Active, only);
        let answer = desk.ask_draft(&Draft::good());
        assert_eq!(answer, expected, "{name} {value}");
    }
}

#[test]
fn a12_a_key_that_comes_with_the_token() {
    let desk = Desk::new();
    let own = with(&STRANGER.jwk, "kid", key(ES256).kid.as_str()).to_string();
    for (name, value) in [
        ("jwk", own.as_str()),
        ("x5c", r#"["MIIB"]"#),
        ("x5t#S256", "\"AAAA\""),
        ("jwk", "null"),
        ("x5c", "7"),
    ] {
        let draft = Draft::good().header(name, value);
        let forged = draft.signed_by(&STRANGER.encoding, ES256);
        assert_eq!(desk.ask(&forged), only(SignatureInvalid), "{name}");
        let forged = draft.clone().headless("kid");
        let forged = forged.signed_by(&STRANGER.encoding, ES256);
        assert_eq!(desk.ask(&forged), only(SignatureInvalid), "{name}");
        // Under the real signature it is one more member that nobody reads.
        assert_eq!(desk.ask_draft(&draft), Answer::Active, "{name}");
    }
}

/// Asks about tokens that name a listener, and tells whether anybody came to it.
/// The issuer's own key URL is one as well: there somebody must come.
pub fn nobody_comes(tokens: impl Fn(&str) -> Vec<(String, Answer)>) {
    let bait = TcpListener::bind("127.0.0.1:0").unwrap();
    bait.set_nonblocking(true).unwrap();
    let url = format!("http://{}/keys", bait.local_addr().unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let own = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/jwks", own.local_addr().unwrap());
        let store = KeyStore::over_http(tokio::runtime::Handle::current(), Arc::new(SystemClock));
        let remote_issuer = Arc::new(issuer("prod", ISSUER));
        let local = Arc::new(issuer("local", "https://local.example"));
        let issuers = vec![
            (remote_issuer.clone(), KeySource::Remote(remote(&uri))),
            (local.clone(), file(&jwks(), Kinds::Asymmetric)),
        ];
        let mut orders = policy("orders", ORDERS, &remote_issuer);
        orders.issuers.push(local);
        let world = world(&store, issuers, vec![orders]);
        for (token, expected) in tokens(&url) {
            // A wall clock that suits the tokens; nobody is waited for.
            let now = Now {
                wall: NumericDate::from_seconds(NOW),
                ..SystemClock.now()
            };
            let asked = ask(&world, "orders", &token, now);
            assert_eq!(asked.await.0, expected);
        }
        let came = tokio::time::timeout(Duration::from_secs(20), own.accept()).await;
        came.expect("the issuer's own URL is asked").unwrap();
        store.shut_down();
    });
    drop(runtime);
    let error = bait.accept().expect_err("nobody comes");
    assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn a13_urls_in_the_header() {
    nobody_comes(|url| {
        let quoted = format!("\"{url}\"");
        let mut tokens = Vec::new();
        for name in ["jku", "x5u"] {
            let draft = Draft::good()
                .claim("iss", "\"https://local.example\"")
                .header(name, &quoted);
            tokens.push((draft.signed(), Answer::Active));
            let forged = draft.signed_by(&STRANGER.encoding, ES256);
            tokens.push((forged, only(SignatureInvalid)));
            let unknown = draft.header("kid", &quoted);
            tokens.push((unknown.signed(), only(KeyNotFound)));
        }
        tokens
    });
}

#[test]
fn a14_kids_that_mean_something_elsewhere() {
    let desk = Desk::new();
    for kid in [
        "../../../../dev/null",
        "/proc/self/environ",
        "x' UNION SELECT 'AA",
        "dev-es256\\u0000",
        "\\u0000",
        "dev-es256\\r\\nX-Admin: 1",
        "\\u001b[2J",
        "${jndi:ldap://127.0.0.1/a}",
        "| curl 127.0.0.1",
        "d\\u0435v-es256", // Cyrillic е
        "DEV-ES256",
        "dev-es256 ",
        "\\u202edev-es256",
        "",
    ] {
        let token = Draft::good().header("kid", &format!("\"{kid}\"")).signed();
        assert_eq!(desk.ask(&token), only(KeyNotFound), "{kid}");
        for rejection in desk.evidence(&token) {
            let told = sentence(&rejection);
            let plain = |c: char| matches!(c, ' '..='~' | '…');
            assert!(told.chars().all(plain), "{told:?}");
        }
    }
    for kid in ["7", "null", "true", "[]", "{}", r#"["dev-es256"]"#] {
        let draft = Draft::good().header("kid", kid);
        assert_eq!(desk.ask_draft(&draft), only(HeaderMalformed), "{kid}");
    }
    let long = Draft::good().header("kid", &format!("\"{}\"", "k".repeat(65_536)));
    assert_eq!(desk.ask_draft(&long), only(TokenTooLarge));
    assert_eq!(Desk::new().roomy().ask_draft(&long), only(KeyNotFound));
}

#[test]
fn a15_the_same_kid_at_two_issuers() {
    let one = Arc::new(issuer("one", "https://one.example"));
    let two = Arc::new(issuer("two", "https://two.example"));
    let theirs = with(&STRANGER.jwk, "kid", key(ES256).kid.as_str());
    let mut orders = policy("orders", ORDERS, &one);
    orders.issuers.push(two.clone());
    let issuers = vec![
        (one, file(&jwks(), Kinds::Asymmetric)),
        (two, file(&[theirs], Kinds::Asymmetric)),
    ];
    let desk = Desk::of(issuers, vec![orders]);
    let of = |issuer: &str| Draft::good().claim("iss", &format!("\"https://{issuer}.example\""));
    let (ours, theirs) = (&key(ES256).encoding, &STRANGER.encoding);
    for (issuer, signer, expected) in [
        ("one", ours, Answer::Active),
        ("two", theirs, Answer::Active),
        ("one", theirs, only(SignatureInvalid)),
        ("two", ours, only(SignatureInvalid)),
    ] {
        let named = of(issuer);
        let nameless = of(issuer).headless("kid");
        for draft in [named, nameless] {
            assert_eq!(desk.ask(&draft.signed_by(signer, ES256)), expected);
        }
    }
    assert_eq!(desk.ask_draft(&of("three")), only(IssuerUnknown));
}

#[test]
fn a16_one_kid_on_several_keys() {
    let kid = key(ES256).kid.as_str();
    let named = |jwk: &Value| with(jwk, "kid", kid);
    let good = p256().clone();
    let enc = with(&named(&key(RS256).jwk), "use", "enc");
    let rsa = named(&key(RS256).jwk);
    let wrong = named(&STRANGER.jwk);
    let oct = json!({ "kty": "oct", "kid": kid, "k": encode([7; 32]) });
    let broken = json!({ "kty": "EC", "kid": kid, "crv": "P-256", "x": "!" });
    for others in [
        vec![enc.clone()],
        vec![rsa.clone()],
        vec![wrong.clone()],
        vec![oct.clone()],
        vec![broken.clone()],
        vec![enc, rsa, wrong, oct, broken],
    ] {
        let last = [others.clone(), vec![good.clone()]].concat();
        let first = [vec![good.clone()], others].concat();
        for jwks in [first, last] {
            let desk = Desk::with_keys(&jwks);
            assert_eq!(desk.ask_draft(&Draft::good()), Answer::Active);
        }
    }
    // More than are ever tried: none is, wherever the good one stands.
    let many: Vec<Value> = (0..4).map(|_| named(&unpublished().unwrap().jwk)).collect();
    for jwks in [
        [vec![good.clone()], many.clone()].concat(),
        [many, vec![good]].concat(),
    ] {
        let desk = Desk::with_keys(&jwks);
        assert_eq!(desk.ask_draft(&Draft::good()), only(KeyUnsuitable));
    }
}

#[test]
fn a17_no_kid() {
    let token = Draft::good().headless("kid").signed();
    let strangers = |many: u8| -> Vec<Value> {
        (0..many)
            .map(|at| with(&unpublished().unwrap().jwk, "kid", format!("k{at}")))
            .collect()
    };
    for (many, expected) in [
        (0, Answer::Active),
        (1, Answer::Active),
        (3, Answer::Active),
        (4, only(KeyNotFound)),
        (60, only(KeyNotFound)),
    ] {
        let others = strangers(many);
        let first = [vec![p256().clone()], others.clone()].concat();
        let last = [others, vec![p256().clone()]].concat();
        for jwks in [first, last] {
            assert_eq!(Desk::with_keys(&jwks).ask(&token), expected, "{many}");
        }
    }
    assert_eq!(
        Desk::with_keys(&strangers(3)).ask(&token),
        only(SignatureInvalid)
    );
    let rsa = [key(RS256).jwk.clone()];
    assert_eq!(Desk::with_keys(&rsa).ask(&token), only(KeyNotFound));
    // A crowd is no reason to fetch.
    let crowd = Fetching::new(&strangers(5));
    crowd.room.pass(Duration::from_secs(60));
    assert_eq!(crowd.ask(&token), only(KeyNotFound));
    assert_eq!(crowd.fetches(), 1);
}

#[test]
fn a18_every_bit_and_every_length_of_a_signature() {
    let desk = Desk::new();
    let mut tried = 0;
    for alg in [ES256, ES384, EdDSA, RS256, PS256] {
        let draft = Draft::of(alg);
        let good = signature(&draft.input(), &key(alg).encoding, alg);
        assert_eq!(desk.ask(&draft.and(&good)), Answer::Active);
        for bit in 0..good.len() * 8 {
            let mut bent = good.clone();
            bent[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(desk.ask(&draft.and(bent)), only(SignatureInvalid));
            tried += 1;
        }
        for length in 1..good.len() {
            let short = &good[..length];
            assert_eq!(desk.ask(&draft.and(short)), only(SignatureInvalid));
            tried += 1;
        }
    }
    assert_eq!(tried, 512 + 768 + 512 + 2048 * 2 + 63 + 95 + 63 + 255 * 2);
}
