//! ListAudiences.

use crate::clock::Now;
use crate::config::shown;
use crate::grpc::service::refused;
use crate::grpc::status::Failure;
use crate::introspect::permitted;
use crate::pb;
use crate::policy::audience::AudiencePolicy;
use crate::policy::caller::Caller;
use crate::readiness::is_decidable;
use crate::world::World;

use super::pages::Listing;

const LISTING: Listing = Listing {
    kind: "audiences",
    default: 100,
    max: 1000,
};

/// A page of the audiences that the caller may ask about.
///
/// # Errors
/// The request itself is wrong.
pub fn list(
    world: &World,
    request: &pb::ListAudiencesRequest,
    caller: &Caller,
    now: Now,
) -> Result<pb::ListAudiencesResponse, Failure> {
    let page = LISTING.page(request.page_size, &request.page_token)?;
    let tell = |policy| info(world, policy, &now);
    if !request.name.is_empty() {
        let named = permitted(world, &request.name, caller);
        let named = named.map_err(|refusal| refused(refusal, &request.name))?;
        return Ok(pb::ListAudiencesResponse {
            audiences: vec![tell(named)],
            next_page_token: String::new(),
        });
    }
    let visible = (world.policies.audiences().iter())
        .filter(|policy| caller.may_ask(policy.name.as_str()))
        .map(|policy| (&policy.name, policy));
    let (audiences, next_page_token) = page.of(visible.collect(), tell);
    Ok(pb::ListAudiencesResponse {
        audiences,
        next_page_token,
    })
}

/// Its values are the configuration's own: they are told exactly.
fn info(world: &World, policy: &AudiencePolicy, now: &Now) -> pb::AudienceInfo {
    let texts = |all: &[Box<str>]| all.iter().map(std::string::ToString::to_string).collect();
    pb::AudienceInfo {
        name: policy.name.to_string(),
        accept: texts(&policy.accept),
        issuers: (policy.issuers.iter())
            .map(|issuer| issuer.name.to_string())
            .collect(),
        required_scopes: texts(&policy.required_scopes),
        decidable: is_decidable(world, policy, now),
        policy_json: shown::policy(policy),
    }
}

#[cfg(test)]
mod tests;
