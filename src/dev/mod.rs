//! The embedded issuer of `audient dev`: keys of its own, tokens for the asking.
//! For loopback, never for anything that matters.

pub mod issuer;
pub mod keys;
pub mod lines;
pub mod mint;
