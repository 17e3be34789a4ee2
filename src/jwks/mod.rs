//! Where keys come from: one task an issuer fetches, callers read.

pub mod source;
pub mod store;
