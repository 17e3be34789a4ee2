//! 2c: an answer that was right is no reason for the next one. Nothing is cached but
//! key sets; these hold for whoever caches verdicts later.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use audient::introspect::{Query, Refusal, decide};
use audient::keys::jwk::Kinds;
use audient::policy::audience::AudiencePolicy;
use audient::policy::issuer::Issuer;
use audient::verdict::rejection::Reason::{
    Expired, IssuerNotAllowed, IssuerUnknown, KeyNotFound, NotYetValid, SignatureInvalid,
    TokenMalformed,
};
use audient::world::World;
use jsonwebtoken::Algorithm::ES256;
use serde_json::Value;

use crate::algorithm_and_key::high_s;
use crate::draft::{Draft, STRANGER, jwks, key, signature, with};
use crate::issuer::{Fetching, remote_world};
use crate::support::{Answer, Desk, ISSUER, NOW, ORDERS, PAYMENTS, file, issuer, only, policy};
use audient::clock::Clock as _;

const SECOND: Duration = Duration::from_secs(1);

/// `unknown_kid_cooldown`
const COOLDOWN: Duration = Duration::from_secs(10);

/// `refresh_interval`
const INTERVAL: Duration = Duration::from_secs(300);

#[test]
fn c01_exp_passes_while_warm() {
    let service = Fetching::new(&jwks());
    let token = Draft::good().claim("exp", &(NOW + 60).to_string()).signed();
    for _ in 0..89 {
        assert_eq!(service.ask(&token), Answer::Active);
        service.room.pass(SECOND);
    }
    // 60 s and the leeway, less what opening took.
    service.room.pass(SECOND);
    assert_eq!(service.ask(&token), only(Expired));
    service.room.pass(INTERVAL);
    assert_eq!(service.ask(&token), only(Expired));
}

#[test]
fn c02_the_key_is_withdrawn_while_warm() {
    let service = Fetching::new(&jwks());
    let token = Draft::good().signed();
    assert_eq!(service.ask(&token), Answer::Active);
    let without: Vec<Value> = (jwks().into_iter())
        .filter(|jwk| jwk["kid"] != key(ES256).kid)
        .collect();
    service.publish(&without);
    // Until somebody looks, the issuer's last word counts.
    assert_eq!(service.ask(&token), Answer::Active);
    service.room.pass(INTERVAL);
    assert_eq!(service.ask(&token), only(KeyNotFound));
    // The others stay.
    let other = Draft::of(jsonwebtoken::Algorithm::ES384);
    let other = other.signed_with(jsonwebtoken::Algorithm::ES384);
    assert_eq!(service.ask(&other), Answer::Active);
}

#[test]
fn c03_a_key_is_published_after_its_first_token() {
    let service = Fetching::new(&jwks());
    let new = with(&STRANGER.jwk, "kid", "new");
    let token = Draft::good().header("kid", "\"new\"");
    let token = token.signed_by(&STRANGER.encoding, ES256);
    // Just confirmed: the kid is proven absent.
    assert_eq!(service.ask(&token), only(KeyNotFound));
    service.publish(&[jwks(), vec![new]].concat());
    assert_eq!(service.ask(&token), only(KeyNotFound));
    assert_eq!(service.fetches(), 1);
    service.room.pass(COOLDOWN);
    assert_eq!(service.ask(&token), Answer::Active);
    assert_eq!(service.fetches(), 2);
    // What was known stays known.
    assert_eq!(service.ask(&Draft::good().signed()), Answer::Active);
}

#[test]
fn c04_asked_before_nbf_and_after() {
    let service = Fetching::new(&jwks());
    let token = Draft::good().claim("nbf", &(NOW + 60).to_string()).signed();
    for _ in 0..29 {
        assert_eq!(service.ask(&token), only(NotYetValid));
        service.room.pass(SECOND);
    }
    service.room.pass(SECOND);
    assert_eq!(service.ask(&token), Answer::Active);
}

#[test]
fn c05_one_payload_under_many_signatures() {
    let desk = Desk::new();
    let draft = Draft::good();
    let good = signature(&draft.input(), &key(ES256).encoding, ES256);
    let again = signature(&draft.input(), &key(ES256).encoding, ES256);
    let foreign = signature(&draft.input(), &STRANGER.encoding, ES256);
    assert_ne!(good, again);
    let mut first = good.clone();
    first[0] ^= 0x80;
    let mut last = good.clone();
    *last.last_mut().unwrap() ^= 1;
    let longer = draft.and(&good) + "A";
    let bits = draft.and(&good);
    let (head, end) = bits.split_at(bits.len() - 1);
    // The last character stands for two bits and four that must be zero.
    let bits = format!("{head}{}", char::from(end.as_bytes()[0] + 1));
    for _ in 0..3 {
        assert_eq!(desk.ask(&draft.and(&good)), Answer::Active);
        assert_eq!(desk.ask(&draft.and(&first)), only(SignatureInvalid));
        assert_eq!(desk.ask(&draft.and(&last)), only(SignatureInvalid));
        assert_eq!(desk.ask(&draft.and(&good[..63])), only(SignatureInvalid));
        assert_eq!(desk.ask(&draft.and(&foreign)), only(SignatureInvalid));
        assert_eq!(desk.ask(&bits), only(TokenMalformed));
        assert_eq!(desk.ask(&longer), only(SignatureInvalid));
        // As good as the first, each on its own.
        assert_eq!(desk.ask(&draft.and(&again)), Answer::Active);
        assert_eq!(desk.ask(&draft.and(high_s(&good))), Answer::Active);
        // And its signature under another payload is worth nothing.
        let other = draft.clone().claim("sub", "\"admin\"");
        assert_eq!(desk.ask(&other.and(&good)), only(SignatureInvalid));
    }
}

