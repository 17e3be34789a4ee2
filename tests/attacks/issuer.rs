//! An issuer that publishes keys and counts who asks for them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use audient::jwks::fault::Seen;
use audient::jwks::fetch::{Answer, Document, FetchFuture, FetchJwkSet, Fetched, Validator};
use audient::jwks::source::{KeySource, Location, Remote, Timing};
use audient::jwks::store::KeyStore;
use audient::policy::audience::AudiencePolicy;
use audient::policy::issuer::Issuer;
use audient::world::World;
use serde_json::{Value, json};

use crate::support::{self, ISSUER, ORDERS, PAYMENTS, Room, issuer, policy, world};

const JWKS_URI: &str = "https://id.example/jwks";

struct Publisher {
    jwks: Mutex<Vec<Value>>,
    fetches: AtomicUsize,
}

impl FetchJwkSet for Publisher {
    fn fetch(&self, _: Option<Validator>) -> FetchFuture<'_> {
        Box::pin(async move {
            self.fetches.fetch_add(1, Ordering::SeqCst);
            let body = json!({ "keys": *self.jwks.lock().unwrap() }).to_string();
            let document = Document {
                seen: Seen {
                    url: JWKS_URI.into(),
                    status: 200,
                    content_type: None,
                    size: body.len() as u64,
                    start: "{".into(),
                },
                body: body.into_bytes(),
                validator: None,
            };
            Answer {
                result: Ok(Fetched::Document(document)),
                clock_skew: None,
            }
        })
    }
}

/// A service whose issuer's keys are fetched.
pub struct Fetching {
    pub room: Room,
    pub store: KeyStore,
    pub world: World,
    publisher: Arc<Publisher>,
}

impl Fetching {
    /// These keys are there before anybody asks.
    pub fn new(jwks: &[Value]) -> Self {
        let room = Room::new();
        let publisher = Arc::new(Publisher {
            jwks: Mutex::new(jwks.to_vec()),
            fetches: AtomicUsize::new(0),
        });
        let its = Arc::clone(&publisher);
        let store = KeyStore::new(
            room.runtime.handle().clone(),
            Arc::new(room.clock),
            move |_, _| Arc::clone(&its) as Arc<dyn FetchJwkSet>,
        );
        let prod = Arc::new(issuer("prod", ISSUER));
        let audiences = vec![
            policy("orders", ORDERS, &prod),
            policy("payments", PAYMENTS, &prod),
        ];
        let world = remote_world(&store, prod, audiences);
        room.pass(Duration::from_millis(1));
        let service = Self {
            room,
            store,
            world,
            publisher,
        };
        assert_eq!(service.fetches(), 1);
        service
    }

    pub fn publish(&self, jwks: &[Value]) {
        *self.publisher.jwks.lock().unwrap() = jwks.to_vec();
    }

    pub fn fetches(&self) -> usize {
        self.publisher.fetches.load(Ordering::SeqCst)
    }

    pub fn ask(&self, token: &str) -> support::Answer {
        self.room.ask(&self.world, "orders", token)
    }
}

/// A world in which this issuer's keys are fetched.
pub fn remote_world(store: &KeyStore, prod: Arc<Issuer>, audiences: Vec<AudiencePolicy>) -> World {
    let source = KeySource::Remote(remote(JWKS_URI));
    world(store, vec![(prod, source)], audiences)
}

/// Keys at a URL, plain http too.
pub fn remote(url: &str) -> Remote {
    Remote {
        location: Location::JwksUri(url.parse().unwrap()),
        timing: Timing::default(),
        ca: None,
        allow_http: true,
    }
}
