//! The attacks of `docs/design/attacks.md`, each by the number of its row: tokens as
//! an attacker makes them, asked about as a caller asks.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod algorithm_and_key;
mod beyond;
mod caches;
mod draft;
mod forged_keys;
mod issuer;
mod support;
mod table;
mod text_and_json;
mod values;
