//! GetServerInfo.

use crate::pb;
use crate::world::World;

/// What runs here.
#[must_use]
pub fn tell(_world: &World) -> pb::GetServerInfoResponse {
    pb::GetServerInfoResponse::default()
}
