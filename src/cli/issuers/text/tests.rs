use anstream::adapter::strip_str;
use prost_types::Duration;

use super::*;
use crate::pb::{KeyProblem, KeySetStatus};

/// 2026-11-25T09:00:00Z
const NOW: i64 = 1_795_597_200;

fn at(seconds: i64) -> WireTimestamp {
    WireTimestamp {
        seconds: NOW + seconds,
        nanos: 0,
    }
}

fn span_of(seconds: i64) -> Duration {
    Duration { seconds, nanos: 0 }
}

fn keys_of(state: KeySetState, fetched: i64) -> KeySetStatus {
    KeySetStatus {
        state: state.into(),
        fetched_at: Some(at(fetched)),
    }
}

fn issuer(name: &str) -> IssuerState {
    IssuerState {
        name: name.into(),
        issuer: format!("https://{name}.example.com"),
        environment: "production".into(),
        algorithms: vec!["RS256".into(), "ES256".into()],
        source: format!("https://{name}.example.com/jwks.json"),
        trusted: true,
        ..IssuerState::default()
    }
}

fn fresh() -> IssuerState {
    IssuerState {
        keys: Some(keys_of(KeySetState::Fresh, -107)),
        age: Some(span_of(107)),
        last_attempt_at: Some(at(-107)),
        next_refresh_at: Some(at(193)),
        usable_keys: 2,
        ignored_keys: 1,
        clock_skew: Some(span_of(0)),
        ..issuer("prod")
    }
}

fn stale() -> IssuerState {
    IssuerState {
        keys: Some(keys_of(KeySetState::Stale, -2_820)),
        age: Some(span_of(2_820)),
        last_attempt_at: Some(at(-20)),
        last_error:
            "https://eu.example.com/jwks.json: 200 text/html, 37 bytes \"<!doctype html>\": \
                     the document is HTML or XML, not a JWK Set"
                .into(),
        next_refresh_at: Some(at(-1)),
        usable_keys: 3,
        clock_skew: Some(span_of(-75)),
        ..issuer("partner-eu")
    }
}

fn plain(text: &str) -> String {
    strip_str(text).to_string()
}

