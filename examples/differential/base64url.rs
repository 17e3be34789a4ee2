//! Parts of a token, spelled otherwise.

use crate::chance::Chance;
use crate::draft::Draft;

type Done = Option<String>;

/// One of the first `of` parts, spelled otherwise.
fn part(
    draft: &mut Draft<'_>,
    chance: &mut Chance,
    of: usize,
    spell: fn(&mut String, &mut Chance) -> Option<()>,
) -> Done {
    let index = chance.below(of);
    spell(&mut draft.parts[index], chance)?;
    Some(["header", "claims", "signature"][index].to_owned())
}

fn pad(part: &mut String, chance: &mut Chance) -> Option<()> {
    let right = "=".repeat((4 - part.len() % 4) % 4);
    part.push_str(chance.pick(&[right.as_str(), right.as_str(), "=", "==", "===="]));
    part.ends_with('=').then_some(())
}

fn other_alphabet(part: &mut String, _: &mut Chance) -> Option<()> {
    let standard = part.replace('-', "+").replace('_', "/");
    let differs = standard != *part;
    *part = standard;
    differs.then_some(())
}

fn insert(part: &mut String, chance: &mut Chance, what: &[&str]) -> Option<()> {
    // Only at a place between characters; and never of none.
    let within = chance.below(part.len());
    let at = chance.pick(&[0, part.len(), within]);
    part.is_char_boundary(at)
        .then(|| part.insert_str(at, chance.pick(what)))
}

fn insert_blank(part: &mut String, chance: &mut Chance) -> Option<()> {
    insert(part, chance, &[" ", "\n", "\r\n", "\t"])
}

fn insert_foreign(part: &mut String, chance: &mut Chance) -> Option<()> {
    insert(
        part,
        chance,
        &[
            "*",
            "~",
            "\0",
            "\u{e9}",
            "%3D",
            "A",
            "\u{200b}",
            "!",
            "\"",
            "\u{1f600}",
        ],
    )
}

/// Bits past the last byte (RFC 4648 §3.5).
fn trailing_bits(part: &mut String, chance: &mut Chance) -> Option<()> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let free = match part.len() % 4 {
        2 => 4,
        3 => 2,
        _ => return None,
    };
    let last = ALPHABET.find(part.pop()?)?;
    let set = 1 + chance.below((1 << free) - 1);
    part.push(ALPHABET.chars().nth(last ^ set)?);
    Some(())
}

pub(crate) fn signed_padding(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    part(draft, chance, 2, pad)
}

pub(crate) fn signed_alphabet(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    part(draft, chance, 2, other_alphabet)
}

pub(crate) fn signed_blank(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    part(draft, chance, 2, insert_blank)
}

pub(crate) fn signed_bits(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    part(draft, chance, 2, trailing_bits)
}

pub(crate) fn signed_foreign(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    part(draft, chance, 2, insert_foreign)
}

pub(crate) fn padding(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    part(draft, chance, 3, pad)
}

pub(crate) fn alphabet(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    part(draft, chance, 3, other_alphabet)
}

pub(crate) fn blank(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    part(draft, chance, 3, insert_blank)
}

pub(crate) fn bits(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    part(draft, chance, 3, trailing_bits)
}

pub(crate) fn foreign(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    part(draft, chance, 3, insert_foreign)
}
