//! ListAudiences.

use crate::clock::Now;
use crate::grpc::status::Failure;
use crate::pb;
use crate::policy::caller::Caller;
use crate::world::World;

/// A page of audiences.
///
/// # Errors
/// The request itself is wrong.
pub fn list(
    _world: &World,
    _request: &pb::ListAudiencesRequest,
    _caller: &Caller,
    _now: Now,
) -> Result<pb::ListAudiencesResponse, Failure> {
    Ok(pb::ListAudiencesResponse::default())
}
