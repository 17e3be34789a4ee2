//! A desk to ask at. Time is paused and moves when told to.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use audient::clock::{Clock, Now};
use audient::introspect::{Query, decide};
use audient::jwks::source::KeySource;
use audient::jwks::store::KeyStore;
use audient::keys::adopt::adopt;
use audient::keys::jwk::Kinds;
use audient::keys::jwk_set;
use audient::policy::audience::AudiencePolicy;
use audient::policy::caller::{Caller, Disclosure};
use audient::policy::issuer::Issuer;
use audient::policy::{Name, Policies};
use audient::token::algorithm::{Algorithm, AlgorithmSet};
use audient::token::numeric_date::NumericDate;
use audient::verdict::rejection::{Reason, Rejection};
use audient::verdict::{Cause, Verdict};
use audient::world::{About, World};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;

use crate::draft::{Draft, jwks};

/// When a desk opens.
pub const NOW: i64 = 1_800_000_000;

pub const ISSUER: &str = "https://id.example";
pub const ORDERS: &str = "https://api.example.com/orders";
pub const PAYMENTS: &str = "https://api.example.com/payments";

/// `max_token_bytes` by default.
pub const MAX_TOKEN_BYTES: usize = 16_384;

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Active,
    /// Every reason, the leading one first.
    Inactive(Vec<Reason>),
    CannotTell(Cause),
}

impl Answer {
    pub fn leads(&self) -> Option<Reason> {
        match self {
            Self::Inactive(reasons) => reasons.first().copied(),
            Self::Active | Self::CannotTell(_) => None,
        }
    }
}

/// Inactive for one reason alone.
pub fn only(reason: Reason) -> Answer {
    Answer::Inactive(vec![reason])
}

pub fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

pub fn issuer(text: &str, identifier: &str) -> Issuer {
    Issuer {
        name: name(text),
        identifier: identifier.into(),
        environment: "".into(),
        algorithms: AlgorithmSet::asymmetric(),
        trusted: true,
        max_stale: Some(Duration::from_secs(86_400)),
    }
}

pub fn policy(text: &str, accept: &str, issuer: &Arc<Issuer>) -> AudiencePolicy {
    AudiencePolicy::new(name(text), vec![accept.into()], vec![Arc::clone(issuer)])
}

/// Keys from a file.
pub fn file(jwks: &[Value], kinds: Kinds) -> KeySource {
    let document = json!({ "keys": jwks }).to_string();
    let set = jwk_set::parse(document.as_bytes(), kinds).unwrap();
    let keys = adopt(None, set, NumericDate::from_seconds(NOW), Duration::ZERO).0;
    KeySource::File {
        path: "jwks.json".into(),
        keys: Arc::new(keys),
    }
}

/// Everything configured.
pub fn world(
    store: &KeyStore,
    issuers: Vec<(Arc<Issuer>, KeySource)>,
    audiences: Vec<AudiencePolicy>,
) -> World {
    let keys: HashMap<_, _> = (issuers.iter())
        .filter_map(|(issuer, source)| Some((issuer.name.clone(), store.handle(issuer, source)?)))
        .collect();
    let issuers = issuers.into_iter().map(|(issuer, _)| issuer).collect();
    World {
        policies: Policies::new(issuers, audiences),
        keys,
        denied: HashMap::new(),
        anyone: Caller::anyone(Disclosure::Details),
        max_token_bytes: MAX_TOKEN_BYTES,
        generation: 1,
        about: About::default(),
    }
}

/// Asks, and waits at most as long as the issuer's keys allow.
pub async fn ask(world: &World, audience: &str, token: &str, now: Now) -> (Answer, Vec<Rejection>) {
    let query = Query {
        token,
        audience,
        scopes: &[],
    };
    let decided = decide(world, query, &world.anyone, now, |wait| {
        now.monotonic + wait
    });
    match decided.await.unwrap().judgement.verdict {
        Verdict::Active(_) => (Answer::Active, Vec::new()),
        Verdict::CannotTell(cause) => (Answer::CannotTell(cause), Vec::new()),
        Verdict::Inactive(inactive) => {
            let rejections: Vec<_> = inactive.rejections().cloned().collect();
            let reasons = rejections.iter().map(Rejection::reason).collect();
            (Answer::Inactive(reasons), rejections)
        }
    }
}

