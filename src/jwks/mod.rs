//! Where keys come from: one task an issuer fetches, callers read what is at hand.
//! Which key fits a token is left to `keys`, whether a set is young enough to
//! count to `verdict`.

pub mod connect;
pub mod discovery;
pub mod exchange;
pub mod fault;
pub mod fetch;
pub mod freshness;
pub mod held;
mod http;
mod issuer_keys;
pub mod location;
mod printable;
pub mod source;
pub mod status;
pub mod store;
mod task;
