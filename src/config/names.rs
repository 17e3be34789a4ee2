//! Names: of issuers and audiences, which are given once, and of algorithms.

use super::reader::Context;
use super::source::{Node, Place};
use super::values::{list, text};
use super::wording::{found, nearest};
use crate::policy::Name;
use crate::token::algorithm::{Algorithm, AlgorithmSet};

/// The name of an issuer or audience.
pub(super) fn parse_name(
    text: &str,
    shown: &str,
    place: &Place,
    context: &Context<'_>,
) -> Option<Name> {
    let name = Name::new(text);
    if name.is_none() {
        let fix = "use a-z, 0-9 and . _ - after the first, at most 63, and neither \"none\" nor \"unknown\"";
        context.note(place, &format!("{shown} is no name; {fix}"));
    }
    name
}

/// A list of algorithms that are implemented here.
pub(super) fn algorithms(context: &Context<'_>, node: &Node) -> Option<AlgorithmSet> {
    list("algorithm names", algorithm)(context, node).map(|all| all.into_iter().collect())
}

fn algorithm(context: &Context<'_>, node: &Node) -> Option<Algorithm> {
    let name = text(context, node)?;
    let known = Algorithm::from_name(&name);
    if known.is_none() {
        let names = Algorithm::ALL.map(Algorithm::name);
        let fix = if name.eq_ignore_ascii_case("none") {
            "an unsigned token is never active; remove it".into()
        } else if let Some(meant) = nearest(&name, names) {
            format!("did you mean {meant}?")
        } else {
            format!("use one of {}", names.join(", "))
        };
        context.note(
            &node.place,
            &format!("{} is not implemented; {fix}", found(&node.value)),
        );
    }
    known
}

/// A name is a name once, over all files.
pub(super) fn told_twice(second: &Place, first: &Place, context: &Context<'_>) {
    context.note(
        second,
        &format!("this name is used already, at {first}; give one of them another name"),
    );
}
