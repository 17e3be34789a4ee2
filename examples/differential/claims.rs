//! Claims, with values that they may not have, or only just.

use crate::chance::Chance;
use crate::draft::{AUDIENCE, CLAIMS, Draft, ISSUERS};
use crate::header::{Done, ODD, one_of, twice};

pub(crate) fn claims_twice(draft: &mut Draft<'_>, chance: &mut Chance) -> Done {
    twice(
        draft,
        chance,
        CLAIMS,
        &["iss", "aud", "exp", "sub", "iat", "scope", "client_id"],
    )
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
