//! Edges of every time, to the nanosecond.

use std::time::Duration;

use super::support::{ACTIVE, Case, NOW, at};
use crate::keys::KeySetState;
use crate::token::form::Problem;
use crate::token::numeric_date::NumericDate;
use crate::verdict::check::{Check, Outcome, Recorder};
use crate::verdict::rejection::{Reason, Rejection};
use crate::verdict::{Cause, Verdict};

const SECOND: i128 = 1_000_000_000;

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn nanos(after_now: i128) -> NumericDate {
    NumericDate::from_nanos(i128::from(NOW) * SECOND + after_now)
}

/// What is wrong one second before, at, and one second after an edge, and one
/// nanosecond on either side.
fn around(edge: i64, bend: impl Fn(&mut Case)) -> [Vec<u8>; 5] {
    let edge = i128::from(edge - NOW) * SECOND;
    [-SECOND, -1, 0, 1, SECOND].map(|off| {
        Case::bent(|case| {
            bend(case);
            case.now = nanos(edge + off);
        })
        .reasons()
    })
}

fn only(reason: u8, when: [bool; 5]) -> [Vec<u8>; 5] {
    when.map(|wrong| if wrong { vec![reason] } else { Vec::new() })
}

const FROM_EDGE: [bool; 5] = [false, false, true, true, true];
const BEFORE_EDGE: [bool; 5] = [true, true, false, false, false];
const AFTER_EDGE: [bool; 5] = [false, false, false, true, true];

#[test]
fn edges_with_and_without_leeway() {
    for leeway in [0, 1, 30, 300] {
        let by = i64::try_from(leeway).unwrap();
        let with = |case: &mut Case| case.policy.leeway = secs(leeway);
        let exp = around(NOW + 3600 + by, with);
        assert_eq!(exp, only(60, FROM_EDGE), "exp, {leeway}");
        let nbf = around(NOW + 500 - by, |case| {
            with(case);
            case.claim("nbf", "1800000500");
        });
        assert_eq!(nbf, only(62, BEFORE_EDGE), "nbf, {leeway}");
        let iat = around(NOW + 500 - by, |case| {
            with(case);
            case.claim("iat", "1800000500");
        });
        assert_eq!(iat, only(63, BEFORE_EDGE), "iat, {leeway}");
        // No leeway for these two.
        let age = around(NOW - 100 + 600, |case| {
            with(case);
            case.policy.max_age = Some(secs(600));
        });
        assert_eq!(age, only(65, AFTER_EDGE), "max_age, {leeway}");
        let lifetime = ["3699", "3699.999999999", "3700", "3700.000000001", "3701"].map(|after| {
            Case::bent(|case| {
                with(case);
                case.policy.max_lifetime = Some(secs(3700));
                let (whole, fraction) = after.split_once('.').unwrap_or((after, "0"));
                let exp = NOW - 100 + whole.parse::<i64>().unwrap();
                case.claim("exp", &format!("{exp}.{fraction}"));
            })
            .reasons()
        });
        assert_eq!(lifetime, only(64, AFTER_EDGE), "max_lifetime, {leeway}");
    }
}

#[test]
fn a_fraction_never_widens_the_window() {
    let judged = |claim: &str, json: &str, now: i128| {
        Case::bent(|case| {
            case.policy.leeway = Duration::ZERO;
            case.claim(claim, json);
            case.now = nanos(now);
        })
        .reasons()
    };
    // exp is rounded down to the nanosecond, nbf and iat up.
    assert_eq!(judged("exp", "1800000000.0000000019", 0), ACTIVE);
    assert_eq!(judged("exp", "1800000000.0000000019", 1), [60]);
    assert_eq!(judged("exp", "1800000000.9999999999", SECOND - 2), ACTIVE);
    assert_eq!(judged("exp", "1800000000.9999999999", SECOND - 1), [60]);
    assert_eq!(judged("exp", "1.8000000005e9", SECOND / 2), [60]);
    assert_eq!(judged("exp", "1.8000000005e9", SECOND / 2 - 1), ACTIVE);
    for (claim, reason) in [("nbf", 62), ("iat", 63)] {
        assert_eq!(judged(claim, "1800000000.0000000011", 1), [reason]);
        assert_eq!(judged(claim, "1800000000.0000000011", 2), ACTIVE);
        assert_eq!(judged(claim, "1.8e9", -1), [reason]);
        assert_eq!(judged(claim, "18E8", 0), ACTIVE);
    }
}

