//! The wire: protobuf in, a decision, protobuf out. What a decision is made of is
//! left to `introspect`.

pub mod batch;
pub mod call;
pub mod challenge;
pub mod convert;
pub mod details;
pub mod diagnostics;
pub mod drain;
pub mod fields;
pub mod health;
pub mod message;
pub mod names;
pub mod outer;
pub mod reflection;
#[cfg(test)]
mod samples;
pub mod service;
pub mod status;
pub mod stream;
pub mod structure;
pub mod token_info;
pub mod unserved;

/// Longest message that is read, in bytes: gRPC's own default.
pub const MAX_MESSAGE_BYTES: usize = 4 * 1024 * 1024;
