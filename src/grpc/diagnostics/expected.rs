//! What each check wants, in words.

use super::checks::Seen;
use crate::grpc::message::words::{Room, rfc3339, seconds};
use crate::policy::audience::{AudiencePolicy, Scalar, SenderConstrained, Wanted};
use crate::token::algorithm::Algorithm;
use crate::verdict::check::Check;
use crate::verdict::key_work::allowed_algorithms;

impl Seen<'_> {
    /// What the policy wants.
    pub(super) fn expected(&self, check: Check, room: Room) -> String {
        let policy = self.one.policy;
        match check {
            Check::Form => "three parts of base64url, two of them JSON objects".into(),
            Check::Crit => "absent".into(),
            Check::Typ => {
                let types: Vec<_> = policy.token_types.iter().map(|one| &one.written).collect();
                room.list(&types)
            }
            Check::Alg => {
                let allowed = match &self.one.candidate {
                    Some(candidate) => allowed_algorithms(candidate, policy),
                    None => policy.algorithms,
                };
                let names: Vec<&str> = allowed.iter().map(Algorithm::name).collect();
                names.join(", ")
            }
            Check::Iss => {
                let accepted: Vec<_> = policy.issuers.iter().map(|one| &one.identifier).collect();
                room.list(&accepted)
            }
            Check::Key => self.keys_at_hand(room),
            Check::Signature => "made by that key".into(),
            Check::Aud => {
                let most = policy
                    .max_audiences
                    .map_or_else(String::new, |most| format!(", of at most {most} values"));
                format!("{}{most}", room.list(&policy.accept))
            }
            Check::Azp => (policy.authorized_parties.as_ref())
                .map_or_else(|| "any client".into(), |parties| room.list(parties)),
            Check::Exp => format!(
                "after {}{}",
                rfc3339(self.judged_at.minus(policy.leeway)),
                if policy.requires_expiry() {
                    ""
                } else {
                    ", or absent"
                }
            ),
            Check::Nbf | Check::Iat => {
                format!("not after {}", rfc3339(self.judged_at.plus(policy.leeway)))
            }
            Check::Lifetime => lifetime_wanted(policy),
            Check::Claims => claims_wanted(policy, room),
            Check::Sub => (policy.subjects.as_ref()).map_or_else(
                || "any subject".into(),
                |subjects| {
                    let shown: Vec<String> = subjects.iter().map(ToString::to_string).collect();
                    room.list(&shown)
                },
            ),
            Check::Scope => {
                let mut required: Vec<&str> = Vec::new();
                for scope in policy.required_scopes.iter().chain(self.scopes) {
                    if !required.contains(&&**scope) {
                        required.push(scope);
                    }
                }
                match required.is_empty() {
                    true => "any".into(),
                    false => format!("all of {}", room.list(&required)),
                }
            }
            Check::Cnf => match policy.sender_constrained {
                SenderConstrained::Refuse => "absent (sender_constrained is \"refuse\")".into(),
                SenderConstrained::CallerChecks => "anything: the caller checks it".into(),
            },
        }
    }

    /// The keys that could be named.
    fn keys_at_hand(&self, room: Room) -> String {
        let Some(issuer) = (self.one.candidate.as_ref()).and_then(|one| one.with_keys()) else {
            return "a key of an issuer that is trusted here".into();
        };
        let set = self.one.keys.as_ref().and_then(|keys| keys.set.as_ref());
        let names: Vec<&str> = set.map_or_else(Vec::new, |set| {
            set.members()
                .iter()
                .map(|member| member.key.name())
                .collect()
        });
        let issuer = room.quote(issuer.name.as_str());
        match names.is_empty() {
            true => format!("a key of {issuer}; none is at hand"),
            false => format!("a key of {issuer}; at hand: {}", room.list(&names)),
        }
    }
}

fn lifetime_wanted(policy: &AudiencePolicy) -> String {
    let lives = policy
        .max_lifetime
        .map(|most| format!("lives at most {}", seconds(most)));
    let age = policy
        .max_age
        .map(|most| format!("age at most {}", seconds(most)));
    let wanted: Vec<String> = lives.into_iter().chain(age).collect();
    match wanted.is_empty() {
        true => "any".into(),
        false => wanted.join(", "),
    }
}

fn claims_wanted(policy: &AudiencePolicy, room: Room) -> String {
    let mut wanted = vec!["claims of their types".to_owned()];
    for claim in policy.required_claims.iter().take(room.items) {
        let field = room.bare(&claim.field());
        wanted.push(match &claim.wanted {
            Wanted::Present => format!("{field} present"),
            Wanted::AnyOf(values) => format!("{field} any of {}", scalars(values, room)),
            Wanted::AllOf(values) => format!("{field} all of {}", scalars(values, room)),
        });
    }
    let left = policy.required_claims.len().saturating_sub(room.items);
    if left > 0 {
        wanted.push(format!("and {left} more"));
    }
    if policy.requires_issue_time() {
        wanted.push("iat present".into());
    }
    wanted.join("; ")
}

fn scalars(values: &[Scalar], room: Room) -> String {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    room.list(&texts)
}
