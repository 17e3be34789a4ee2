//! Members of header and claims, with values that they may not have, or only just.

use crate::chance::Chance;
use crate::draft::{AUDIENCE, CLAIMS, Draft, HEADER, ISSUERS, NOW};

type Done = Option<String>;

/// Sets a member to one of these JSON texts.
fn one_of(
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

const ODD: &[&str] = &[
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

pub(crate) fn claims_twice(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    twice(
        draft,
        chance,
        CLAIMS,
        &["iss", "aud", "exp", "sub", "iat", "scope", "client_id"],
    )
}

/// A name again, plain or in escapes, before or behind, with the same value or another.
fn twice(draft: &mut Draft<'_>, chance: &mut Chance, object: usize, names: &[&str]) -> Done {
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

pub(crate) fn claims_missing(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let name = chance.pick(&["iss", "aud", "exp", "sub", "iat", "scope", "client_id"]);
    draft.remove(CLAIMS, name);
    Some(name.to_owned())
}

pub(crate) fn claims_unknown(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let name = chance.pick(&[
        "x",
        "",
        "__proto__",
        "constructor",
        "toString",
        "$serde_json::private::Number",
        "é",
        "a.b",
    ]);
    let values = [
        "123456789012345678901234567890",
        "1e400",
        "-1e400",
        "1e-400",
        "-0",
        "0.1e1",
        "9007199254740993",
        "\"\\u0000\"",
        "{\"$serde_json::private::RawValue\":\"1\"}",
        "[[[[[[1]]]]]]",
        "{\"x\":1,\"x\":2}",
        "\"\\ud83d\\ude00\"",
        "\"\u{2028}\"",
    ];
    let value = chance.pick(&[ODD, &values].concat());
    draft.set(CLAIMS, name, value);
    Some(format!("{name} {value}"))
}

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

pub(crate) fn aud_shape(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let good = format!("\"{AUDIENCE}\"");
    let many = vec![good.as_str(); 100].join(",");
    let shapes = [
        "[]",
        "[\"\"]",
        "\"\"",
        "[1]",
        "1",
        "null",
        "{}",
        "true",
        "[GOOD]",
        "[GOOD,\"x\"]",
        "[\"x\",GOOD]",
        "[GOOD,GOOD]",
        "[GOOD,1]",
        "[GOOD,null]",
        "[null,GOOD]",
        "[GOOD,\"\"]",
        "[[GOOD]]",
        "[GOOD,[]]",
        "[GOOD,{}]",
        "{GOOD:1}",
        "{\"0\":GOOD}",
        "[MANY]",
        "{\"$serde_json::private::RawValue\":\"[]\"}",
    ];
    let shape = chance.pick(&shapes);
    let value = shape.replace("GOOD", &good).replace("MANY", &many);
    draft.set(CLAIMS, "aud", &value);
    Some(shape.to_owned())
}

pub(crate) fn aud_near(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let shape = chance.pick(&[
        "GOOD/",
        " GOOD",
        "GOOD ",
        "GOOD\\u0000",
        "GOOD\\u200b",
        "GOODx",
        "GOOD,x",
        "x,GOOD",
        "GOOD x",
        "*",
        ".*",
        "GOOD?x",
        "GOOD#",
        "\\u0068REST",
        "\\/GOOD",
        "orders",
        "https:\\/\\/api.example.com\\/orders",
        "http://api.example.com/orders",
        "HTTPS://API.EXAMPLE.COM/orders",
        "https://api.example.com/Orders",
        "https://api.example.com:443/orders",
        "https://\u{430}pi.example.com/orders",
        "https://api.example.com/order%73",
        "https://api.example.com/order",
    ]);
    let value = shape
        .replace("GOOD", AUDIENCE)
        .replace("REST", &AUDIENCE[1..]);
    draft.set(CLAIMS, "aud", &format!("\"{value}\""));
    Some(shape.to_owned())
}

pub(crate) fn iss_other(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let good = ISSUERS[draft.set];
    let shape = chance.pick(&[
        "GOOD/",
        "GOOD ",
        " GOOD",
        "GOOD\\u0000",
        "",
        "https://elsewhere.example",
        "OTHER",
        "\\u0068REST",
        "https:\\/\\/issuer.example",
        "HTTPS://ISSUER.EXAMPLE",
        "https://issuer.example.evil.example",
        "https://issuer.exampl",
        "file:///etc/passwd",
    ]);
    let value = (shape.replace("GOOD", good))
        .replace("OTHER", ISSUERS[1 - draft.set])
        .replace("REST", &good[1..]);
    draft.set(CLAIMS, "iss", &format!("\"{value}\""));
    Some(shape.to_owned())
}

pub(crate) fn iss_type(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let good = format!("[\"{}\"]", ISSUERS[draft.set]);
    let value = chance
        .pick(&["null", "1", "true", "{}", "[]", &good])
        .to_owned();
    draft.set(CLAIMS, "iss", &value);
    Some(value)
}

pub(crate) fn scope_form(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let name = chance.pick(&["scope", "scp"]);
    let values = [
        "\"orders:read\"",
        "\"openid orders:read\"",
        "[\"orders:read\"]",
        "[\"openid\",\"orders:read\"]",
        "\"openid\"",
        "\"\"",
        "\"orders:read \"",
        "\"orders:read\\torders:write\"",
        "\"Orders:read\"",
        "null",
        "1",
        "[1]",
        "[]",
        "{}",
        "\"orders:reader\"",
    ];
    draft.remove(CLAIMS, "scope");
    one_of(draft, chance, CLAIMS, name, &values)
}

pub(crate) fn claims_type(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    let name = chance.pick(&[
        "sub",
        "jti",
        "client_id",
        "azp",
        "nonce",
        "auth_time",
        "roles",
    ]);
    one_of(draft, chance, CLAIMS, name, ODD)
}

pub(crate) fn cnf(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    one_of(
        draft,
        chance,
        CLAIMS,
        "cnf",
        &[
            "{\"jkt\":\"x\"}",
            "{}",
            "null",
            "\"x\"",
            "{\"jkt\":1,\"jkt\":2}",
        ],
    )
}
