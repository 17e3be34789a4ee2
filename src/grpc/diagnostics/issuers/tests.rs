use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use KeySetState::{Fresh, Snapshot, Stale, Static};

use super::*;
use crate::clock::{Clock as _, SystemClock};
use crate::dev::keys::published;
use crate::jwks::source::KeySource;
use crate::jwks::store::KeyStore;
use crate::keys::adopt::adopt;
use crate::keys::jwk::Kinds;
use crate::keys::jwk_set;
use crate::keys::select::DenyList;
use crate::policy::Policies;
use crate::policy::audience::AudiencePolicy;
use crate::policy::caller::Disclosure;
use crate::token::algorithm::AlgorithmSet;
use crate::token::numeric_date::NumericDate;
use crate::world::About;

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn issuer(text: &str, trusted: bool) -> Arc<Issuer> {
    Arc::new(Issuer {
        name: name(text),
        identifier: format!("https://{text}.example").into(),
        environment: "production".into(),
        algorithms: AlgorithmSet::asymmetric(),
        trusted,
        max_stale: None,
    })
}

fn set(keys: &[serde_json::Value]) -> KeySet {
    let document = serde_json::json!({ "keys": keys }).to_string();
    let document = jwk_set::parse(document.as_bytes(), Kinds::Asymmetric).unwrap();
    adopt(None, document, NumericDate::from_seconds(7), Duration::ZERO).0
}

/// Two issuers with an audience each, and one that is untrusted.
fn world() -> World {
    let (prod, partner, staging) = (
        issuer("prod", true),
        issuer("partner", true),
        issuer("staging", false),
    );
    let keys = published().unwrap().into_iter().take(2);
    let jwks: Vec<_> = keys.map(|key| key.jwk).collect();
    let source = KeySource::File {
        path: "/etc/prod.jwks.json".into(),
        keys: Arc::new(set(&jwks)),
    };
    let store = KeyStore::over_http(Handle::current(), Arc::new(SystemClock));
    let keys = HashMap::from([(name("prod"), store.handle(&prod, &source).unwrap())]);
    let audience = |text, issuer: &Arc<Issuer>| {
        AudiencePolicy::new(name(text), vec![text.into()], vec![Arc::clone(issuer)])
    };
    let audiences = vec![audience("orders", &prod), audience("payments", &partner)];
    World {
        policies: Policies::new(vec![prod, partner, staging], audiences),
        keys,
        denied: HashMap::new(),
        anyone: Caller::anyone(Disclosure::Details),
        max_token_bytes: 1,
        generation: 1,
        about: About {
            sources: HashMap::from([(name("prod"), source.shown())]),
            ..About::default()
        },
    }
}

fn ask(world: &World, named: &str, caller: &Caller) -> Result<Vec<pb::IssuerState>, Failure> {
    let request = pb::ListIssuersRequest {
        name: named.into(),
        ..pb::ListIssuersRequest::default()
    };
    let answer = list(world, &request, caller, SystemClock.now())?;
    assert_eq!(answer.next_page_token, "");
    Ok(answer.issuers)
}

fn only(audience: &str) -> Caller {
    Caller {
        audiences: Some(vec![name(audience)]),
        disclosure: Disclosure::Details,
    }
}

#[tokio::test]
async fn what_is_configured_and_how_keys_of_a_file_stand() {
    let world = world();
    let [partner, prod, staging] = ask(&world, "", &world.anyone).unwrap().try_into().unwrap();
    assert_eq!(prod.name, "prod");
    assert_eq!(prod.issuer, "https://prod.example");
    assert_eq!(prod.environment, "production");
    assert_eq!(prod.algorithms.len(), 10);
    assert_eq!(prod.source, "/etc/prod.jwks.json");
    assert_eq!(prod.keys.unwrap().state(), pb::KeySetState::Static);
    assert!(prod.keys.unwrap().fetched_at.is_some());
    // A file does not age, and nobody fetches it.
    assert_eq!(
        (prod.age, prod.last_attempt_at, prod.next_refresh_at),
        (None, None, None)
    );
    assert_eq!((prod.last_error.as_str(), prod.clock_skew), ("", None));
    assert_eq!((prod.usable_keys, prod.ignored_keys), (2, 0));
    assert!(prod.trusted && prod.key_infos.is_empty());
    assert_eq!((partner.name.as_str(), partner.keys), ("partner", None));
    assert_eq!((staging.trusted, staging.keys), (false, None));
    assert_eq!(staging.source, "");
}

