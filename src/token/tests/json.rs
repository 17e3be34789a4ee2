//! Strict JSON, and another reader to agree with.

use proptest::prelude::*;

use crate::token::json::{Fault, FaultAt, Kind, MAX_DEPTH, Object};

fn fault(text: &str) -> (Fault, usize) {
    match Object::parse(text.as_bytes()) {
        Err(FaultAt { fault, offset }) => (fault, offset),
        Ok(_) => panic!("{text} was read"),
    }
}

fn nested(levels: usize) -> String {
    // The object itself is the first level.
    format!(
        r#"{{"a":{}{}}}"#,
        "[".repeat(levels - 1),
        "]".repeat(levels - 1)
    )
}

#[test]
fn members_are_read_as_written() {
    let text = " {\"a\" : 1.50 , \"b\":\t[1, {\"c\":null}] ,\n\"\\u0064\":\"\\ud83d\\ude00\\n\"} ";
    let object = Object::parse(text.as_bytes()).unwrap();
    let members: Vec<_> = (object.members())
        .map(|(name, value)| (name, value.kind(), value.text()))
        .collect();
    assert_eq!(
        members,
        [
            ("a", Kind::Number, "1.50"),
            ("b", Kind::Array, "[1, {\"c\":null}]"),
            ("d", Kind::String, "\"\\ud83d\\ude00\\n\""),
        ]
    );
    assert_eq!(object.get("d").unwrap().as_str().unwrap(), "😀\n");
    assert_eq!(object.text(), text);
    assert_eq!(object.offset("a"), 8);
    let elements = object.get("b").unwrap().elements().unwrap();
    assert_eq!(elements.len(), 2);
    assert_eq!(&*elements[1].members().unwrap()[0].0, "c");
}

