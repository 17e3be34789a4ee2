//! The real program at a command line: judging here, and what it tells when it cannot.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod desk;
mod fetched;
mod here;
mod told;

/// Nobody listens on a port of the system's.
const CLOSED: &str = "127.0.0.1:1";