#[tokio::test]
async fn a_caller_sees_the_issuers_of_its_audiences_and_hears_of_no_others() {
    let world = world();
    let caller = only("orders");
    let [prod] = ask(&world, "", &caller).unwrap().try_into().unwrap();
    assert_eq!(prod.name, "prod");
    assert!(ask(&world, "prod", &caller).is_ok());
    let nearest = |named: &str, caller: &Caller| match ask(&world, named, caller) {
        Err(Failure::IssuerNotConfigured { issuer, nearest }) => {
            assert_eq!(issuer, named);
            nearest
        }
        other => panic!("{other:?}"),
    };
    // One that exists is told like one that does not.
    for named in ["partner", "partnerr", "staging"] {
        assert_eq!(nearest(named, &caller), None, "{named}");
    }
    assert_eq!(nearest("pord", &caller).as_deref(), Some("prod"));
    assert_eq!(
        nearest("partnerr", &world.anyone).as_deref(),
        Some("partner")
    );
    assert_eq!(nearest("stagin", &world.anyone).as_deref(), Some("staging"));
}

#[tokio::test]
async fn fields_are_looked_at_before_existence() {
    let world = world();
    let request = |name: &str, page_size, include_keys| pb::ListIssuersRequest {
        name: name.into(),
        page_size,
        include_keys,
        ..pb::ListIssuersRequest::default()
    };
    for (request, wrong) in [
        (request("nobody", -1, true), "page_size"),
        (request("", 0, true), "include_keys"),
    ] {
        match list(&world, &request, &world.anyone, SystemClock.now()) {
            Err(Failure::FieldInvalid { field, .. }) => assert_eq!(field, wrong),
            other => panic!("{other:?}"),
        }
    }
    let answer = list(
        &world,
        &request("prod", 0, true),
        &world.anyone,
        SystemClock.now(),
    );
    assert_eq!(answer.unwrap().issuers[0].key_infos.len(), 2);
}

#[tokio::test]
async fn a_denied_key_is_not_counted_as_usable() {
    let mut world = world();
    let list = DenyList {
        kids: [published().unwrap()[0].kid.as_str().into()].into(),
        ..DenyList::default()
    };
    world.denied.insert(name("prod"), list);
    let [prod] = ask(&world, "prod", &world.anyone)
        .unwrap()
        .try_into()
        .unwrap();
    assert_eq!((prod.usable_keys, prod.ignored_keys), (1, 0));
}

#[test]
fn a_set_that_does_not_serve_is_not_called_by_how_it_came() {
    let jwks = [published().unwrap()[0].jwk.clone()];
    let (good, empty) = (set(&jwks), set(&[]));
    let bound = Duration::from_secs(60);
    let remote = Issuer {
        max_stale: Some(bound),
        ..Issuer::clone(&issuer("prod", true))
    };
    let standing = |state, age| Standing {
        state,
        fetched_at: NumericDate::from_seconds(7),
        age,
        proves_absence: false,
        generation: 1,
    };
    let later = bound + Duration::from_nanos(1);
    for (issuer, set, state, age, expected) in [
        (&remote, &good, Fresh, bound, pb::KeySetState::Fresh),
        (&remote, &good, Stale, bound, pb::KeySetState::Stale),
        (&remote, &good, Snapshot, bound, pb::KeySetState::Snapshot),
        (&remote, &good, Stale, later, pb::KeySetState::TooStale),
        (&remote, &good, Snapshot, later, pb::KeySetState::TooStale),
        (&remote, &empty, Snapshot, bound, pb::KeySetState::None),
        (&remote, &empty, Snapshot, later, pb::KeySetState::None),
        (
            &*issuer("file", true),
            &good,
            Static,
            later,
            pb::KeySetState::Static,
        ),
    ] {
        let told = kind(issuer, Some(set), &standing(state, age));
        assert_eq!(told, expected, "{state:?} {age:?}");
    }
}
