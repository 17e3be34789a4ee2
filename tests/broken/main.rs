//! Broken set-ups as people meet them: what each is told by the answer, by the log and
//! by Explain, and what it is not told where only codes are disclosed.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod audience;
mod cannot_tell;
mod claims;
mod clock;
mod draft;
mod house;
mod issuer;
mod key;
mod lines;
mod providers;
mod row;
mod service;
mod text;
mod time;
