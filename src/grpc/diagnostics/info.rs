//! GetServerInfo.

use crate::grpc::details::timestamp;
use crate::pb;
use crate::replica::Replica;
use crate::world::World;

/// What runs here.
#[must_use]
pub fn tell(world: &World, replica: &Replica) -> pb::GetServerInfoResponse {
    pb::GetServerInfoResponse {
        replica: replica.name.to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: Some(timestamp(replica.started_at)),
        config_digest: world.about.digest.to_string(),
        config_loaded_at: world.about.loaded_at.map(timestamp),
        // No other configuration is looked at once one is in force.
        config_problems: Vec::new(),
    }
}
