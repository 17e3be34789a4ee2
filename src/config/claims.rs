//! `required_claims` and `subjects` of an audience.

use super::reader::{Context, Keys, Said, Table};
use super::source::{Node, Value};
use super::values::{list, text};
use super::wording::found;
use crate::policy::audience::{RequiredClaim, Scalar, SubjectMatch, Wanted};
use crate::token::decimal::Decimal;

pub(super) const REQUIRED: Keys = Keys {
    known: &["name", "path", "any_of", "all_of"],
    later: &[],
};
pub(super) const SUBJECT: Keys = Keys {
    known: &["prefix"],
    later: &[],
};

/// A double holds every number of so many digits; of a longer one, digits may be gone.
const EXACT_DIGITS: usize = 15;

/// A subject: a string, or `{ prefix = "…" }`.
pub(super) fn subject(context: &Context<'_>, node: &Node) -> Option<SubjectMatch> {
    match node.value {
        Value::Text(_) => Some(SubjectMatch::Exact(text(context, node)?.into())),
        Value::Table(_) => {
            let mut table = Table::open(node.clone(), SUBJECT, context)?;
            let prefix = table.require("prefix", "write how the subject begins", text);
            table.close();
            Some(SubjectMatch::Prefix(prefix.optional()??.into()))
        }
        _ => {
            context.wrong_type(node, "a string, or { prefix = \"…\" }");
            None
        }
    }
}

/// A claim that must be there: `{ name | path, any_of | all_of }`.
pub(super) fn required_claim(context: &Context<'_>, node: &Node) -> Option<RequiredClaim> {
    let mut table = Table::open(node.clone(), REQUIRED, context)?;
    let name = table.take("name", text);
    let path = table.take("path", list("member names", text));
    let any_of = table.take("any_of", list("values", scalar));
    let all_of = table.take("all_of", list("values", scalar));
    table.close();
    if both(&any_of, &all_of) {
        context.note(
            &node.place,
            "has both any_of and all_of; keep one, or make two of it",
        );
        return None;
    }
    if both(&name, &path) || !(name.is_said() || path.is_said()) {
        let what = if name.is_said() {
            "has both name and path"
        } else {
            "names no claim"
        };
        let fix = "write name = \"tid\", or path = [\"realm_access\", \"roles\"]";
        context.note(&node.place, &format!("{what}; {fix}"));
        return None;
    }
    let (name, path, any_of, all_of) = (
        name.optional()?,
        path.optional()?,
        any_of.optional()?,
        all_of.optional()?,
    );
    let wanted = match (any_of, all_of) {
        (Some(values), _) => Wanted::AnyOf(values),
        (None, Some(values)) => Wanted::AllOf(values),
        (None, None) => Wanted::Present,
    };
    let is_path = name.is_none();
    let path = name.map_or_else(|| path.unwrap_or_default(), |name| vec![name]);
    Some(RequiredClaim {
        path: path.into_iter().map(Into::into).collect(),
        is_path,
        wanted,
    })
}

fn both<T, U>(one: &Said<T>, other: &Said<U>) -> bool {
    one.is_said() && other.is_said()
}

/// A value that a claim is compared with.
fn scalar(context: &Context<'_>, node: &Node) -> Option<Scalar> {
    match &node.value {
        Value::Text(_) => Some(Scalar::String(text(context, node)?.into())),
        Value::Bool(value) => Some(Scalar::Bool(*value)),
        Value::Integer(value) => number(&value.to_string()),
        Value::Float(value) => {
            let written = value.to_string();
            let digits = written
                .trim_start_matches(['-', '0', '.'])
                .trim_end_matches('0');
            let digits = digits.bytes().filter(u8::is_ascii_digit).count();
            let exact = number(&written).filter(|_| digits <= EXACT_DIGITS);
            if exact.is_none() {
                let fix =
                    format!("write one of at most {EXACT_DIGITS} digits, or an integer of 64 bits");
                context.note(
                    &node.place,
                    &format!("{} cannot be kept exactly; {fix}", found(&node.value)),
                );
            }
            exact
        }
        _ => {
            context.wrong_type(node, "a string, a number or a boolean");
            None
        }
    }
}

/// `None` for what JSON has no number for: infinity and NaN.
fn number(written: &str) -> Option<Scalar> {
    Decimal::parse(written).map(|value| Scalar::Number(value, written.into()))
}
