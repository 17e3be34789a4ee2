//! `audient doctor` before issuers that get one thing wrong each: the step that
//! fails, what it says, and the exit code.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod addresses;
mod answers;
mod command;
mod configured;
mod healthy;
mod issuer;
mod keys;
mod metadata;
mod tls;
