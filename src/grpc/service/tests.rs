//! Waiting for keys, under paused time: to the millisecond.

use std::collections::HashMap;

use http::HeaderMap;

use super::*;
use crate::clock::SystemClock;
use crate::dev::keys::{published, unpublished};
use crate::dev::mint::{Mint, MintRequest};
use crate::jwks::fetch::{FetchFuture, FetchJwkSet, Validator};
use crate::jwks::source::{KeySource, Location, Remote, Timing};
use crate::jwks::store::KeyStore;
use crate::policy::audience::AudiencePolicy;
use crate::policy::caller::Disclosure;
use crate::policy::issuer::Issuer;
use crate::policy::{Name, Policies};
use crate::telemetry::metrics::Metrics;
use crate::token::algorithm::AlgorithmSet;

/// An issuer that takes the connection and never answers.
struct Stalled;

impl FetchJwkSet for Stalled {
    fn fetch(&self, _: Option<Validator>) -> FetchFuture<'_> {
        Box::pin(std::future::pending())
    }
}

fn service(wait: Duration) -> (Introspection, IntrospectRequest) {
    let mint = Mint {
        issuer: "https://issuer.example".into(),
        audience: "https://api.example.com/orders".into(),
        published: published().unwrap(),
        unpublished: unpublished().unwrap(),
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let name = |text| Name::new(text).unwrap();
    let timing = Timing {
        wait,
        ..Timing::default()
    };
    let issuer = Arc::new(Issuer {
        name: name("prod"),
        identifier: mint.issuer.as_str().into(),
        environment: "".into(),
        algorithms: AlgorithmSet::asymmetric(),
        trusted: true,
        max_stale: Some(timing.max_stale),
    });
    let source = KeySource::Remote(Remote {
        location: Location::JwksUri("https://issuer.example/jwks".parse().unwrap()),
        timing,
        ca: None,
        allow_http: false,
    });
    let runtime = tokio::runtime::Handle::current();
    let store = KeyStore::new(runtime, clock.clone(), |_, _| Arc::new(Stalled));
    let keys = HashMap::from([(name("prod"), store.handle(&issuer, &source).unwrap())]);
    let accept = vec![mint.audience.as_str().into()];
    let policy = AudiencePolicy::new(name("orders"), accept, vec![issuer.clone()]);
    let policies = Policies::new(vec![issuer], vec![policy]);
    let metrics = Arc::new(Metrics::new(&policies));
    let now = clock.now().wall.floor_seconds();
    let question = IntrospectRequest {
        token: mint.token(&MintRequest::default(), now).unwrap(),
        audience: "orders".into(),
        ..IntrospectRequest::default()
    };
    let world = World {
        policies,
        keys,
        denied: HashMap::new(),
        anyone: Caller::anyone(Disclosure::Details),
        max_token_bytes: 16 * 1024,
        generation: 1,
        about: crate::world::About::default(),
    };
    let service = Introspection {
        world: Arc::new(ArcSwap::from_pointee(world)),
        clock,
        observer: Arc::new(Observer::new(metrics)),
        cut: CancellationToken::new(),
    };
    (service, question)
}

/// A call waits for keys as long as `wait` says, or until its deadline less the way
/// back; then it is told what it waited for, and not that it waited.
#[tokio::test(start_paused = true)]
async fn a_wait_for_keys_ends_before_the_callers_deadline() {
    let milliseconds = Duration::from_millis;
    for (wait, deadline, expected) in [
        (1000, None, 1000),
        (1000, Some(5000), 1000),
        (1000, Some(500), 480),
        (1000, Some(20), 0),
        (1000, Some(10), 0),
        (0, None, 0),
    ] {
        let (service, question) = service(milliseconds(wait));
        let start = Instant::now();
        let call = Call::new(&HeaderMap::new(), None, start);
        let deadline = deadline.map(|after| start + milliseconds(after));
        let moment = service.moment();
        let failure = service
            .answer(&question, &call, deadline, &moment)
            .await
            .unwrap_err();
        let Failure::CannotTell { cause, .. } = failure else {
            panic!("{failure:?}");
        };
        assert_eq!(cause, Cause::KeysUnavailable);
        // Timers of tokio count whole milliseconds, and round up.
        let waited = start.elapsed();
        assert!(waited >= milliseconds(expected), "{waited:?} {deadline:?}");
        assert!(
            waited <= milliseconds(expected + 2),
            "{waited:?} {deadline:?}"
        );
    }
}
