//! The issuers that an audience lists: whether they can sign for it together.

use std::sync::Arc;

use super::issuers::Known;
use super::reader::{At, Context, Said};
use super::source::{Node, Place};
use super::wording::{found, nearest};
use crate::policy::issuer::Issuer;
use crate::token::algorithm::{Algorithm, AlgorithmSet};

/// An issuer that this audience lists, and where.
#[derive(Clone, Copy)]
pub(super) struct Signer<'k> {
    place: &'k Place,
    known: &'k Known,
}

impl Signer<'_> {
    /// The issuer, if nothing is wrong with it.
    pub(super) fn meant(&self) -> Option<&Arc<Issuer>> {
        self.known.meant()
    }
}

/// The listed issuers, each once. `None` if one cannot be listed.
pub(super) fn signers<'k>(
    listed: &'k [(String, Node)],
    known: &'k [Known],
    context: &Context<'_>,
) -> Option<Vec<Signer<'k>>> {
    let mut signers: Vec<Signer<'k>> = Vec::new();
    let mut all = true;
    for (name, node) in listed {
        let Some(found) = find(known, name, node, context) else {
            all = false;
            continue;
        };
        if found.meant().is_some_and(|issuer| !issuer.trusted) {
            let fix = "remove it here, or give the issuer keys";
            context.note(
                &node.place,
                &format!("{} is an issuer with trusted = false; {fix}", found.shown()),
            );
            all = false;
        } else if !signers.iter().any(|one| std::ptr::eq(one.known, found)) {
            signers.push(Signer {
                place: &node.place,
                known: found,
            });
        }
    }
    all.then_some(signers)
}

/// Whose token it is must follow from `iss` alone.
pub(super) fn check_identifiers(signers: &[Signer<'_>], context: &Context<'_>) {
    for (index, signer) in signers.iter().enumerate() {
        let identifier = |one: &Signer<'_>| one.meant().map(|issuer| issuer.identifier.clone());
        let same = |other: &&Signer<'_>| {
            identifier(other).is_some() && identifier(other) == identifier(signer)
        };
        if let Some(first) = signers.iter().take(index).find(same) {
            let (one, other) = (signer.known.shown(), first.known.shown());
            context.note(
                signer.place,
                &format!("{one} and {other} have the same issuer identifier; list one of them"),
            );
        }
    }
}

/// An issuer whose every token would be refused is a slip.
pub(super) fn check_algorithms(
    signers: &[Signer<'_>],
    algorithms: &Said<AlgorithmSet>,
    context: &Context<'_>,
) {
    let Some(At { value: wanted, .. }) = algorithms.well() else {
        return;
    };
    for signer in signers {
        if let Some(issuer) = signer.meant()
            && issuer.algorithms.and(*wanted).is_empty()
        {
            let list = |set: AlgorithmSet| {
                set.iter()
                    .map(Algorithm::name)
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            let (shown, theirs, ours) =
                (signer.known.shown(), list(issuer.algorithms), list(*wanted));
            context.note(
                signer.place,
                &format!("{shown} signs with {theirs}, and this audience takes {ours}; let them share one"),
            );
        }
    }
}

/// The issuer of a name that an audience lists. `None`: there is no such issuer, and
/// that is noted.
fn find<'k>(all: &'k [Known], name: &str, node: &Node, context: &Context<'_>) -> Option<&'k Known> {
    let known = all.iter().find(|one| one.is_named(name));
    if known.is_none() {
        let meant = nearest(name, all.iter().filter_map(Known::name))
            .and_then(|meant| all.iter().find(|one| one.is_named(meant)));
        let fix = match meant {
            Some(meant) => format!("did you mean {}?", meant.shown()),
            None => "add it to [[issuers]]".into(),
        };
        context.note(
            &node.place,
            &format!("no issuer is named {}; {fix}", found(&node.value)),
        );
    }
    known
}