/// Wall and monotonic time move together, from [`NOW`].
#[derive(Clone, Copy)]
pub struct Stepped(Instant);

impl Clock for Stepped {
    fn now(&self) -> Now {
        let monotonic = Instant::now();
        Now {
            wall: NumericDate::from_seconds(NOW).plus(monotonic - self.0),
            monotonic,
        }
    }
}

/// Paused time for the tasks of a store, and the store.
pub struct Room {
    pub runtime: Runtime,
    pub clock: Stepped,
}

impl Room {
    pub fn new() -> Self {
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let clock = Stepped(runtime.block_on(async { Instant::now() }));
        Self { runtime, clock }
    }

    /// Moves time; what is due until then happens.
    pub fn pass(&self, time: Duration) {
        (self.runtime).block_on(async { tokio::time::sleep(time).await });
    }

    pub fn ask(&self, world: &World, audience: &str, token: &str) -> Answer {
        (self.runtime)
            .block_on(async { ask(world, audience, token, self.clock.now()).await })
            .0
    }
}

/// A world whose keys are in files, and a clock that stands at [`NOW`].
pub struct Desk {
    pub room: Room,
    pub world: World,
}

impl Desk {
    /// One issuer with all its keys, and the audiences `orders` and `payments`.
    pub fn new() -> Self {
        Self::with_keys(&jwks())
    }

    pub fn with_keys(jwks: &[Value]) -> Self {
        Self::bent(jwks, |_| (), |_| ())
    }

    /// With another issuer or another policy of `orders`.
    pub fn bent(
        jwks: &[Value],
        bend_issuer: impl FnOnce(&mut Issuer),
        bend: impl FnOnce(&mut AudiencePolicy),
    ) -> Self {
        let mut prod = issuer("prod", ISSUER);
        bend_issuer(&mut prod);
        let kinds = match prod.algorithms.iter().all(Algorithm::is_symmetric) {
            true => Kinds::Symmetric {
                algorithms: prod.algorithms,
            },
            false => Kinds::Asymmetric,
        };
        let prod = Arc::new(prod);
        let mut orders = policy("orders", ORDERS, &prod);
        bend(&mut orders);
        let payments = policy("payments", PAYMENTS, &prod);
        let issuers = vec![(prod, file(jwks, kinds))];
        Self::of(issuers, vec![orders, payments])
    }

    pub fn policy(bend: impl FnOnce(&mut AudiencePolicy)) -> Self {
        Self::bent(&jwks(), |_| (), bend)
    }

    pub fn of(issuers: Vec<(Arc<Issuer>, KeySource)>, audiences: Vec<AudiencePolicy>) -> Self {
        let room = Room::new();
        let store = KeyStore::over_http(room.runtime.handle().clone(), Arc::new(room.clock));
        let world = {
            let _entered = room.runtime.enter();
            world(&store, issuers, audiences)
        };
        Self { room, world }
    }

    /// Takes tokens of up to 1 MiB, the most that can be configured.
    pub fn roomy(mut self) -> Self {
        self.world.max_token_bytes = 1 << 20;
        self
    }

    /// About `orders`.
    pub fn ask(&self, token: &str) -> Answer {
        self.room.ask(&self.world, "orders", token)
    }

    pub fn ask_draft(&self, draft: &Draft) -> Answer {
        self.ask(&draft.signed())
    }

    /// The same, with the evidence.
    pub fn evidence(&self, token: &str) -> Vec<Rejection> {
        let clock = self.room.clock;
        (self.room.runtime)
            .block_on(async { ask(&self.world, "orders", token, clock.now()).await })
            .1
    }

    /// At another time.
    pub fn ask_at(&self, token: &str, wall: NumericDate) -> Answer {
        let clock = self.room.clock;
        let asked = async {
            let now = Now {
                wall,
                ..clock.now()
            };
            ask(&self.world, "orders", token, now).await
        };
        self.room.runtime.block_on(asked).0
    }
}

/// Marsaglia's xorshift: any sequence will do, as long as it is the same again.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}
