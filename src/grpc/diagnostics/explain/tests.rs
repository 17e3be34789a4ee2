use super::*;

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
