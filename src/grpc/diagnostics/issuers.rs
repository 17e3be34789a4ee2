//! ListIssuers.

use crate::clock::Now;
use crate::grpc::convert::key_set_status;
use crate::grpc::details::{count, duration, timestamp};
use crate::grpc::status::Failure;
use crate::jwks::store::AtHand;
use crate::keys::adopt::KeySet;
use crate::keys::{KeySetState, Standing};
use crate::pb;
use crate::policy::caller::Caller;
use crate::policy::issuer::Issuer;
use crate::policy::{Name, nearest};
use crate::world::World;

use super::keys::key_infos;
use super::pages::Listing;

const LISTING: Listing = Listing {
    kind: "issuers",
    default: 50,
    max: 200,
};

/// A page of issuers: those of the audiences that the caller may ask about.
///
/// # Errors
/// The request itself is wrong.
pub fn list(
    world: &World,
    request: &pb::ListIssuersRequest,
    caller: &Caller,
    now: Now,
) -> Result<pb::ListIssuersResponse, Failure> {
    let page = LISTING.page(request.page_size, &request.page_token)?;
    if request.include_keys && request.name.is_empty() {
        return Err(Failure::FieldInvalid {
            field: "include_keys".into(),
            description: "needs the name of one issuer".into(),
            max: None,
        });
    }
    let visible = visible(world, caller);
    if !request.name.is_empty() {
        let named = visible
            .iter()
            .find(|(name, _)| name.as_str() == request.name);
        let (_, issuer) = named.ok_or_else(|| Failure::IssuerNotConfigured {
            issuer: request.name.clone(),
            nearest: nearest(&request.name, visible.iter().map(|(name, _)| *name))
                .map(ToString::to_string),
        })?;
        return Ok(pb::ListIssuersResponse {
            issuers: vec![state(world, issuer, request.include_keys, &now)],
            next_page_token: String::new(),
        });
    }
    let (issuers, next_page_token) = page.of(visible, |issuer| state(world, issuer, false, &now));
    Ok(pb::ListIssuersResponse {
        issuers,
        next_page_token,
    })
}

fn visible<'w>(world: &'w World, caller: &Caller) -> Vec<(&'w Name, &'w Issuer)> {
    let policies = &world.policies;
    let shown = |issuer: &Issuer| {
        caller.audiences.is_none()
            || policies.audiences().iter().any(|audience| {
                let mut listed = audience.issuers.iter();
                caller.may_ask(audience.name.as_str())
                    && listed.any(|listed| listed.name == issuer.name)
            })
    };
    (policies.issuers().iter())
        .filter(|issuer| shown(issuer))
        .map(|issuer| (&issuer.name, &**issuer))
        .collect()
}

fn state(world: &World, issuer: &Issuer, with_keys: bool, now: &Now) -> pb::IssuerState {
    let told = pb::IssuerState {
        name: issuer.name.to_string(),
        issuer: issuer.identifier.to_string(),
        environment: issuer.environment.to_string(),
        algorithms: (issuer.algorithms.iter())
            .map(|one| one.name().to_owned())
            .collect(),
        source: (world.about.sources.get(&issuer.name))
            .map(ToString::to_string)
            .unwrap_or_default(),
        trusted: issuer.trusted,
        ..pb::IssuerState::default()
    };
    let Some(keys) = world.keys_of(issuer) else {
        return told;
    };
    let AtHand { set, standing } = keys.at_hand(now);
    let status = keys.status();
    let set = set.as_deref();
    let denied = (set.zip(world.denied.get(&issuer.name)))
        .map(|(set, list)| list.denied_members(set))
        .unwrap_or_default();
    let usable = set.map_or(0, |set| set.members().len());
    let denied_count = denied.iter().filter(|denied| **denied).count();
    pb::IssuerState {
        keys: standing.as_ref().map(|standing| pb::KeySetStatus {
            state: kind(issuer, set, standing).into(),
            ..key_set_status(standing)
        }),
        age: (standing.as_ref())
            .filter(|standing| standing.state != KeySetState::Static)
            .map(|standing| duration(standing.age)),
        last_attempt_at: status.last_attempt_at.map(timestamp),
        last_error: status.last_error.as_deref().unwrap_or_default().to_owned(),
        next_refresh_at: status.next_refresh_at.map(timestamp),
        usable_keys: count(usable.saturating_sub(denied_count)),
        ignored_keys: count(set.map_or(0, |set| set.ignored().len())),
        clock_skew: status
            .clock_skew
            .map(|seconds| prost_types::Duration { seconds, nanos: 0 }),
        key_infos: (set.filter(|_| with_keys))
            .map(|set| key_infos(set, &denied))
            .unwrap_or_default(),
        ..told
    }
}

/// What a set is called where it need not have served: it may have no usable key, or
/// be older than may serve.
pub(super) fn kind(issuer: &Issuer, set: Option<&KeySet>, standing: &Standing) -> pb::KeySetState {
    if !set.is_some_and(KeySet::has_usable) {
        pb::KeySetState::None
    } else if standing.left(issuer.max_stale).is_err() {
        pb::KeySetState::TooStale
    } else {
        key_set_status(standing).state()
    }
}

#[cfg(test)]
mod tests;
