//! Good tokens while the issuer is down: an outage, and no statement about the token.

use std::time::Duration;

use audient::pb::KeySetState;
use audient::pb::audience_explanation::Answer;
use audient::pb::check::Outcome;
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::clock::Stepped;
use crate::draft::Draft;
use crate::house::House;

const ORDERS: &str = "https://api.example.com/orders";

/// What is said of a good token, whatever the disclosure.
struct Told {
    reason: &'static str,
    cause: &'static str,
    summary: &'static [&'static str],
    why: &'static str,
}

async fn cannot_tell(house: &House, told: &Told) {
    let token = Draft::good(ORDERS, house.now()).signed();
    house.details.clock.forward(Duration::from_millis(1001));
    house.lines.take();
    let status = house.details.ask("orders", &token).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status:?}");
    let details = status.get_error_details();
    let info = details.error_info().unwrap();
    assert_eq!(info.reason, told.reason);
    assert_eq!(info.metadata["issuer"], "prod");
    assert_eq!(info.metadata["audience"], "orders");
    assert!(details.retry_info().is_some());
    let lines = house.lines.take_of("cannot tell");
    assert_eq!(lines.len(), 1, "{lines:?}");
    for (field, value) in [
        ("cause", told.cause),
        ("issuer", "prod"),
        ("audience", "orders"),
    ] {
        assert_eq!(lines[0][field], value, "{}", lines[0]);
    }
    let terse = house.codes.ask("orders", &token).await.unwrap_err();
    assert_eq!(terse.message(), status.message());

    let explained = house.details.explain("orders", &token).await.unwrap();
    for word in told.summary {
        assert!(explained.summary.contains(word), "{}", explained.summary);
    }
    let orders = &explained.audiences[0];
    assert_eq!(orders.answer(), Answer::CannotTell);
    for name in ["key", "signature"] {
        let check = orders
            .checks
            .iter()
            .find(|check| check.name == name)
            .unwrap();
        assert_eq!(check.outcome(), Outcome::Undecided, "{check:?}");
        assert!(check.why.contains(told.why), "{check:?}");
        assert!(check.rejection.is_none());
    }

    // What is wrong whatever the signature is told all the same.
    let wrong = Draft::good("https://api.example.com/orders/", house.now()).signed();
    let answer = house.details.ask("orders", &wrong).await.unwrap();
    assert_eq!(answer.rejections[0].code, "audience-mismatch");
}

#[tokio::test]
async fn the_issuer_is_down_at_start() {
    let house = House::start(Stepped::new(), false).await;
    let told = Told {
        reason: "KEYS_UNAVAILABLE",
        cause: "keys-unavailable",
        summary: &[
            "It cannot be told",
            "no usable keys of issuer \"prod\"",
            "all other checks passed",
            "audient issuers",
        ],
        why: "no usable key of the issuer",
    };
    cannot_tell(&house, &told).await;
}

#[tokio::test]
async fn the_issuer_is_down_for_longer_than_max_stale() {
    let house = House::ready().await;
    house.publisher.set_up(false);
    house.details.clock.forward(Duration::from_hours(25));
    let told = Told {
        reason: "KEYS_TOO_STALE",
        cause: "keys-too-stale",
        summary: &[
            "It cannot be told",
            "older than max_stale",
            "audient issuers",
        ],
        why: "max_stale",
    };
    cannot_tell(&house, &told).await;
    let token = Draft::good(ORDERS, house.now()).signed();
    let explained = house.details.explain("orders", &token).await.unwrap();
    // As ListIssuers says of it: not STALE, which may serve.
    assert_eq!(explained.keys.unwrap().state(), KeySetState::TooStale);
}

#[tokio::test]
async fn a_new_key_while_the_issuer_is_down() {
    let house = House::ready().await;
    house.publisher.set_up(false);
    // Beyond the cooldown, within max_stale.
    house.details.clock.forward(Duration::from_mins(10));
    let token = Draft::good(ORDERS, house.now())
        .header(serde_json::json!({"kid": "made-just-now"}))
        .signed();
    let status = house.details.ask("orders", &token).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status:?}");
    let details = status.get_error_details();
    assert_eq!(details.error_info().unwrap().reason, "KEY_PENDING");
    let explained = house.details.explain("orders", &token).await.unwrap();
    assert_eq!(explained.audiences[0].answer(), Answer::CannotTell);
    assert!(
        explained.summary.contains("ask with audient introspect"),
        "{}",
        explained.summary
    );
}