#[test]
fn c06_ten_thousand_bad_tokens() {
    let service = Fetching::new(&jwks());
    let good = Draft::good().signed();
    assert_eq!(service.ask(&good), Answer::Active);
    let before = *service.store.changes().borrow();
    let status = |service: &Fetching| format!("{:?}", service.world.keys);
    let world = status(&service);
    for at in 0..10_000 {
        let draft = Draft::good().claim("jti", &format!("\"{at}\""));
        let draft = match at % 4 {
            0 | 1 => draft,
            // Unknown, and proven to be for now.
            2 => draft.header("kid", &format!("\"kid-{at}\"")),
            _ => draft.claim("iss", &format!("\"https://{at}.example\"")),
        };
        let expected = match at % 4 {
            0 | 1 => SignatureInvalid,
            2 => KeyNotFound,
            _ => IssuerUnknown,
        };
        assert_eq!(service.ask(&draft.and([7; 64])), only(expected), "{at}");
    }
    assert_eq!(service.fetches(), 1);
    assert_eq!(*service.store.changes().borrow(), before);
    assert_eq!(status(&service), world);
    assert_eq!(service.ask(&good), Answer::Active);

    // Once the set proves nothing any more: one fetch, however many ask.
    service.room.pass(COOLDOWN);
    service.room.pass(COOLDOWN);
    for at in 0..1000 {
        let draft = Draft::good().header("kid", &format!("\"kid-{at}\""));
        assert_eq!(service.ask(&draft.and([7; 64])), only(KeyNotFound), "{at}");
    }
    assert_eq!(service.fetches(), 2);
    // A wrong signature of a known key never asks.
    service.room.pass(COOLDOWN);
    service.room.pass(COOLDOWN);
    let forged = Draft::good().and([7; 64]);
    assert_eq!(service.ask(&forged), only(SignatureInvalid));
    // Nor does a token that is hopeless without any key, however unknown its kid.
    let hopeless = Draft::good().header("kid", "\"unknown\"");
    let expired = hopeless.claim("exp", "1");
    assert_eq!(service.ask(&expired.and([7; 64])), only(Expired));
    assert_eq!(service.fetches(), 2);
}

#[test]
fn c07_a_reload_while_warm() {
    let service = Fetching::new(&jwks());
    let token = Draft::good().signed();
    let prod = || Arc::new(issuer("prod", ISSUER));
    let reload = |issuer: Arc<Issuer>, audiences: Vec<AudiencePolicy>| {
        let _entered = service.room.runtime.enter();
        Arc::new(remote_world(&service.store, issuer, audiences))
    };
    let both = |prod: &Arc<Issuer>| {
        vec![
            policy("orders", ORDERS, prod),
            policy("payments", PAYMENTS, prod),
        ]
    };
    let first = prod();
    let current = ArcSwap::new(reload(first.clone(), both(&first)));
    let ask = |audience: &str| service.room.ask(&current.load(), audience, &token);
    assert_eq!(ask("orders"), Answer::Active);

    // The audience answers to another value.
    let other = prod();
    let renamed = vec![policy("orders", "https://api.example.com/v2", &other)];
    current.store(reload(other, renamed));
    assert_ne!(ask("orders"), Answer::Active);

    // It trusts another issuer, then an issuer that nobody knows any more.
    let (known, new) = (prod(), Arc::new(issuer("new", "https://new.example")));
    let keys = file(&jwks(), Kinds::Asymmetric);
    let world = crate::support::world(
        &service.store,
        vec![(known, keys.clone()), (new.clone(), keys)],
        vec![policy("orders", ORDERS, &new)],
    );
    current.store(Arc::new(world));
    assert_eq!(ask("orders"), only(IssuerNotAllowed));
    current.store(reload(new.clone(), vec![policy("orders", ORDERS, &new)]));
    assert_eq!(ask("orders"), only(IssuerUnknown));

    // It is gone.
    let other = prod();
    let payments = vec![policy("payments", PAYMENTS, &other)];
    current.store(reload(other, payments));
    assert_eq!(
        refused(&service, &current.load(), &token),
        Some(Refusal::NotConfigured { nearest: None })
    );

    // And back: the keys that were at hand still are.
    let back = prod();
    current.store(reload(back.clone(), both(&back)));
    assert_eq!(ask("orders"), Answer::Active);
}

fn refused(service: &Fetching, world: &World, token: &str) -> Option<Refusal> {
    let query = Query {
        token,
        audience: "orders",
        scopes: &[],
    };
    let decided = async {
        let now = service.room.clock.now();
        decide(world, query, &world.anyone, now, |wait| {
            now.monotonic + wait
        })
        .await
    };
    service.room.runtime.block_on(decided).err()
}
