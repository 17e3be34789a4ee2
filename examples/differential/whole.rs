//! Whole tokens, spelled otherwise.

use serde_json::json;

use crate::chance::Chance;
use crate::draft::Draft;

type Done = Option<String>;

pub(crate) fn parts(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let [header, claims, signature] = &draft.parts;
    let (what, token) = match chance.below(12) {
        0 => ("none", String::new()),
        1 => ("one", claims.clone()),
        2 => ("two", format!("{header}.{claims}")),
        3 => ("a fourth", format!("{header}.{claims}.{signature}.x")),
        4 => ("five", format!("{header}.{claims}.{signature}.x.x")),
        5 => ("five, four empty", format!("{header}....")),
        6 => ("a dot before", format!(".{header}.{claims}.{signature}")),
        7 => ("a dot behind", format!("{header}.{claims}.{signature}.")),
        8 => ("no header", format!(".{claims}.{signature}")),
        9 => ("no claims", format!("{header}..{signature}")),
        10 => ("in another order", format!("{claims}.{header}.{signature}")),
        _ => ("dots alone", ".".repeat(1 + chance.below(2000))),
    };
    draft.token = token;
    Some(what.to_owned())
}

pub(crate) fn around(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let shape = chance.pick(&[
        " TOKEN",
        "TOKEN ",
        "TOKEN\n",
        "\nTOKEN",
        "\tTOKEN",
        "TOKEN\0",
        "\u{feff}TOKEN",
        "Bearer TOKEN",
        "bearer TOKEN",
        "\"TOKEN\"",
        "'TOKEN'",
        "TOKEN,TOKEN",
        "TOKEN;",
        "b'TOKEN'",
        "<TOKEN>",
        "TOKEN\u{2028}",
    ]);
    draft.token = shape.replace("TOKEN", &draft.token);
    Some(format!("{shape:?}"))
}

/// RFC 7515 §7.2, alone or around a compact one (CVE-2022-39227).
pub(crate) fn json_serialization(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let [header, claims, signature] = &draft.parts;
    let flat = json!({ "protected": header, "payload": claims, "signature": signature });
    let (what, token) = match chance.below(3) {
        0 => ("flattened", flat.to_string()),
        1 => ("general", json!({ "payload": claims, "signatures": [{ "protected": header, "signature": signature }] }).to_string()),
        _ => ("polyglot", format!("{{\"  {header}.\":\"\",\"{claims}.{signature}\":{flat}}}")),
    };
    draft.token = token;
    Some(what.to_owned())
}

/// Any one character by another.
pub(crate) fn character(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let at = chance.below(draft.token.len());
    let with = chance.pick(&["A", "_", ".", "=", "+", "z", "\n", "\u{416}"]);
    if !draft.token.is_char_boundary(at)
        || !draft.token.is_char_boundary(at + 1)
        || at >= draft.token.len()
    {
        return None;
    }
    draft.token.replace_range(at..=at, with);
    Some(format!("{with:?}"))
}
