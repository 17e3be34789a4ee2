use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn timing(refresh_interval: Duration) -> Timing {
    Timing {
        refresh_interval,
        ..Timing::default()
    }
}

#[test]
fn when_the_next_fetch_is_planned() {
    let start = Instant::now();
    let five_minutes = Duration::from_mins(5);
    for (failures, keys_serve, interval, took, expected) in [
        // It went well.
        (0, true, 300, 0, 300),
        (0, true, 300, 4, 300),
        (0, false, 300, 0, 300),
        // Without keys: 1, 2, 4, 8, then every 10 s.
        (1, false, 300, 0, 1),
        (2, false, 300, 0, 2),
        (3, false, 300, 0, 4),
        (4, false, 300, 0, 8),
        (5, false, 300, 0, 10),
        (6, false, 300, 0, 10),
        (u32::MAX, false, 300, 0, 10),
        // While the last good set serves: up to a minute.
        (1, true, 300, 0, 1),
        (5, true, 300, 0, 16),
        (6, true, 300, 0, 32),
        (7, true, 300, 0, 60),
        (u32::MAX, true, 300, 0, 60),
        // Never above the interval.
        (7, true, 30, 0, 30),
        (7, false, 3, 0, 3),
        // Not back to back, however slow the last one was.
        (1, false, 300, 5, 6),
        (4, false, 300, 5, 8),
        (0, true, 3, 5, 6),
    ] {
        let last = Attempt {
            started: start,
            ended: start + SECOND * took,
            failures,
        };
        let timing = timing(SECOND * interval);
        let next = next_planned(&last, &timing, keys_serve, Jitter::default());
        let row = (failures, keys_serve, interval, took);
        assert_eq!(next - start, SECOND * expected, "{row:?}");
    }
    assert_eq!(Timing::default().refresh_interval, five_minutes);
}

#[test]
fn jitter_only_shortens_and_by_a_tenth_at_most() {
    let start = Instant::now();
    let last = Attempt {
        started: start,
        ended: start,
        failures: 0,
    };
    let pause = |jitter| next_planned(&last, &timing(SECOND * 300), true, jitter) - start;
    assert_eq!(pause(Jitter::from_random(0)), SECOND * 300);
    assert_eq!(pause(MAX_JITTER), SECOND * 270);
    for random in [1, 500, 1000, 1001, u64::MAX] {
        let pause = pause(Jitter::from_random(random));
        assert!((SECOND * 270..=SECOND * 300).contains(&pause), "{random}");
    }
}

#[test]
fn one_fetch_may_be_asked_for_per_cool_down() {
    let start = Instant::now();
    let cooldown = SECOND * 10;
    let nanosecond = Duration::from_nanos(1);
    for (last_start, now, expected) in [
        (None, start, true),
        (Some(start), start, false),
        (Some(start), start + cooldown - nanosecond, false),
        (Some(start), start + cooldown, true),
        // A call that read its clock before the fetch started.
        (Some(start + SECOND), start, false),
    ] {
        assert_eq!(may_be_asked_for(last_start, cooldown, now), expected);
    }
}

#[test]
fn retry_after_is_the_time_until_a_fetch_may_start() {
    let start = Instant::now();
    let at = |seconds: u32| start + SECOND * seconds;
    for (last, planned, cooldown, now, expected) in [
        // Nothing yet.
        (None, None, 10, at(0), 1),
        // The cool-down ends first.
        (Some(at(0)), Some(at(300)), 10, at(2), 8),
        // The planned fetch comes first.
        (Some(at(0)), Some(at(4)), 10, at(2), 2),
        // Clamped below and above.
        (Some(at(0)), Some(at(300)), 10, at(11), 1),
        (Some(at(0)), Some(at(300)), 200, at(0), 60),
    ] {
        let after = retry_after(last, planned, SECOND * cooldown, now);
        assert_eq!(after, SECOND * expected, "{last:?} {planned:?} {now:?}");
    }
}

#[test]
fn what_proves_that_a_kid_is_absent() {
    let cooldown = SECOND * 10;
    for (origin, age, expected) in [
        (Origin::File, 1_000_000, true),
        (Origin::Issuer, 0, true),
        (Origin::Issuer, 10, true),
        (Origin::Issuer, 11, false),
        (Origin::Unconfirmed, 0, false),
    ] {
        let proven = proves_absence(origin, SECOND * age, cooldown);
        assert_eq!(proven, expected, "{origin:?} {age}");
    }
}

#[test]
fn states() {
    for (origin, last_failed, expected) in [
        (Origin::File, false, KeySetState::Static),
        (Origin::Unconfirmed, false, KeySetState::Snapshot),
        (Origin::Unconfirmed, true, KeySetState::Snapshot),
        (Origin::Issuer, false, KeySetState::Fresh),
        (Origin::Issuer, true, KeySetState::Stale),
    ] {
        assert_eq!(state(origin, last_failed), expected);
    }
}
