use super::*;

fn escaped(text: &str) -> String {
    ascii_json(&Object::parse(text.as_bytes()).unwrap())
}

#[test]
fn json_is_told_whole_and_in_ascii() {
    for (text, expected) in [
        (r#"{"a":"b"}"#, r#"{"a":"b"}"#),
        (r#"{"a":1e400,"a":2}"#, r#"{"a":1e400,"a":2}"#),
        ("{ \"a\" :\n1 }", "{ \"a\" :\n1 }"),
        ("{\"ü\":\"\u{202e}\u{7f}\"}", r#"{"\u00fc":"\u202e\u007f"}"#),
        ("{\"a\":\"\u{1f511}\"}", r#"{"a":"\ud83d\udd11"}"#),
        (r#"{"a":"\u00e4\\"}"#, r#"{"a":"\u00e4\\"}"#),
    ] {
        assert_eq!(escaped(text), expected);
        assert!(Object::parse(expected.as_bytes()).is_ok());
    }
}

#[test]
fn a_time_to_judge_at_is_one_between_1970_and_9999() {
    let at = |seconds, nanos| time(prost_types::Timestamp { seconds, nanos });
    assert_eq!(at(1, 5).unwrap().nanos(), 1_000_000_005);
    assert_eq!(
        at(MAX_SECONDS, 999_999_999).unwrap().floor_seconds(),
        MAX_SECONDS
    );
    for (seconds, nanos) in [
        (-1, 0),
        (MAX_SECONDS + 1, 0),
        (i64::MIN, 0),
        (0, -1),
        (0, 1_000_000_000),
    ] {
        assert!(
            matches!(at(seconds, nanos), Err(Failure::FieldInvalid { field, .. }) if field == "at")
        );
    }
}
