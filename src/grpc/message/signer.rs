//! Sentences about who signed, and with what.

use super::hints::advice;
use super::words::{Room, only_path, rfc3339};
use crate::keys::KeyProblem;
use crate::verdict::rejection::{IssuerEvidence, KeyEvidence, Rejection};

/// 20–22
pub(super) fn algorithm(rejection: &Rejection, key: &KeyEvidence, room: Room) -> String {
    let names: Vec<&str> = key.allowed.iter().map(|one| one.name()).collect();
    let allowed = if names.is_empty() {
        "none".into()
    } else {
        names.join(", ")
    };
    let alg = room.opt(key.alg.as_deref());
    match rejection {
        Rejection::AlgorithmNone(_) if key.unsigned => {
            "The token's third part is empty: it is not signed, and only signed tokens are taken."
                .into()
        }
        Rejection::AlgorithmNone(_) => {
            format!("The token's alg is {alg}: it is not signed; allowed here: {allowed}.")
        }
        Rejection::AlgorithmUnsupported(_) if key.alg.is_none() => {
            format!("The header has no alg; allowed here: {allowed}.")
        }
        Rejection::AlgorithmUnsupported(_) => {
            format!("The token's alg {alg} is not implemented; allowed here: {allowed}.")
        }
        _ => {
            // Where secrets are configured, another size of hash is all that is wrong.
            let secret = key.alg.as_deref().is_some_and(|alg| alg.starts_with("HS"))
                && !key.allowed.iter().any(|allowed| allowed.is_symmetric());
            format!(
                "The token's alg is {alg}; allowed here: {allowed}.{}",
                if secret {
                    " A shared secret (HS*) is never taken from published keys."
                } else {
                    ""
                }
            )
        }
    }
}

/// 30–32
pub(super) fn issuer(rejection: &Rejection, issuer: &IssuerEvidence, room: Room) -> String {
    let accepted = room.list(&issuer.accepted);
    let presented = room.opt(issuer.presented.as_deref());
    // Tenants of one provider differ by the path; a hint says more than that.
    let slip = (issuer.near_misses.iter()).find(|miss| issuer.hint.is_none() || !only_path(miss));
    let near = room.near(slip, issuer.accepted.len() == 1);
    let to_do = |spelling: &str, else_do: &str| match (&near, issuer.hint) {
        (Some(near), _) => format!("{near}{spelling}."),
        (None, Some(hint)) => advice(hint).to_owned(),
        (None, None) => else_do.to_owned(),
    };
    match rejection {
        Rejection::IssuerMissing(_) => {
            format!("The token has no iss; accepted here: {accepted}. Get a token there.")
        }
        Rejection::IssuerUnknown(_) => format!(
            "The token's issuer {presented} is not configured; accepted here: {accepted}. {}",
            to_do(
                ": configure it as its tokens spell it",
                "Get a token there, or configure this issuer."
            )
        ),
        _ => format!(
            "The token's issuer {presented}{} is not accepted for this audience; accepted here: \
             {accepted}. {}",
            place(issuer, room),
            to_do("", "Get a token there.")
        ),
    }
}

fn place(issuer: &IssuerEvidence, room: Room) -> String {
    let known = if issuer.untrusted {
        "known, not trusted, as"
    } else {
        "configured as"
    };
    match (&issuer.name, &*issuer.environment) {
        (None, _) => " (configured more than once, nowhere for this audience)".into(),
        (Some(name), "") => format!(" ({known} {})", room.bare(name)),
        (Some(name), environment) => format!(
            " ({known} {}, environment {})",
            room.bare(name),
            room.bare(environment)
        ),
    }
}

/// 40–43
pub(super) fn key(rejection: &Rejection, key: &KeyEvidence, room: Room) -> String {
    let kid = room.opt(key.kid.as_deref());
    let alg = room.opt(key.alg.as_deref());
    match rejection {
        Rejection::KeyNotFound(_) => not_found(key, room),
        Rejection::KeyUnsuitable(_) => format!(
            "The issuer's key {kid} cannot verify {alg}: {}.",
            key.problem.map_or("no reason is known", problem)
        ),
        Rejection::KeyDenied(_) => format!(
            "The operator denied the key {kid} here; get a token that is signed with another key."
        ),
        _ => {
            if let Some(hint) = key.hint {
                return format!(
                    "The issuer's key {kid} did not make this signature. {}",
                    advice(hint)
                );
            }
            let whose = match key.kid {
                Some(_) => format!("The issuer's key {kid}"),
                None => format!("No {alg} key of the issuer"),
            };
            let made = if key.kid.is_some() {
                "did not make"
            } else {
                "made"
            };
            format!(
                "{whose} {made} this signature: the token was changed, cut, or signed by somebody \
                 else. Get a new one from the issuer."
            )
        }
    }
}

fn not_found(key: &KeyEvidence, room: Room) -> String {
    let when =
        (key.key_set_fetched_at).map_or_else(String::new, |at| format!(" (as of {})", rfc3339(at)));
    match &key.kid {
        Some(kid) => format!(
            "The issuer's key set has no key {}{when}: the token is older than its keys, or not the \
             issuer's. Get a new one.",
            room.quote(kid)
        ),
        None => format!(
            "The token names no kid, and the issuer publishes{when} no key for {}, or too many to \
             try; tokens should name their key.",
            room.opt(key.alg.as_deref())
        ),
    }
}

fn problem(problem: KeyProblem) -> &'static str {
    match problem {
        KeyProblem::Use => "its use is not sig",
        KeyProblem::KeyOps => "its key_ops lack verify",
        KeyProblem::Algorithm => "it is for another alg",
        KeyProblem::Type => "it is of another type or curve",
        KeyProblem::TooWeak => "it is too weak",
        KeyProblem::Malformed => "it cannot be read",
        KeyProblem::Symmetric => "it is a secret in a published set",
        KeyProblem::Duplicate => "it is there twice",
        KeyProblem::Denied => "the operator denied it",
        KeyProblem::Withdrawn => "the issuer withdrew it",
        KeyProblem::TooMany => "too many keys share this kid",
    }
}
