use std::collections::HashMap;
use std::sync::Arc;

use super::*;
use crate::clock::{Clock as _, SystemClock};
use crate::policy::caller::Disclosure;
use crate::policy::issuer::Issuer;
use crate::policy::{Name, Policies};
use crate::token::algorithm::AlgorithmSet;
use crate::world::About;

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

/// Two audiences whose issuer has no keys.
fn world() -> World {
    let issuer = Arc::new(Issuer {
        name: name("prod"),
        identifier: "https://prod.example".into(),
        environment: "".into(),
        algorithms: AlgorithmSet::asymmetric(),
        trusted: true,
        max_stale: None,
    });
    let audience = |text: &str| {
        let accept = vec![format!("https://{text}.example/ü\n").into()];
        let mut policy = AudiencePolicy::new(name(text), accept, vec![issuer.clone()]);
        policy.required_scopes = vec!["read".into()];
        policy
    };
    let audiences = vec![audience("payments"), audience("orders")];
    World {
        policies: Policies::new(vec![issuer], audiences),
        keys: HashMap::new(),
        denied: HashMap::new(),
        anyone: Caller::anyone(Disclosure::Details),
        max_token_bytes: 1,
        generation: 1,
        about: About::default(),
    }
}

fn ask(named: &str, caller: &Caller) -> Result<Vec<pb::AudienceInfo>, Failure> {
    let request = pb::ListAudiencesRequest {
        name: named.into(),
        ..pb::ListAudiencesRequest::default()
    };
    let answer = list(&world(), &request, caller, SystemClock.now())?;
    Ok(answer.audiences)
}

fn only(audience: &str) -> Caller {
    Caller {
        audiences: Some(vec![name(audience)]),
        disclosure: Disclosure::Details,
    }
}

#[test]
fn policies_in_the_order_of_names_and_exact() {
    let anyone = Caller::anyone(Disclosure::Codes);
    let [orders, payments] = ask("", &anyone).unwrap().try_into().unwrap();
    assert_eq!(
        (orders.name.as_str(), payments.name.as_str()),
        ("orders", "payments")
    );
    assert_eq!(orders.accept, ["https://orders.example/ü\n"]);
    assert_eq!(
        (orders.issuers, orders.required_scopes),
        (vec!["prod".into()], vec!["read".into()])
    );
    assert!(!orders.decidable);
    let policy: serde_json::Value = serde_json::from_str(&orders.policy_json).unwrap();
    assert_eq!(policy["accept"][0], "https://orders.example/ü\n");
    let [one] = ask("payments", &anyone).unwrap().try_into().unwrap();
    assert_eq!(one, payments);
}

#[test]
fn permission_comes_before_existence() {
    let caller = only("orders");
    let [orders] = ask("", &caller).unwrap().try_into().unwrap();
    assert_eq!(orders.name, "orders");
    for named in ["payments", "nobody"] {
        let denied = ask(named, &caller).unwrap_err();
        assert!(
            matches!(denied, Failure::AudienceNotPermitted { .. }),
            "{denied:?}"
        );
    }
    let nearest = |named: &str, caller: &Caller| match ask(named, caller) {
        Err(Failure::AudienceNotConfigured { nearest, .. }) => nearest,
        other => panic!("{other:?}"),
    };
    let anyone = Caller::anyone(Disclosure::Details);
    assert_eq!(nearest("order", &anyone).as_deref(), Some("orders"));
    let value = "https://payments.example/ü\n";
    assert_eq!(nearest(value, &anyone).as_deref(), Some("payments"));
    // What it may ask for, and is not there, leads to nothing that it may not.
    assert_eq!(nearest("payment", &only("payment")), None);
}