#[test]
fn every_escape_is_understood() {
    let object = Object::parse(br#"{"a":"\"\\\/\b\f\n\r\t\u00e9\uD834\uDD1Ex"}"#).unwrap();
    let text = object.get("a").unwrap().as_str().unwrap();
    assert_eq!(text, "\"\\/\u{8}\u{c}\n\r\t\u{e9}\u{1d11e}x");
}

#[test]
fn what_is_no_object_is_placed() {
    for (text, offset) in [
        ("", 0),
        (" ", 1),
        ("[]", 0),
        ("null", 0),
        (r#""{}""#, 0),
        ("\u{feff}{}", 0),
        ("{", 1),
        ("{}{}", 2),
        ("{} x", 3),
        ("{}\0", 2),
        (r#"{"a":1,}"#, 7),
        (r"{,}", 1),
        (r"{a:1}", 1),
        (r"{'a':1}", 1),
        (r#"{"a" 1}"#, 5),
        (r#"{"a":}"#, 5),
        (r#"{"a":NaN}"#, 5),
        (r#"{"a":Infinity}"#, 5),
        (r#"{"a":-Infinity}"#, 6),
        (r#"{"a":+1}"#, 5),
        (r#"{"a":01}"#, 6),
        (r#"{"a":1.}"#, 7),
        (r#"{"a":.5}"#, 5),
        (r#"{"a":1e}"#, 7),
        (r#"{"a":0x10}"#, 6),
        (r#"{"a":-}"#, 6),
        (r#"{"a":True}"#, 5),
        (r#"{"a":nul}"#, 5),
        (r#"{"a":[1,]}"#, 8),
        (r#"{"a":[1 2]}"#, 8),
        (r#"{"a":1/**/}"#, 6),
        ("{\"a\":\"\n\"}", 6),
        ("{\"a\":\"\u{1}\"}", 6),
        ("{\"\t\":1}", 2),
        (r#"{"a":"\x"}"#, 7),
        (r#"{"a":"\u12"}"#, 7),
        (r#"{"a":"\u+123"}"#, 7),
        (r#"{"a":"\U0041"}"#, 7),
        (r#"{"a":"open}"#, 11),
        ("{\u{a0}}", 1),
        ("{\u{b}}", 1),
    ] {
        assert_eq!(fault(text), (Fault::NotJsonObject, offset), "{text:?}");
    }
    // DEL and everything above may stand as it is.
    assert!(Object::parse("{\"\u{7f}\":\"\u{80}\u{2028}\"}".as_bytes()).is_ok());
}

#[test]
fn bytes_that_are_no_utf8_are_placed() {
    for (bytes, offset) in [
        (&b"\xff"[..], 0),
        (b"{\"a\":\"\xc3\"}", 6),
        (b"{\"a\":\"\xed\xa0\x80\"}", 6), // a surrogate, encoded
        (b"{\"a\":\"\xc0\x80\"}", 6),     // an overlong NUL
        (b"\xfe\xff\x00{\x00}", 0),       // UTF-16
    ] {
        let expected = FaultAt {
            fault: Fault::NotUtf8,
            offset,
        };
        assert_eq!(Object::parse(bytes).err(), Some(expected));
    }
}

#[test]
fn half_a_surrogate_pair_is_no_text_wherever_it_stands() {
    for (text, offset) in [
        (r#"{"a":"\ud800"}"#, 6),
        (r#"{"a":"\udc00"}"#, 6),
        (r#"{"a":"x\ud800x"}"#, 7),
        (r#"{"a":"\ud800\n"}"#, 6),
        (r#"{"a":"\ud800\ud800"}"#, 6),
        (r#"{"a":"\udc00\ud800"}"#, 6),
        (r#"{"a":"\uDBFF\u0041"}"#, 6),
        (r#"{"\ud800":1}"#, 2),
        (r#"{"a":[{"b":["\ud800"]}]}"#, 13),
        (r#"{"a":{"\udfff":1}}"#, 7),
    ] {
        assert_eq!(fault(text), (Fault::NotUtf8, offset), "{text}");
    }
}

#[test]
fn thirty_two_levels_are_read() {
    assert_eq!(MAX_DEPTH, 32);
    assert!(Object::parse(nested(32).as_bytes()).is_ok());
    // Five bytes before the first bracket.
    assert_eq!(fault(&nested(33)), (Fault::TooDeep, 5 + 31));
    assert_eq!(fault(&nested(100_000)).0, Fault::TooDeep);
    let objects = |levels| format!("{}1{}", r#"{"a":"#.repeat(levels), "}".repeat(levels));
    assert!(Object::parse(objects(32).as_bytes()).is_ok());
    assert_eq!(fault(&objects(33)), (Fault::TooDeep, 5 * 32));
    let wide = format!(r#"{{"a":[{}]}}"#, vec!["[]"; 1000].join(","));
    assert!(Object::parse(wide.as_bytes()).is_ok());
}

#[test]
fn a_name_is_twice_after_unescaping_and_at_the_top_only() {
    let object = Object::parse(br#"{"b":1,"a":2,"\u0061":3,"a":4,"c":{"x":1,"x":2},"b":5}"#);
    let object = object.unwrap();
    assert_eq!(object.duplicates(), [("a", 13), ("b", 48)]);
    assert_eq!(object.get("a").unwrap().text(), "2");
    let members = object.get("c").unwrap().members().unwrap();
    assert_eq!(members.len(), 2);
    let accents = "{\"\u{e9}\":1,\"e\u{301}\":1}";
    for text in [r#"{"a":1,"A":1}"#, r#"{"a":1,"a ":1}"#, accents] {
        assert!(
            Object::parse(text.as_bytes())
                .unwrap()
                .duplicates()
                .is_empty()
        );
    }
}

#[test]
fn numbers_need_only_be_json() {
    for number in [
        "1e400",
        "-1e-400",
        "0.0000000000000000000000001",
        "1E+2",
        "-0",
    ] {
        let text = format!(r#"{{"a":{number}}}"#);
        let object = Object::parse(text.as_bytes()).unwrap();
        assert_eq!(object.get("a").unwrap().text(), number);
    }
    let long = format!(r#"{{"a":{}}}"#, "9".repeat(10_000));
    assert!(Object::parse(long.as_bytes()).is_ok());
}

/// JSON, and JSON with something put in, taken out or cut off.
fn text() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|truth| truth.to_string()),
        any::<f32>().prop_map(|number| number.to_string()),
        "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,2})?",
        any::<String>().prop_map(|text| serde_json::Value::from(text).to_string()),
        r#""(\\u00[0-9a-f]{2}|\\[nrtbf/]|[a-z])*""#,
    ];
    let value = scalar.prop_recursive(6, 40, 5, |inner| {
        let blank = "[ \t\n\r]{0,2}";
        prop_oneof![
            (prop::collection::vec(inner.clone(), 0..5), blank)
                .prop_map(|(all, blank)| format!("[{blank}{}{blank}]", all.join(","))),
            (prop::collection::vec((any::<String>(), inner), 0..5), blank).prop_map(
                |(members, blank)| {
                    let members: Vec<String> = (members.into_iter())
                        .map(|(name, value)| {
                            format!("{}{blank}:{value}", serde_json::Value::from(name))
                        })
                        .collect();
                    format!("{{{}{blank}}}", members.join(","))
                }
            ),
        ]
    });
    let object = prop::collection::vec(("[a-e]{0,2}", value), 0..5).prop_map(|members| {
        let members: Vec<String> = (members.into_iter())
            .map(|(name, value)| format!("{name:?}:{value}"))
            .collect();
        format!("{{{}}}", members.join(","))
    });
    let spoil = prop_oneof![
        4 => Just(None),
        1 => (any::<prop::sample::Index>(), prop::option::of(
            prop::sample::select(vec!['{', '}', '[', ']', '"', '\\', ',', ':', '0', '-', '.', 'e', ' ', '\u{1}', 'u']),
        )).prop_map(Some),
    ];
    (object, spoil, 0..40usize).prop_map(|(text, spoil, depth)| {
        let mut text: Vec<char> = text.chars().collect();
        if let Some((at, put)) = spoil {
            let at = at.index(text.len());
            match put {
                Some(put) => text.insert(at, put),
                None => drop(text.remove(at)),
            }
        }
        let text: String = text.into_iter().collect();
        match depth {
            // Some of them deep, on both sides of the bound.
            28.. => format!(
                "{}{text}{}",
                r#"{"a":"#.repeat(depth - 4),
                "}".repeat(depth - 4)
            ),
            _ => text,
        }
    })
}

/// Levels of brackets outside strings.
fn depth(text: &str) -> usize {
    let (mut depth, mut most, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for character in text.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => {
                depth += 1;
                most = most.max(depth);
            }
            '}' | ']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    most
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2048) })]

    #[test]
    fn two_readers_agree(text in text()) {
        // Within what both know: no half surrogates (none are generated, but a
        // spoiled escape may be one), no numbers beyond a double, 32 levels.
        let oracle = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&text);
        let ours = Object::parse(text.as_bytes());
        if depth(&text) > MAX_DEPTH {
            prop_assert!(ours.is_err());
            return Ok(());
        }
        match (ours, oracle) {
            (Ok(object), Ok(oracle)) => {
                let twice = object.duplicates();
                let names: std::collections::BTreeSet<&str> = object.members().map(|(name, _)| name).collect();
                prop_assert_eq!(names.len(), oracle.len());
                prop_assert_eq!(object.members().count() == oracle.len(), twice.is_empty());
                for (name, value) in object.members().filter(|_| twice.is_empty()) {
                    let same: serde_json::Value = serde_json::from_str(value.text()).unwrap();
                    prop_assert_eq!(&same, &oracle[name]);
                    if let Some(text) = value.as_str() {
                        prop_assert_eq!(Some(&*text), oracle[name].as_str());
                    }
                    if let Some(elements) = value.elements() {
                        prop_assert_eq!(elements.len(), oracle[name].as_array().unwrap().len());
                    }
                }
            }
            (Err(_), Err(_)) => {}
            (ours, oracle) => {
                let beyond = oracle.as_ref().is_err_and(|error| error.to_string().contains("number out of range"));
                prop_assert!(beyond && ours.is_ok(), "{:?} {:?}", ours.map(|_| ()), oracle);
            }
        }
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Object::parse(&bytes);
    }

    #[test]
    fn strings_come_back(text in any::<String>()) {
        let json = format!("{{\"a\":{}}}", serde_json::Value::from(text.clone()));
        let object = Object::parse(json.as_bytes()).unwrap();
        prop_assert_eq!(&*object.get("a").unwrap().as_str().unwrap(), &*text);
    }
}
