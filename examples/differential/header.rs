//! Members of the header, with values that they may not have, or only just.

use crate::chance::Chance;
use crate::draft::{Draft, HEADER};

pub(crate) type Done = Option<String>;

/// Sets a member to one of these JSON texts.
pub(crate) fn one_of(
    draft: &mut Draft<'_>,
    chance: &mut Chance,
    object: usize,
    name: &str,
    values: &[&str],
) -> Done {
    let value = chance.pick(values);
    draft.set(object, name, value);
    Some(format!("{name} {value}"))
}

pub(crate) const ODD: &[&str] = &[
    "null", "1", "true", "false", "{}", "[]", "[\"x\"]", "1.5", "\"\"",
];

pub(crate) fn alg_other(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let names = [
        "\"RS256\"",
        "\"RS512\"",
        "\"PS256\"",
        "\"ES256\"",
        "\"ES384\"",
        "\"ES512\"",
        "\"EdDSA\"",
        "\"Ed25519\"",
        "\"HS256\"",
        "\"HS512\"",
        "\"ES256K\"",
        "\"Ed448\"",
        "\"RS1\"",
        "\"es256\"",
        "\"HS256 \"",
        "\"A128KW\"",
        "\"RSA-OAEP\"",
        "\"\"",
        "\"ES256\\u0000\"",
        "\"\\u0045S256\"",
        "\"dir\"",
        "\"ML-DSA-44\"",
    ];
    one_of(draft, chance, HEADER, "alg", &names)
}

pub(crate) fn alg_type(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    one_of(
        draft,
        chance,
        HEADER,
        "alg",
        &[
            "null",
            "1",
            "true",
            "{}",
            "[]",
            "[\"ES256\"]",
            "{\"ES256\":1}",
        ],
    )
}

pub(crate) fn alg_missing(draft: &mut Draft<'_>, _: &mut Chance) -> Done {
    draft.remove(HEADER, "alg");
    Some(String::new())
}

pub(crate) fn kid_other(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let names = [
        "\"\"",
        "\"unknown\"",
        "\"es-1\"",
        "\"es-2\"",
        "\"rsa-1\"",
        "\"ed-1\"",
        "\"hs-1\"",
        "\"es-enc\"",
        "\"ES-1\"",
        "\"es-1 \"",
        "\"es-1\\u0000\"",
        "\"\\u0065s-1\"",
        "\"../../dev/null\"",
        "\"' OR 1=1 --\"",
        "\"es\\u200b-1\"",
        "\"__proto__\"",
        "\"0\"",
    ];
    one_of(draft, chance, HEADER, "kid", &names)
}

pub(crate) fn kid_type(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    one_of(
        draft,
        chance,
        HEADER,
        "kid",
        &["null", "1", "true", "{}", "[]", "[\"es-1\"]"],
    )
}

pub(crate) fn kid_missing(draft: &mut Draft<'_>, _: &mut Chance) -> Done {
    draft.remove(HEADER, "kid");
    Some(String::new())
}

pub(crate) fn typ_other(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let names = [
        "\"at+jwt\"",
        "\"AT+JWT\"",
        "\"application/at+jwt\"",
        "\"Application/AT+JWT\"",
        "\"JWT\"",
        "\"jwt\"",
        "\"application/jwt\"",
        "\"\"",
        "\"JOSE\"",
        "\"dpop+jwt\"",
        "\"logout+jwt\"",
        "\" JWT\"",
        "\"x/jwt\"",
        "\"at+jwt;v=1\"",
        "\"J\\u0057T\"",
    ];
    one_of(draft, chance, HEADER, "typ", &names)
}

pub(crate) fn typ_type(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    one_of(
        draft,
        chance,
        HEADER,
        "typ",
        &["null", "1", "true", "{}", "[]", "[\"JWT\"]"],
    )
}

pub(crate) fn typ_missing(draft: &mut Draft<'_>, _: &mut Chance) -> Done {
    draft.remove(HEADER, "typ");
    Some(String::new())
}

pub(crate) fn crit(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let values = [
        "[\"exp\"]",
        "[\"b64\"]",
        "[]",
        "\"exp\"",
        "null",
        "[\"alg\"]",
        "[1]",
        "[\"x\"]",
        "{}",
        "[\"x\",\"x\"]",
        "[\"\"]",
        "[null]",
        "true",
        "[\"kid\"]",
    ];
    if chance.percent(50) {
        draft.set(HEADER, "exp", "1");
        draft.set(HEADER, "x", "1");
        draft.set(HEADER, "b64", chance.pick(&["true", "false"]));
    }
    one_of(draft, chance, HEADER, "crit", &values)
}

pub(crate) fn b64(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    one_of(
        draft,
        chance,
        HEADER,
        "b64",
        &["true", "false", "null", "\"false\"", "0"],
    )
}

pub(crate) fn header_unknown(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let name = chance.pick(&[
        "jku",
        "jwk",
        "x5u",
        "x5c",
        "x5t",
        "x5t#S256",
        "cty",
        "zip",
        "enc",
        "epk",
        "apu",
        "p2c",
        "p2s",
        "iv",
        "tag",
        "url",
        "nonce",
        "iss",
        "svt",
        "",
        "x",
        "__proto__",
        "constructor",
        "$serde_json::private::RawValue",
    ]);
    let values = [
        "\"http://127.0.0.1:1/\"",
        "\"JWT\"",
        "\"DEF\"",
        "2147483647",
        "[[1]]",
        "{\"x\":{}}",
        "1e400",
    ];
    let value = chance.pick(&[ODD, &values].concat());
    draft.set(HEADER, name, value);
    Some(format!("{name} {value}"))
}

pub(crate) fn header_twice(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    twice(draft, chance, HEADER, &["alg", "kid", "typ"])
}

/// A name again, plain or in escapes, before or behind, with the same value or another.
pub(crate) fn twice(
    draft: &mut Draft<'_>,
    chance: &mut Chance,
    object: usize,
    names: &[&str],
) -> Done {
    let name = chance.pick(names);
    let value = match chance.percent(50) {
        true => draft.value(object, name)?,
        false => chance
            .pick(&["\"x\"", "1", "null", "\"none\"", "4102444800"])
            .to_owned(),
    };
    let (first, rest) = name.split_at(1);
    let name = match chance.percent(50) {
        true => format!("\"\\u{:04x}{rest}\"", first.as_bytes()[0]),
        false => format!("\"{name}\""),
    };
    draft.add(object, &name, &value);
    if chance.percent(50) {
        draft.members[object].rotate_right(1);
    }
    Some(format!("{name} {value}"))
}