#[test]
fn a_line_each() {
    let file = IssuerState {
        keys: Some(keys_of(KeySetState::Static, -400_000)),
        source: "/etc/audient/file.jwks.json".into(),
        usable_keys: 1,
        ..issuer("file")
    };
    let down = IssuerState {
        last_attempt_at: Some(at(-3)),
        next_refresh_at: Some(at(5)),
        last_error: "https://down.example.com/jwks.json: timed out".into(),
        clock_skew: Some(span_of(3)),
        ..issuer("down")
    };
    let staging = IssuerState {
        trusted: false,
        source: String::new(),
        ..issuer("staging")
    };
    let old = IssuerState {
        keys: Some(keys_of(KeySetState::TooStale, -300_000)),
        age: Some(span_of(300_000)),
        ..issuer("old")
    };
    let all = [down, file, old, stale(), fresh(), staging];
    insta::assert_snapshot!(plain(&table(&all, NOW)), @r#"
    NAME        STATE      AGE  USABLE  IGNORED  NEXT   SKEW  LAST ERROR
    down        no keys    -    0       0        in 5s  +3s   https://down.example.com/jwks.json: timed out
    file        static     -    1       0        -      -     -
    old         too stale  3d   0       0        -      -     -
    partner-eu  stale      47m  3       0        now    -75s  https://eu.example.com/jwks.json: 200 text/html, 37 bytes "<!doctype html>": the document is HTML or XML, not a JWK Set
    prod        fresh      1m   2       1        in 3m  0s    -
    staging     untrusted  -    -       -        -      -     -
    "#);
}

#[test]
fn the_state_has_a_colour() {
    for (state, colour) in [
        (KeySetState::Fresh, 32),
        (KeySetState::Static, 32),
        (KeySetState::Stale, 33),
        (KeySetState::Snapshot, 33),
        (KeySetState::TooStale, 31),
        (KeySetState::None, 31),
    ] {
        let issuer = IssuerState {
            keys: Some(keys_of(state, 0)),
            ..issuer("x")
        };
        let colour = format!("\u{1b}[{colour}m");
        assert!(table(&[issuer], NOW).contains(&colour), "{state:?}");
    }
}

#[test]
fn everything_about_one() {
    let key = |kid: &str, key_type: &str, algorithm: &str, usage: &str| KeyInfo {
        key_id: kid.into(),
        key_type: key_type.into(),
        algorithm: algorithm.into(),
        r#use: usage.into(),
        ..KeyInfo::default()
    };
    let issuer = IssuerState {
        key_infos: vec![
            key("2026-10", "RSA 2048", "RS256", "sig"),
            KeyInfo {
                withdrawn_at: Some(at(-7_200)),
                ..key("", "EC P-256", "", "")
            },
            KeyInfo {
                problem: KeyProblem::TooWeak.into(),
                problem_text: "RSA 1024 is under 2048 bits".into(),
                ..key("old", "RSA 1024", "RS256", "sig")
            },
        ],
        ..fresh()
    };
    insta::assert_snapshot!(plain(&whole(&[issuer], NOW)), @"
    name          prod
    issuer        https://prod.example.com
    environment   production
    state         fresh
    algorithms    RS256, ES256
    source        https://prod.example.com/jwks.json
    confirmed     1m ago (2026-11-25T08:58:13Z)
    last attempt  1m ago (2026-11-25T08:58:13Z)
    last error    -
    next refresh  in 3m (2026-11-25T09:03:13Z)
    clock skew    0s (our clock minus the issuer's)
    keys          2 usable, 1 ignored

    KID      TYPE      ALG    USE  PROBLEM
    2026-10  RSA 2048  RS256  sig  -
    -        EC P-256  -      -    withdrawn 2h ago
    old      RSA 1024  RS256  sig  RSA 1024 is under 2048 bits
    ");
}

#[test]
fn what_is_missing_and_what_is_wrong() {
    let file = IssuerState {
        keys: Some(keys_of(KeySetState::Static, -400_000)),
        usable_keys: 1,
        source: "/etc/audient/file.jwks.json".into(),
        environment: String::new(),
        ..issuer("file")
    };
    let staging = IssuerState {
        trusted: false,
        source: String::new(),
        issuer: "stаging\u{1b}[31m".into(),
        ..issuer("staging")
    };
    insta::assert_snapshot!(plain(&whole(&[file, stale(), staging], NOW)), @r#"
    name          file
    issuer        https://file.example.com
    environment   -
    state         static
    algorithms    RS256, ES256
    source        /etc/audient/file.jwks.json
    read          2026-11-20T17:53:20Z
    last attempt  -
    last error    -
    next refresh  -
    clock skew    -
    keys          1 usable, 0 ignored

    name          partner-eu
    issuer        https://partner-eu.example.com
    environment   production
    state         stale
    algorithms    RS256, ES256
    source        https://partner-eu.example.com/jwks.json
    confirmed     47m ago (2026-11-25T08:13:00Z)
    last attempt  20s ago (2026-11-25T08:59:40Z)
    last error    https://eu.example.com/jwks.json: 200 text/html, 37 bytes "<!doctype html>": the document is HTML or XML, not a JWK Set
    next refresh  now (2026-11-25T08:59:59Z)
    clock skew    -75s (our clock minus the issuer's)
    keys          3 usable, 0 ignored

    name         staging
    issuer       st\u{430}ging\u{1b}[31m
    environment  production
    state        untrusted
    "#);
}

#[test]
fn spans_as_people_say_them() {
    for (seconds, said) in [
        (-5, "0s"),
        (0, "0s"),
        (59, "59s"),
        (60, "1m"),
        (2_820, "47m"),
        (3_599, "59m"),
        (3_600, "1h"),
        (172_799, "47h"),
        (172_800, "2d"),
        (i64::MAX, "106751991167300d"),
    ] {
        assert_eq!(span(seconds), said);
    }
}
