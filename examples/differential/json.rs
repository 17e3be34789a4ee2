//! JSON of header and claims, spelled otherwise, or none.

use crate::chance::Chance;
use crate::draft::Draft;

type Done = Option<String>;

/// One of the two JSON texts, and which.
fn text<'d>(draft: &'d mut Draft<'_>, chance: &mut Chance) -> (&'d mut Vec<u8>, &'static str) {
    let object = chance.below(2);
    (&mut draft.texts[object], ["header", "claims"][object])
}

/// A member more, at the end.
fn member(text: &mut Vec<u8>, member: &str) {
    if text.pop().is_some() {
        text.extend_from_slice(format!(",{member}}}").as_bytes());
    }
}

pub(crate) fn blanks(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let (text, object) = text(draft, chance);
    let blank = chance.pick(&[" ", "\n", "\t", "\r", "\r\n ", "\u{b}", "\u{a0}", "\u{0}"]);
    let spread: String = String::from_utf8_lossy(text)
        .replace("\":", &format!("\"{blank}:{blank}"))
        .replace(",\"", &format!("{blank},{blank}\""));
    *text = format!("{blank}{spread}{blank}").into_bytes();
    Some(format!("{object} {blank:?}"))
}

/// Names in escapes: the same names (RFC 8259 §8.3).
pub(crate) fn escapes(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let (text, object) = text(draft, chance);
    let name = chance.pick(match object {
        "header" => &["alg", "kid", "typ"],
        _ => &["iss", "aud", "exp"],
    });
    let escaped: Vec<String> = name.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
    let escaped = escaped.concat();
    let changed =
        String::from_utf8_lossy(text).replace(&format!("\"{name}\""), &format!("\"{escaped}\""));
    *text = changed.into_bytes();
    Some(format!("{object} {name}"))
}

/// A byte order mark, or another encoding than UTF-8.
pub(crate) fn mark(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let (text, object) = text(draft, chance);
    let what = chance.pick(&["mark", "utf-16le", "utf-16be", "utf-16 with mark"]);
    let wide = |bytes: fn(u16) -> [u8; 2]| {
        text.iter()
            .flat_map(|byte| bytes(u16::from(*byte)))
            .collect::<Vec<u8>>()
    };
    *text = match what {
        "mark" => [b"\xef\xbb\xbf", &text[..]].concat(),
        "utf-16le" => wide(u16::to_le_bytes),
        "utf-16be" => wide(u16::to_be_bytes),
        _ => [b"\xff\xfe", &wide(u16::to_le_bytes)[..]].concat(),
    };
    Some(format!("{object} {what}"))
}

/// The object itself is the first level.
pub(crate) fn depth(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let (text, object) = text(draft, chance);
    let levels = chance.pick(&[2, 16, 30, 31, 32, 33, 64, 200, 1000, 2500]);
    let (open, close) = chance.pick(&[("[", "]"), ("{\"d\":", "}")]);
    let inner = levels - 1;
    member(
        text,
        &format!("\"deep\":{}1{}", open.repeat(inner), close.repeat(inner)),
    );
    Some(format!("{object} {levels} levels"))
}

pub(crate) fn surrogates(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let (text, object) = text(draft, chance);
    let escape = chance.pick(&[
        "\\ud800",
        "\\udc00",
        "\\ud83d\\ude00",
        "\\ud800\\ud800",
        "\\ude00\\ud83d",
        "\\uD83D x",
        "\\ud83d\\u0041",
    ]);
    let whole = match chance.below(3) {
        0 => format!("\"{escape}\":1"),
        1 => format!("\"s\":[{{\"t\":\"{escape}\"}}]"),
        _ => format!("\"s\":\"{escape}\""),
    };
    member(text, &whole);
    Some(format!("{object} {whole}"))
}

pub(crate) fn trailing(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let (text, object) = text(draft, chance);
    let more = chance.pick(&[
        "x", "{}", ",", "\0", "}", " ", "\n", "//", "null", "\u{feff}",
    ]);
    text.extend_from_slice(more.as_bytes());
    Some(format!("{object} {more:?}"))
}

pub(crate) fn no_object(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let (text, object) = text(draft, chance);
    let what = chance.pick(&[
        "[]",
        "null",
        "1",
        "true",
        "\"x\"",
        "",
        " ",
        "{}",
        "[WHOLE]",
        "\"WHOLE\"",
        "{\"x\":WHOLE}",
    ]);
    *text = what
        .replace("WHOLE", &String::from_utf8_lossy(text))
        .into_bytes();
    Some(format!("{object} {what}"))
}

/// A member whose value JSON does not know.
pub(crate) fn odd_value(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let (text, object) = text(draft, chance);
    let value = chance.pick(&[
        "NaN",
        "Infinity",
        "-Infinity",
        "01",
        "+1",
        ".5",
        "1.",
        "0x1",
        "1e",
        "'x'",
        "\"\t\"",
        "\"\n\"",
        "\"\\x41\"",
        "\"\\'\"",
        "\"\\u12\"",
        "undefined",
        "True",
        "None",
        "[1,]",
        "{\"a\":1,}",
        "[,]",
        "--1",
        "1_000",
        "\"\u{7f}\"",
        "\"\u{1}\"",
        "-",
        "/**/1",
    ]);
    member(text, &format!("\"odd\":{value}"));
    Some(format!("{object} {value}"))
}

pub(crate) fn syntax(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let (text, object) = text(draft, chance);
    let whole = String::from_utf8_lossy(text).into_owned();
    let (what, changed) = match chance.below(6) {
        0 => ("comma at the end", whole.replace('}', ",}")),
        1 => ("single quotes", whole.replace('"', "'")),
        2 => (
            "names bare",
            whole.replace("\"alg\"", "alg").replace("\"exp\"", "exp"),
        ),
        3 => ("not closed", whole.trim_end_matches('}').to_owned()),
        4 => ("comma at the start", whole.replacen('{', "{,", 1)),
        _ => ("no commas", whole.replace(",\"", " \"")),
    };
    *text = changed.into_bytes();
    Some(format!("{object} {what}"))
}

pub(crate) fn utf8(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let (text, object) = text(draft, chance);
    let bytes: &[u8] = chance.pick(&[
        b"\xff",
        b"\x80",
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xe2\x82",
        b"\xef\xbf\xbf",
        b"\xf0\x9f\x98\x80",
        b"\xc3\xa9",
    ]);
    if text.pop().is_some() {
        text.extend_from_slice(&[b",\"u\":\"", bytes, b"\"}"].concat());
    }
    Some(format!("{object} {bytes:02x?}"))
}

/// Many members, a long text, or a token past its limit of 16 KiB.
pub(crate) fn large(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let (text, object) = text(draft, chance);
    let what = chance.pick(&["members", "text", "digits", "past the limit"]);
    let whole = match what {
        "members" => (0..500)
            .map(|n| format!("\"m{n}\":{n}"))
            .collect::<Vec<_>>()
            .join(","),
        "text" => format!("\"long\":\"{}\"", "x".repeat(6000)),
        "digits" => format!("\"long\":{}", "7".repeat(5000)),
        _ => format!("\"long\":\"{}\"", "x".repeat(13000)),
    };
    member(text, &whole);
    Some(format!("{object} {what}"))
}
