//! Dates at, about and beyond every limit.

use crate::chance::Chance;
use crate::draft::{CLAIMS, Draft, NOW};
use crate::header::{Done, one_of};

/// About a limit: seconds beside it, and parts of a second.
fn edge(draft: &mut Draft<'_>, chance: &mut Chance, name: &str) -> Done {
    let at = NOW + chance.pick(&[-31, -30, -29, -1, 0, 1, 29, 30, 31]);
    let value = match chance.below(7) {
        0 => format!("{at}.5"),
        1 => format!("{at}.000000001"),
        2 => format!("{at}.999999999"),
        3 => format!("{at}.0"),
        4 => format!("{}.{:09}e9", at / 1_000_000_000, at % 1_000_000_000),
        _ => at.to_string(),
    };
    draft.set(CLAIMS, name, &value);
    Some(format!("{name} {value}"))
}

pub(crate) fn exp_edge(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    edge(draft, chance, "exp")
}

pub(crate) fn nbf_edge(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    edge(draft, chance, "nbf")
}

pub(crate) fn iat_edge(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    edge(draft, chance, "iat")
}

pub(crate) fn time_number(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let name = chance.pick(&["exp", "nbf", "iat"]);
    let values = [
        "0",
        "-0",
        "-1",
        "1",
        "0.5",
        "-0.5",
        "1e9",
        "1.75E+9",
        "2e9",
        "4102444800",
        "253402300799",
        "253402300799.5",
        "253402300800",
        "9007199254740993",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
        "99999999999999999999999999",
        "1e308",
        "1e400",
        "1e-400",
        "-1e400",
        "1750000000000",
    ];
    one_of(draft, chance, CLAIMS, name, &values)
}

pub(crate) fn time_type(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let name = chance.pick(&["exp", "nbf", "iat"]);
    let values = [
        "\"1750000600\"",
        "\"1749999000\"",
        "\"soon\"",
        "\"\"",
        "null",
        "true",
        "false",
        "[]",
        "{}",
        "[1750000600]",
        "\"2025-06-15T00:00:00Z\"",
        "\"0x7fffffff\"",
        "\" 1750000600 \"",
        "\"1_750_000_600\"",
        "{\"$serde_json::private::Number\":\"1750000600\"}",
    ];
    one_of(draft, chance, CLAIMS, name, &values)
}
