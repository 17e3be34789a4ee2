//! Nothing of a token is in any output: every token of the vectors, and tokens with
//! values that nobody else has, by every RPC that takes one, with everything logged
//! that can be.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod asked;
mod corpus;
mod minted;
mod outputs;
mod process;

#[allow(dead_code, reason = "tests/broken uses the rest")]
#[path = "../broken/clock.rs"]
mod clock;
#[allow(dead_code, reason = "tests/broken uses the rest")]
#[path = "../broken/draft.rs"]
mod draft;
#[allow(dead_code, reason = "tests/broken uses the rest")]
#[path = "../broken/house.rs"]
mod house;
#[allow(dead_code, reason = "tests/broken uses the rest")]
#[path = "../broken/lines.rs"]
mod lines;
#[allow(dead_code, reason = "tests/broken uses the rest")]
#[path = "../broken/service.rs"]
mod service;
#[allow(dead_code, reason = "tests/conformance uses the rest")]
#[path = "../conformance/vectors.rs"]
mod vectors;
