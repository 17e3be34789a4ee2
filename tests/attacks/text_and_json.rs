//! 2b, the text and its JSON: one token has one spelling, and one meaning.

use audient::token::form::Problem;
use audient::verdict::rejection::Reason::{
    self, AlgorithmNone, AudienceMismatch, AudienceNotAllowed, ClaimMalformed,
    CriticalHeaderUnsupported, HeaderMalformed, PayloadMalformed, SignatureInvalid, TokenEncrypted,
    TokenMalformed, TokenMissing, TokenOpaque, TokenTooLarge,
};
use audient::verdict::rejection::Rejection;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use jsonwebtoken::Algorithm::ES256;
use serde_json::json;

use crate::draft::{Draft, encode, jwks, key, sign_as_is, signature};
use crate::issuer::Fetching;
use crate::support::{Answer, Desk, MAX_TOKEN_BYTES, NOW, ORDERS, only};

/// Other spellings of the last character that decode to the same bytes.
fn trailing_bit_twins(part: &str) -> Vec<String> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let free = match part.len() % 4 {
        2 => 16,
        3 => 4,
        _ => return Vec::new(),
    };
    let (head, last) = part.split_at(part.len() - 1);
    let value = ALPHABET
        .iter()
        .position(|one| *one == last.as_bytes()[0])
        .unwrap();
    (1..free)
        .map(|bits| format!("{head}{}", char::from(ALPHABET[value | bits])))
        .collect()
}

/// A draft whose claims are so many bytes long, modulo 3.
fn of_length(modulo: usize) -> Draft {
    (0..3)
        .map(|pad| Draft::good().claim("pad", &format!("\"{}\"", "x".repeat(pad))))
        .find(|draft| draft.payload_json().len() % 3 == modulo)
        .unwrap()
}

#[test]
fn b01_other_spellings_of_base64() {
    let desk = Desk::new();
    let mut tried = 0;
    for modulo in 0..3 {
        // ÿþ makes a difference between the two alphabets.
        let draft = of_length(modulo).claim("x", "\"ÿþÿþÿþ?>?>\"");
        let (header, payload) = (draft.header_json(), draft.payload_json());
        let (h, p) = (encode(&header), encode(&payload));
        let s = encode(signature(&draft.input(), &key(ES256).encoding, ES256));
        let mut others = Vec::new();
        for (first, second) in [
            (URL_SAFE.encode(&header), URL_SAFE.encode(&payload)),
            (h.clone(), STANDARD.encode(&payload)),
            (h.clone(), STANDARD_NO_PAD.encode(&payload)),
            (format!("{h}="), p.clone()),
            (h.clone(), format!("{p}==")),
            (format!(" {h}"), p.clone()),
            (h.clone(), format!("{p}\n")),
            (h.clone(), format!("{}\r\n{}", &p[..8], &p[8..])),
            (format!("{}\t{}", &h[..4], &h[4..]), p.clone()),
            (format!("{h}\0"), p.clone()),
        ] {
            if (&first, &second) != (&h, &p) {
                others.push((first, second));
            }
        }
        others.extend(
            trailing_bit_twins(&h)
                .into_iter()
                .map(|twin| (twin, p.clone())),
        );
        others.extend(
            trailing_bit_twins(&p)
                .into_iter()
                .map(|twin| (h.clone(), twin)),
        );
        for (first, second) in others {
            // As sent, and signed as sent.
            let input = format!("{first}.{second}");
            for token in [format!("{input}.{s}"), sign_as_is(&input)] {
                assert_eq!(desk.ask(&token), only(TokenMalformed), "{token}");
                tried += 1;
            }
        }
        for third in [
            format!("{s}=="),
            format!("{s}="),
            format!("{s}\n"),
            format!(" {s}"),
        ] {
            assert_eq!(desk.ask(&format!("{h}.{p}.{third}")), only(TokenMalformed));
        }
        let twins = trailing_bit_twins(&s);
        assert_eq!(twins.len(), 15);
        for third in twins {
            assert_eq!(desk.ask(&format!("{h}.{p}.{third}")), only(TokenMalformed));
        }
        assert_eq!(desk.ask(&format!("{h}.{p}.{s}")), Answer::Active);
    }
    assert!(tried > 60, "{tried}");
}

