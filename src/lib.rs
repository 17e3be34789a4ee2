//! audient: is this token active for this named audience, and if not, why?
pub mod clock;
pub mod config;
pub mod escape;
pub mod grpc;
pub mod introspect;
pub mod io;
pub mod jwks;
pub mod keys;
pub mod pb;
pub mod policy;
pub mod readiness;
pub mod server;
pub mod telemetry;
pub mod token;
pub mod verdict;
pub mod world;
