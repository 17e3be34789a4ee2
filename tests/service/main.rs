//! The service as its callers meet it: a real client, a real server on loopback,
//! and an issuer that can go down, rotate its keys, stall or talk HTML.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod answers;
mod batch;
mod commands_state;
mod diagnostics_policies;
mod diagnostics_state;
mod drain;
mod errors;
mod explain;
mod health;
mod issuer;
mod keys;
mod ports;
mod stream;
mod support;
mod telemetry;