#[test]
fn b02_nothing_is_trimmed() {
    let desk = Desk::new();
    let good = Draft::good().signed();
    let parts: Vec<&str> = good.split('.').collect();
    let [h, p, s] = parts[..] else { panic!() };
    for (token, expected) in [
        (String::new(), only(TokenMissing)),
        (" ".into(), only(TokenOpaque)),
        (format!(" {good}"), only(TokenMalformed)),
        (format!("{good} "), only(TokenMalformed)),
        (format!("{good}\n"), only(TokenMalformed)),
        (format!("{good}\0"), only(TokenMalformed)),
        (format!("\u{feff}{good}"), only(TokenMalformed)),
        (format!("{good}\u{200b}"), only(TokenMalformed)),
        (format!("Bearer {good}"), only(TokenMalformed)),
        (format!("bearer  {good}"), only(TokenMalformed)),
        (format!("\"{good}\""), only(TokenMalformed)),
        (format!("'{good}'"), only(TokenMalformed)),
        (format!("{good},{good}"), only(TokenEncrypted)), // four dots
        (format!("{h}%2e{p}%2e{s}"), only(TokenOpaque)),
        (format!("{h}%2e.{p}.{s}"), only(TokenMalformed)),
        (h.into(), only(TokenOpaque)),
        (format!("{h}.{p}"), only(TokenMalformed)),
        (format!("{good}."), only(TokenMalformed)),
        (format!(".{good}"), only(TokenMalformed)),
        (format!("{good}.."), only(TokenEncrypted)),
        (format!("{good}..."), only(TokenMalformed)),
        (format!("{h}..{p}.{s}"), only(TokenMalformed)),
        (".".into(), only(TokenMalformed)),
        (format!(".{p}.{s}"), only(HeaderMalformed)),
        (format!("{h}..{s}"), only(PayloadMalformed)),
        (format!("{h}.{p}."), only(AlgorithmNone)),
        (
            "..".into(),
            Answer::Inactive(vec![HeaderMalformed, PayloadMalformed, AlgorithmNone]),
        ),
    ] {
        assert_eq!(desk.ask(&token), expected, "{token:?}");
    }
}

#[test]
fn b03_a_million_dots() {
    assert_eq!(Desk::new().ask(&".".repeat(65_536)), only(TokenTooLarge));
    let desk = Desk::new().roomy();
    for dots in [65_536, 1 << 20] {
        for text in [".".repeat(dots), ".".repeat(dots - 4) + "AAAA"] {
            // Told by their number: they are counted, and nothing is split.
            let [Rejection::TokenMalformed(fault)] = &desk.evidence(&text)[..] else {
                panic!()
            };
            let parts = text.matches('.').count() as u64 + 1;
            assert_eq!(fault.problem, Problem::PartCount);
            assert_eq!(fault.limit.unwrap().actual, parts);
        }
    }
}