#[test]
fn milliseconds_are_named_as_such() {
    for claim in ["exp", "nbf", "iat"] {
        for (json, problem) in [
            ("1800000000000", Problem::OutOfRangeMilliseconds),
            ("253402300799000", Problem::OutOfRangeMilliseconds),
            ("253402300799001", Problem::OutOfRange),
            ("253402300799.5", Problem::OutOfRangeMilliseconds),
            ("-1", Problem::OutOfRange),
            ("1e400", Problem::OutOfRange),
            (r#""1""#, Problem::WrongType),
        ] {
            let case = Case::bent(|case| case.claim(claim, json));
            assert_eq!(case.reasons(), [70]);
            let Rejection::ClaimMalformed(fault) = case.rejection(Reason::ClaimMalformed) else {
                panic!()
            };
            assert_eq!(fault.problem, problem, "{claim} {json}");
        }
        for json in ["0", "-0", "0e5", "253402300799"] {
            let case = Case::bent(|case| case.claim(claim, json));
            assert!(!case.reasons().contains(&70), "{claim} {json}");
        }
    }
}

#[test]
fn an_end_is_wanted_unless_the_policy_says_otherwise() {
    let without = |bend: fn(&mut Case)| {
        Case::bent(|case| {
            case.without("exp");
            bend(case);
        })
        .reasons()
    };
    assert_eq!(without(|_| ()), [61]);
    assert_eq!(without(|case| case.policy.require_expiry = false), ACTIVE);
    // A lifetime without an end has no length.
    let lifetime = without(|case| {
        case.policy.require_expiry = false;
        case.policy.max_lifetime = Some(secs(1));
    });
    assert_eq!(lifetime, [61]);
    // One that is there counts all the same.
    let expired = Case::bent(|case| {
        case.policy.require_expiry = false;
        case.now = at(NOW + 9999);
    });
    assert_eq!(expired.reasons(), [60]);
}

fn retry_after(bend: impl Fn(&mut Case)) -> Option<Duration> {
    Case::bent(bend).inactive().retry_after
}

#[test]
fn waiting_helps_only_a_token_that_is_early() {
    let early = |case: &mut Case| case.claim("nbf", "1800000100");
    assert_eq!(retry_after(early), Some(secs(70)));
    let both = |case: &mut Case| {
        early(case);
        case.claim("iat", "1800000200");
    };
    assert_eq!(retry_after(both), Some(secs(170)));
    // Rounded up.
    for (fraction, wait) in [("000000001", 71), ("999999999", 71), ("0", 70)] {
        let wait_of = retry_after(|case| case.claim("nbf", &format!("1800000100.{fraction}")));
        assert_eq!(wait_of, Some(secs(wait)), "{fraction}");
    }
    let wait = retry_after(|case| {
        early(case);
        case.now = nanos(1);
    });
    assert_eq!(wait, Some(secs(70)));
    let then = Case::bent(|case| {
        early(case);
        case.now = at(NOW + 70);
    });
    assert_eq!(then.reasons(), ACTIVE);
    // Not without a verified signature, and not with another reason.
    for other in [
        (|case: &mut Case| case.signer = super::support::Signer::Stranger) as fn(&mut Case),
        |case| case.jwks = None,
        |case| case.claim("jti", "7"),
        |case| case.parameter("typ", r#""x""#),
        |case| case.claim("cnf", "{}"),
    ] {
        let wait = retry_after(|case| {
            early(case);
            other(case);
        });
        assert_eq!(wait, None);
    }
    assert_eq!(retry_after(|case| case.now = at(NOW + 9999)), None);
}

#[test]
fn waiting_does_not_help_if_it_expires_or_grows_too_old_before() {
    let wait = |exp: &str, leeway: u64| {
        retry_after(|case| {
            case.policy.leeway = secs(leeway);
            case.claim("nbf", "1800000100.5");
            case.claim("exp", exp);
        })
    };
    assert_eq!(wait("1800000102", 0), Some(secs(101)));
    // At the end of the wait it has expired: that is when, not when it begins.
    assert_eq!(wait("1800000101", 0), None);
    assert_eq!(wait("1800000100.75", 0), None);
    assert_eq!(wait("1800000050", 30), Some(secs(71)));
    assert_eq!(wait("1800000041", 30), None);
    let old = |age: u64| {
        retry_after(|case| {
            case.policy.leeway = Duration::ZERO;
            case.policy.max_age = Some(secs(age));
            case.claim("nbf", "1800000100");
        })
    };
    assert_eq!(old(200), Some(secs(100)));
    assert_eq!(old(199), None);
}

fn cacheable(bend: impl Fn(&mut Case)) -> Option<u64> {
    match Case::bent(bend).judge().verdict {
        Verdict::Active(active) => active.cacheable_for().map(|span| {
            assert_eq!(span.subsec_nanos(), 0);
            span.as_secs()
        }),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_answer_may_be_kept_until_the_earliest_bound() {
    let long = |case: &mut Case| case.policy.max_cacheable = secs(100_000);
    assert_eq!(cacheable(|_| ()), Some(60), "max_cacheable");
    // The set: 3600 s, of which 60 are gone.
    assert_eq!(cacheable(long), Some(3540), "staleness");
    let fixed = |case: &mut Case| {
        long(case);
        case.standing().state = KeySetState::Static;
    };
    assert_eq!(cacheable(fixed), Some(3600), "exp, without leeway");
    let aged = |case: &mut Case| {
        fixed(case);
        case.policy.max_age = Some(secs(300));
    };
    assert_eq!(cacheable(aged), Some(200), "iat and max_age");
    // Whole seconds, rounded down.
    let later = |bend: &dyn Fn(&mut Case), off: i128| {
        cacheable(|case| {
            bend(case);
            case.now = nanos(off);
        })
    };
    assert_eq!(later(&fixed, 1), Some(3599));
    assert_eq!(later(&aged, 199 * SECOND), Some(1));
    assert_eq!(later(&aged, 199 * SECOND + 1), None);
    assert_eq!(later(&aged, 200 * SECOND), None);
    // Within the leeway it is active, and not to be kept.
    assert_eq!(later(&fixed, 3600 * SECOND), None);
    assert_eq!(later(&fixed, 3629 * SECOND), None);
    assert_eq!(
        cacheable(|case| case.policy.max_cacheable = Duration::ZERO),
        None
    );
    assert_eq!(cacheable(|case| case.standing().age = secs(3600)), None);
    assert_eq!(cacheable(|case| case.standing().age = secs(3599)), Some(1));
    // Without an end, the other bounds.
    let endless = cacheable(|case| {
        fixed(case);
        case.policy.require_expiry = false;
        case.without("exp");
    });
    assert_eq!(endless, Some(100_000));
}

#[test]
fn a_set_serves_up_to_its_bound_and_no_longer() {
    let aged = |age: Duration| Case::bent(|case| case.standing().age = age);
    assert_eq!(aged(secs(3600)).reasons(), ACTIVE);
    let stale = aged(secs(3600) + Duration::from_nanos(1));
    let judgement = stale.judge();
    assert_eq!(judgement.verdict, Verdict::CannotTell(Cause::KeysTooStale));
    assert_eq!(judgement.keys, None);
    assert_eq!(judgement.verified_kid, None);
    for state in [
        KeySetState::Fresh,
        KeySetState::Stale,
        KeySetState::Snapshot,
    ] {
        let case = Case::bent(|case| {
            case.standing().age = secs(3601);
            case.standing().state = state;
        });
        assert_eq!(
            case.judge().verdict,
            Verdict::CannotTell(Cause::KeysTooStale)
        );
    }
    // A file has no bound, nor has an issuer without one.
    let file = Case::bent(|case| {
        case.standing().age = secs(1 << 40);
        case.standing().state = KeySetState::Static;
    });
    assert_eq!(file.reasons(), ACTIVE);
    let unbounded = Case::bent(|case| {
        case.standing().age = secs(1 << 40);
        case.bend_issuer(|issuer| issuer.max_stale = None);
    });
    assert_eq!(unbounded.reasons(), ACTIVE);
    // Neither for a bad signature nor for an absent kid is it used any more.
    for bend in [
        (|case: &mut Case| case.signer = super::support::Signer::Stranger) as fn(&mut Case),
        |case| case.parameter("kid", r#""k2""#),
        |case| case.jwks.as_mut().unwrap()[0]["use"] = "enc".into(),
    ] {
        let case = Case::bent(|case| {
            bend(case);
            case.standing().age = secs(3601);
        });
        assert_eq!(
            case.judge().verdict,
            Verdict::CannotTell(Cause::KeysTooStale)
        );
    }
}

/// How the lifetime was last told.
#[derive(Default)]
struct Lifetime(Option<String>);

impl Recorder for Lifetime {
    fn record(&mut self, check: Check, outcome: Outcome<'_>) {
        if check == Check::Lifetime {
            self.0 = Some(match outcome {
                Outcome::Skipped(why) => format!("{why:?}"),
                Outcome::Failed(rejection) => rejection.reason().code().into(),
                Outcome::Passed => "passed".into(),
                Outcome::Undecided(_) => "undecided".into(),
            });
        }
    }
}

#[test]
fn a_lifetime_that_cannot_be_read_has_not_passed() {
    let told = |bend: fn(&mut Case)| {
        let mut heard = Lifetime::default();
        Case::bent(|case| {
            case.policy.max_lifetime = Some(secs(9999));
            bend(case);
        })
        .judge_with(&mut heard);
        heard.0.unwrap()
    };
    assert_eq!(told(|_| ()), "passed");
    assert_eq!(told(|case| case.policy.max_lifetime = None), "NotWanted");
    assert_eq!(told(|case| case.without("iat")), "NotWanted");
    assert_eq!(told(|case| case.claim("iat", "null")), "ClaimMalformed");
    assert_eq!(told(|case| case.claim("exp", "null")), "ClaimMalformed");
    let long = told(|case| case.policy.max_lifetime = Some(secs(1)));
    assert_eq!(long, "lifetime-too-long");
}
