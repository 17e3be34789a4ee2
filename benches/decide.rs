//! What a new token costs beyond its bare signature: both measured in turns, in one
//! run, and told as a ratio. `cargo bench`.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "a program for a terminal, about wall time"
)]

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use audient::clock::{Clock, Now, SystemClock};
use audient::dev::keys::{published, unpublished};
use audient::dev::mint::{Mint, MintRequest};
use audient::introspect::{Query, decide};
use audient::jwks::source::KeySource;
use audient::jwks::store::KeyStore;
use audient::keys::adopt::{KeySet, adopt};
use audient::keys::jwk::Kinds;
use audient::keys::{jwk_set, signature::VerifyingKey};
use audient::policy::audience::AudiencePolicy;
use audient::policy::caller::{Caller, Disclosure};
use audient::policy::issuer::Issuer;
use audient::policy::{Name, Policies};
use audient::token::Token;
use audient::token::algorithm::{Algorithm, AlgorithmSet};
use audient::verdict::Verdict;
use audient::world::{About, World};

const ROUNDS: usize = 15;
const ROUND: Duration = Duration::from_millis(100);
const AUDIENCE: &str = "https://api.example.com/orders";
const MAX_TOKEN_BYTES: usize = 16 * 1024;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let mint = Mint {
        issuer: "https://issuer.example".into(),
        audience: AUDIENCE.into(),
        published: published().expect("keys"),
        unpublished: unpublished().expect("keys"),
    };
    let now = SystemClock.now();
    let keys = Arc::new(key_set(&mint, &now));
    let world = world(&mint, keys.clone(), runtime.handle().clone());

    println!(
        "{:6} {:>10} {:>10} {:>7}  ({ROUNDS} rounds in turns, medians)",
        "alg", "bare", "decide", "ratio"
    );
    for algorithm in [Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa] {
        let request = MintRequest {
            alg: Some(algorithm.name().into()),
            ..MintRequest::default()
        };
        let text = mint
            .token(&request, now.wall.floor_seconds())
            .expect("a token");
        let token = Token::parse(&text, MAX_TOKEN_BYTES).expect("a token");
        let key = verifying(&keys, algorithm);
        let bare = || {
            assert!(black_box(key).verify(token.signing_input(), token.signature()));
        };
        let whole = || {
            let query = Query {
                token: black_box(&text),
                audience: "orders",
                scopes: &[],
            };
            let now = SystemClock.now();
            let decided = decide(&world, query, &world.anyone, now, |wait| {
                now.monotonic + wait
            });
            let decision = runtime.block_on(decided).expect("a decision");
            assert!(matches!(decision.judgement.verdict, Verdict::Active(_)));
        };
        let mut rounds: Vec<(f64, f64)> =
            (0..ROUNDS).map(|_| (nanos(bare), nanos(whole))).collect();
        let ratio = median(rounds.iter().map(|(bare, whole)| whole / bare).collect());
        let whole = median(rounds.iter().map(|(_, whole)| *whole).collect());
        let bare = median(rounds.drain(..).map(|(bare, _)| bare).collect());
        println!(
            "{:6} {:>7.1} us {:>7.1} us {ratio:>7.2}",
            algorithm.name(),
            bare / 1e3,
            whole / 1e3
        );
    }
}

/// Time of one call, over one round.
fn nanos(mut call: impl FnMut()) -> f64 {
    let start = Instant::now();
    let mut calls = 0_u32;
    while start.elapsed() < ROUND {
        for _ in 0..16 {
            call();
        }
        calls += 16;
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().expect("rounds")
}

fn key_set(mint: &Mint, now: &Now) -> KeySet {
    let jwks: Vec<_> = mint.published.iter().map(|key| &key.jwk).collect();
    let document = serde_json::json!({ "keys": jwks }).to_string();
    let set = jwk_set::parse(document.as_bytes(), Kinds::Asymmetric).expect("a set");
    adopt(None, set, now.wall, Duration::ZERO).0
}

fn verifying(keys: &KeySet, algorithm: Algorithm) -> &VerifyingKey {
    (keys.members().iter())
        .find_map(|member| member.key.verifying(algorithm))
        .expect("a key")
}

fn world(mint: &Mint, keys: Arc<KeySet>, runtime: tokio::runtime::Handle) -> World {
    let name = |text| Name::new(text).expect("a name");
    let issuer = Arc::new(Issuer {
        name: name("bench"),
        identifier: mint.issuer.as_str().into(),
        environment: "".into(),
        algorithms: AlgorithmSet::asymmetric(),
        trusted: true,
        max_stale: None,
    });
    let store = KeyStore::over_http(runtime, Arc::new(SystemClock));
    let source = KeySource::File {
        path: "bench.jwks.json".into(),
        keys,
    };
    let handle = store.handle(&issuer, &source).expect("keys");
    let policy = AudiencePolicy::new(name("orders"), vec![AUDIENCE.into()], vec![issuer.clone()]);
    World {
        keys: HashMap::from([(issuer.name.clone(), handle)]),
        policies: Policies::new(vec![issuer], vec![policy]),
        denied: HashMap::new(),
        anyone: Caller::anyone(Disclosure::Details),
        max_token_bytes: MAX_TOKEN_BYTES,
        generation: 1,
        about: About::default(),
    }
}