#[test]
fn b04_json_serialization() {
    let desk = Desk::new();
    let good = Draft::good().signed();
    let parts: Vec<&str> = good.split('.').collect();
    let [h, p, s] = parts[..] else { panic!() };
    let flattened = json!({ "protected": h, "payload": p, "signature": s }).to_string();
    let general =
        json!({ "payload": p, "signatures": [{ "protected": h, "signature": s }] }).to_string();
    for text in [flattened, general] {
        assert_eq!(desk.ask(&text), only(TokenOpaque));
    }
    // Read as JSON by one, and split at dots by another (CVE-2022-39227).
    let other = Draft::good().claim("sub", "\"admin\"");
    let other = encode(other.payload_json());
    for polyglot in [
        format!(r#"{{"{h}.{other}.":"","protected":"{h}","payload":"{p}","signature":"{s}"}}"#),
        format!(r#"{{"protected":"{h}","payload":"{p}","signature":"{s}","x":".{other}."}}"#),
        format!("[\"{good}\"]"),
    ] {
        assert_eq!(desk.ask(&polyglot), only(TokenMalformed), "{polyglot}");
    }
}

#[test]
fn b05_encrypted_tokens_and_bombs() {
    let desk = Desk::new().roomy();
    let claims = encode(Draft::good().payload_json());
    for header in [
        json!({ "alg": "RSA-OAEP", "enc": "A256GCM" }),
        json!({ "alg": "dir", "enc": "A128CBC-HS256", "zip": "DEF" }),
        json!({ "alg": "PBES2-HS512+A256KW", "enc": "A256GCM", "p2s": "AAAA", "p2c": i32::MAX }),
    ] {
        let header = encode(header.to_string());
        let bomb = "A".repeat(900_000);
        for jwe in [
            format!("{header}.AA.AA.AA.AA"),
            format!("{header}....AA"),
            format!("{header}.AA.AA.{bomb}.AA"),
            format!("!.{header}.?.#.*"),
        ] {
            assert_eq!(desk.ask(&jwe), only(TokenEncrypted));
        }
        let [head, ..] = &header.split('.').collect::<Vec<_>>()[..] else {
            panic!()
        };
        // In three parts it is a JWS of an algorithm that nobody has.
        let jws = desk.ask(&sign_as_is(&format!("{head}.{claims}")));
        assert_eq!(jws.leads(), Some(Reason::AlgorithmUnsupported));
    }
    // A JWS inflates nothing: `zip` is no parameter of it.
    let plain = Draft::good().header("zip", "\"DEF\"");
    assert_eq!(desk.ask_draft(&plain), Answer::Active);
    let deflated = plain.raw_payload(b"\x78\x9c\xab\xae\x05\x00\x01\x75\x00\xf9");
    assert_eq!(desk.ask_draft(&deflated), only(PayloadMalformed));
}

#[test]
fn b06_a_token_in_a_token() {
    let desk = Desk::new();
    let inner = Draft::good().signed();
    let nested = Draft::good().header("cty", "\"JWT\"");
    for payload in [inner.clone(), format!("\"{inner}\"")] {
        let nested = nested.clone().raw_payload(payload);
        assert_eq!(desk.ask_draft(&nested), only(PayloadMalformed));
    }
}

#[test]
fn b07_a_million_bytes() {
    let desk = Desk::new();
    let fetching = Fetching::new(&jwks());
    let claim = format!("\"{}\"", "x".repeat(700_000));
    let signed = Draft::good().claim("x", &claim).signed();
    for text in [
        signed,
        ".".repeat(1 << 20),
        "\0".repeat(1 << 20),
        "é".repeat(1 << 19),
    ] {
        let [Rejection::TokenTooLarge(limit)] = &desk.evidence(&text)[..] else {
            panic!()
        };
        assert_eq!(limit.limit, MAX_TOKEN_BYTES as u64);
        assert_eq!(limit.actual, text.len() as u64);
        assert_eq!(fetching.ask(&text), only(TokenTooLarge));
    }
    assert_eq!(fetching.fetches(), 1);
    // The bound itself is allowed.
    let bound = "A".repeat(MAX_TOKEN_BYTES);
    assert_eq!(desk.ask(&bound), only(TokenOpaque));
    assert_eq!(desk.ask(&(bound + "A")), only(TokenTooLarge));
}

#[test]
fn b08_critical_headers() {
    let desk = Desk::new();
    let plain = Draft::good().header("b64", "false").header("x", "1");
    for (crit, expected) in [
        (r#"["b64"]"#, CriticalHeaderUnsupported),
        (r#"["x"]"#, CriticalHeaderUnsupported),
        (r#"["alg"]"#, CriticalHeaderUnsupported),
        (r#"["exp"]"#, CriticalHeaderUnsupported),
        (r#"["missing"]"#, CriticalHeaderUnsupported),
        (r#"["x","x"]"#, CriticalHeaderUnsupported),
        (r#"[""]"#, CriticalHeaderUnsupported),
        ("[]", HeaderMalformed),
        ("null", HeaderMalformed),
        (r#""x""#, HeaderMalformed),
        ("{}", HeaderMalformed),
        ("[7]", HeaderMalformed),
        (r#"["x",null]"#, HeaderMalformed),
        (r#"[["x"]]"#, HeaderMalformed),
    ] {
        let draft = plain.clone().header("crit", crit);
        assert_eq!(desk.ask_draft(&draft), only(expected), "{crit}");
        // Alone: no key was looked for.
        assert_eq!(desk.ask(&draft.and([7; 64])), only(expected), "{crit}");
    }
    // Not marked critical, `b64` says nothing (RFC 7797 §6): the payload is base64url.
    assert_eq!(desk.ask_draft(&plain), Answer::Active);
    let payload = String::from_utf8(plain.payload_json()).unwrap();
    let unencoded = format!("{}.{payload}", encode(plain.header_json()));
    let signed = signature(&unencoded, &key(ES256).encoding, ES256);
    assert_eq!(desk.ask(&plain.and(signed)), only(SignatureInvalid));
}

#[test]
fn b09_names_that_are_there_twice() {
    let desk = Desk::new();
    let json = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (header, payload) = (Draft::good().header_json(), Draft::good().payload_json());
    let (header, payload) = (json(header), json(payload));
    for more in [
        r#""alg":"none""#,
        r#""alg":"ES256""#,
        r#""\u0061lg":"none""#,
        r#""kid":"dev-rsa""#,
        r#""k\u0069d":null"#,
        r#""x":1,"x":1"#,
    ] {
        for text in [
            header.replacen('{', &format!("{{{more},"), 1),
            format!("{},{more}}}", header.trim_end_matches('}')),
        ] {
            let draft = Draft::good().raw_header(text);
            assert_eq!(desk.ask_draft(&draft), only(HeaderMalformed), "{more}");
        }
    }
    for more in [
        r#""aud":"https://other.example""#,
        r#""\u0061ud":["x"]"#,
        r#""iss":"https://evil.example""#,
        r#""exp":1"#,
        r#""e\u0078p":253402300799"#,
        r#""nbf":1,"nbf":2"#,
        r#""sub":"alice""#,
        r#""":1,"":2"#,
        r#""x":1,"\u0078":2"#,
    ] {
        for text in [
            payload.replacen('{', &format!("{{{more},"), 1),
            format!("{},{more}}}", payload.trim_end_matches('}')),
        ] {
            let draft = Draft::good().raw_payload(text);
            assert_eq!(desk.ask_draft(&draft), only(PayloadMalformed), "{more}");
        }
    }
}

/// A value nested so deep that the object around it has `levels` levels.
fn nested(levels: usize, open: &str, inner: &str, close: &str) -> String {
    format!(
        "{}{inner}{}",
        open.repeat(levels - 1),
        close.repeat(levels - 1)
    )
}

#[test]
fn b10_json_that_breaks_readers() {
    let desk = Desk::new().roomy();
    let shapes = [("[", "", "]"), (r#"{"a":"#, "0", "}")];
    for (open, inner, close) in shapes {
        for levels in [33, 34, 100, 1000, 20_000] {
            let deep = nested(levels, open, inner, close);
            let claims = Draft::good().claim("x", &deep);
            assert_eq!(desk.ask_draft(&claims), only(PayloadMalformed));
            let header = Draft::good().header("x", &deep);
            assert_eq!(desk.ask_draft(&header), only(HeaderMalformed));
        }
        let most = Draft::good().claim("x", &nested(32, open, inner, close));
        assert_eq!(desk.ask_draft(&most), Answer::Active);
    }
    // Never closed.
    for open in ["[", r#"{"a":"#] {
        let endless = Draft::good().raw_payload(open.repeat(20_000));
        assert_eq!(desk.ask_draft(&endless), only(PayloadMalformed));
    }
    let many = (0..2000).fold(Draft::good(), |draft, at| {
        draft.claim(&format!("m{at}"), "0")
    });
    assert_eq!(desk.ask_draft(&many), Answer::Active);
    let twice: Vec<String> = (0..4000)
        .map(|at| format!("\"m{}\":0", at % 2000))
        .collect();
    let twice = Draft::good().raw_header(format!("{{{}}}", twice.join(",")));
    let Answer::Inactive(reasons) = desk.ask_draft(&twice) else {
        panic!()
    };
    assert_eq!(reasons, [HeaderMalformed; 2000]);

    let text = String::from_utf8(Draft::good().payload_json()).unwrap();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let with = |value: &[u8]| [b"{\"x\":", value, b",", &text.as_bytes()[1..]].concat();
    for payload in [
        with(br#""\ud800""#),
        with(br#""\udc00\ud800""#),
        with(br#""\ud800\u0041""#),
        with(br#"{"\ud800":1}"#),
        with(b"\"\xff\""),
        with(b"\"\xc0\x80\""),
        with(b"\"\xed\xa0\x80\""),
        with(b"\"\0\""),
        with(b"\"\n\""),
        with(b"\"\\x41\""),
        with(b"\"\\u12\""),
        with("\"\\u12é4\"".as_bytes()),
        with(b"NaN"),
        with(b"Infinity"),
        with(b"-"),
        with(b"1."),
        with(b".5"),
        with(b"+1"),
        with(b"01"),
        with(b"'a'"),
        with(b"/**/1"),
        with(b"1,"),
        with(b"\xc2\xa01"),
        utf16,
        [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        format!("{text}\0").into(),
        format!("{text}{text}").into(),
        text.trim_end_matches('}').into(),
    ] {
        let shown = String::from_utf8_lossy(&payload).into_owned();
        let claims = Draft::good().raw_payload(&payload);
        assert_eq!(desk.ask_draft(&claims), only(PayloadMalformed), "{shown}");
        let header = Draft::good().raw_header(&payload);
        assert_eq!(desk.ask_draft(&header), only(HeaderMalformed), "{shown}");
    }
}

#[test]
fn b10a_private_names_of_serde_json() {
    let desk = Desk::new();
    let raw = |text: &str| {
        let quoted = json!(text).to_string();
        json!({ "$serde_json::private::RawValue": quoted }).to_string()
    };
    let number =
        |seconds: i64| json!({ "$serde_json::private::Number": seconds.to_string() }).to_string();
    for (claim, value) in [
        ("aud", raw(ORDERS)),
        ("aud", format!("[{}]", raw(ORDERS))),
        ("sub", raw("alice")),
        ("exp", number(NOW + 60)),
        ("nbf", number(NOW - 60)),
        ("scope", raw("read")),
    ] {
        let draft = Draft::good().claim(claim, &value);
        assert_eq!(desk.ask_draft(&draft), only(ClaimMalformed), "{claim}");
    }
    let issuer = Draft::good().claim("iss", &raw("https://id.example"));
    assert_eq!(desk.ask_draft(&issuer), only(ClaimMalformed));
    let header = Draft::good().header("alg", &raw("ES256"));
    assert_eq!(desk.ask_draft(&header), only(HeaderMalformed));
    // Their text is a text like any other.
    let named = Draft::good().claim("aud", &json!(raw(ORDERS)).to_string());
    let leads = desk.ask_draft(&named).leads().unwrap();
    assert!([AudienceMismatch, AudienceNotAllowed].contains(&leads));
}

#[test]
fn b11_claims_that_are_no_object() {
    let desk = Desk::new();
    for payload in [
        "", " ", "[]", "[{}]", "null", "true", "7", "\"{}\"", "{", "}", "{}{}", "{} x", "{,}",
        "{\"a\"}", "{a:1}",
    ] {
        let draft = Draft::good().raw_payload(payload);
        assert_eq!(desk.ask_draft(&draft), only(PayloadMalformed), "{payload}");
        let draft = Draft::good().raw_header(payload);
        assert_eq!(desk.ask_draft(&draft), only(HeaderMalformed), "{payload}");
    }
}
