//! What the service tells about itself: metrics, logs, one `observe` for decisions.

pub mod limit;
mod line;
pub mod logging;
pub mod metrics;
pub mod observe;
pub mod rpc;
