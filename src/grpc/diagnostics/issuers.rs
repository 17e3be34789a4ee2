//! ListIssuers.

use crate::clock::Now;
use crate::grpc::status::Failure;
use crate::pb;
use crate::policy::caller::Caller;
use crate::world::World;

/// A page of issuers.
///
/// # Errors
/// The request itself is wrong.
pub fn list(
    _world: &World,
    _request: &pb::ListIssuersRequest,
    _caller: &Caller,
    _now: Now,
) -> Result<pb::ListIssuersResponse, Failure> {
    Ok(pb::ListIssuersResponse::default())
}
