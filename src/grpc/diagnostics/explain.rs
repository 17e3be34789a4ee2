//! Explain.

use crate::clock::Now;
use crate::grpc::status::Failure;
use crate::pb;
use crate::policy::caller::Caller;
use crate::world::World;

/// Every check of a token.
///
/// # Errors
/// The request itself is wrong.
#[expect(clippy::unused_async, reason = "being built")]
pub async fn answer(
    _world: &World,
    _request: &pb::ExplainRequest,
    _caller: &Caller,
    _now: Now,
) -> Result<pb::ExplainResponse, Failure> {
    Ok(pb::ExplainResponse::default())
}
