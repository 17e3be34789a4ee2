//! Keys, one by one, in their public parts. At most some 2,000 of a set, each with
//! texts of bounded length: all of them fit into one answer.

use crate::escape::escape;
use crate::grpc::details::timestamp;
use crate::grpc::names::wire_problem;
use crate::keys::KeyProblem;
use crate::keys::adopt::{KeySet, Member};
use crate::keys::jwk::IgnoredKey;
use crate::pb;

/// The keys of a set: usable and denied ones as the issuer lists them, then those
/// that it took back, then the ignored ones. `denied`: whether each member is.
pub(super) fn key_infos(set: &KeySet, denied: &[bool]) -> Vec<pb::KeyInfo> {
    let is_denied = |at: usize| denied.get(at).copied().unwrap_or_default();
    let members = set.members().iter().enumerate();
    let members = members.map(|(at, one)| member(one, is_denied(at)));
    members.chain(set.ignored().iter().map(ignored)).collect()
}

fn member(member: &Member, denied: bool) -> pb::KeyInfo {
    let key = &member.key;
    let (problem, problem_text) = if denied {
        (wire_problem(KeyProblem::Denied), "the operator denied it")
    } else {
        (pb::KeyProblem::Unspecified, "")
    };
    pb::KeyInfo {
        key_id: key.kid().map(escape).unwrap_or_default(),
        key_type: escape(key.key_type()),
        algorithm: key.algorithm().map_or("", |one| one.name()).to_owned(),
        r#use: key.usage().map(escape).unwrap_or_default(),
        thumbprint: key.thumbprint().to_owned(),
        problem: problem.into(),
        problem_text: problem_text.to_owned(),
        withdrawn_at: member.withdrawn_at.map(timestamp),
    }
}

fn ignored(key: &IgnoredKey) -> pb::KeyInfo {
    let text = |text: &Option<Box<str>>| text.as_deref().map(escape).unwrap_or_default();
    pb::KeyInfo {
        key_id: text(&key.kid),
        key_type: escape(&key.key_type),
        algorithm: text(&key.algorithm),
        r#use: text(&key.usage),
        thumbprint: text(&key.thumbprint),
        problem: wire_problem(key.problem).into(),
        problem_text: escape(&key.why),
        withdrawn_at: None,
    }
}

#[cfg(test)]
mod tests;
