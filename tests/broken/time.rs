//! Too early, too late, too long.

use serde_json::{Value, json};

use crate::clock::Stepped;
use crate::draft::Draft;
use crate::house::House;
use crate::row::{check, row};

#[tokio::test]
async fn too_early_or_too_late() {
    let house = House::ready().await;
    // Each row moves the clock by a second; those that are close to a bound come first.
    let now = house.now();
    let good = |claims: Value| {
        Draft::good("https://api.example.com/orders", now)
            .claims(claims)
            .signed()
    };
    let rows = vec![
        row(
            "expired by a second more than the leeway",
            "orders",
            good(json!({"exp": now - 31})),
        )
        .leads(
            "expired",
            &[
                "expired at",
                "leeway of 30 s",
                "if it is new, compare the clocks",
            ],
        )
        .logs("off_by_seconds", "2.")
        .explains("exp", "Z", "after "),
        row(
            "a clock that is 90 s ahead: nbf",
            "orders",
            good(json!({"nbf": now + 90})),
        )
        .leads(
            "not-yet-valid",
            &[
                "valid from",
                "(nbf)",
                "s after",
                "the issuer's is ahead, or ours behind",
            ],
        )
        .logs("off_by_seconds", "5")
        .explains("nbf", "Z", "not after "),
        row(
            "a clock that is 90 s ahead: iat",
            "orders",
            good(json!({"iat": now + 90})),
        )
        .leads(
            "issued-in-future",
            &[
                "issued at",
                "(iat)",
                "s after",
                "The issuer's clock is ahead, or ours behind",
            ],
        )
        .logs("off_by_seconds", "5")
        .explains("iat", "Z", "not after "),
        row(
            "expired an hour ago",
            "orders",
            good(json!({"iat": now - 7200, "exp": now - 3600})),
        )
        .leads("expired", &["expired at", "Get a new one"])
        .logs("off_by_seconds", "35")
        .explains("exp", "Z", "after "),
    ];
    check(&house, rows).await;
}

#[tokio::test]
async fn what_times_there_are() {
    let house = House::ready().await;
    let now = house.now();
    let of = |aud: &str, claims: Value| Draft::good(aud, now).claims(claims).signed();
    let good = |claims: Value| of("https://api.example.com/orders", claims);
    let rows = vec![
        row(
            "exp in milliseconds",
            "orders",
            good(json!({"exp": (now + 3600) * 1000})),
        )
        .leads(
            "claim-malformed",
            &["exp is", "milliseconds, it seems", "counts in seconds"],
        )
        .logs("reasons", "claim-malformed")
        .explains("claims", "exp 1", ""),
        row(
            "exp as a text",
            "orders",
            good(json!({"exp": (now + 3600).to_string()})),
        )
        .leads(
            "claim-malformed",
            &["exp is", "a number of seconds since 1970"],
        )
        .logs("aud", "https://api.example.com/orders")
        .explains("claims", "exp \"1", ""),
        row("it never expires", "orders", good(json!({"exp": null})))
            .leads("expiry-missing", &["has no exp", "one is required here"])
            .logs("iss", "https://auth.example.com")
            .explains("exp", "absent", "after "),
        row(
            "it lives too long",
            "short",
            of("urn:acme:short", json!({"exp": now + 86_400})),
        )
        .leads(
            "lifetime-too-long",
            &["longer than the 3600 s", "max_lifetime"],
        )
        .logs("off_by_seconds", "82860")
        .explains("lifetime", "lives 86460 s", "3600 s"),
        row(
            "it is too old",
            "young",
            of("urn:acme:young", json!({"iat": now - 1800})),
        )
        .leads(
            "token-too-old",
            &["(iat)", "at most 600 s after it", "max_age"],
        )
        .logs("off_by_seconds", "120")
        .explains("lifetime", "age 180", "600 s"),
    ];
    check(&house, rows).await;
}

/// Our clock is the wrong one, and Explain knows it by the issuer's.
#[tokio::test]
async fn a_machine_whose_clock_is_ahead() {
    let house = House::start(Stepped::ahead(120), true).await;
    house.details.until_ready().await;
    house.codes.until_ready().await;
    let right = house.now() - 120;
    let token = Draft::good("https://api.example.com/orders", right)
        .claims(json!({"exp": right + 60}))
        .signed();
    let explained = house.details.explain("orders", &token).await.unwrap();
    let summary = &explained.summary;
    assert!(summary.contains("expired at"), "{summary}");
    let ahead = (115..=120).any(|seconds| {
        summary.contains(&format!("Our clock is {seconds} s ahead of the issuer's"))
    });
    assert!(ahead, "{summary}");
}
