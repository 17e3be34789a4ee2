//! How the issuer answers, beside what: caching, its clock, its speed.

use std::time::Duration;

use super::answers::took;
use super::report::{Check, Outcome, Step, shown};
use crate::jwks::exchange::{Answered, Exchange};

/// A `Date` has whole seconds and was on the way for a while.
const AGREE: u64 = 1;

/// Worth a look.
const NOTABLE: u64 = 5;

/// Wrong, whatever the leeway.
const WRONG: u64 = 300;

/// What the issuer says about caching its keys. Told only: how often keys are asked
/// for is configured.
pub(super) fn caching(answer: &Answered) -> Step {
    let cache_control = (answer.cache_control.as_deref()).map_or_else(
        || "no Cache-Control".to_owned(),
        |text| format!("Cache-Control: {}", shown(text)),
    );
    let age = (answer.age).map_or_else(String::new, |age| format!(", Age: {age}"));
    let etag = if answer.tagged {
        "ETag"
    } else {
        "no ETag, so each fetch carries the whole set"
    };
    Step::ok(Check::Caching, format!("{cache_control}{age}, {etag}"))
}

/// Our clock and the issuer's; `leeway` is that of the strictest audience.
pub(super) fn clock(answer: &Answered, leeway: Option<Duration>) -> Step {
    let Some(skew) = answer.clock_skew else {
        return Step::skipped(Check::Clock, "the issuer does not tell the time (Date)");
    };
    // A cache may tell the time at which it got the document, or that of its answer.
    let since_cached = skew.saturating_sub(answer.age.unwrap_or(0));
    let skew = if since_cached.unsigned_abs() < skew.unsigned_abs() {
        since_cached
    } else {
        skew
    };
    let apart = skew.unsigned_abs();
    if apart <= AGREE {
        return Step::ok(Check::Clock, "ours and the issuer's agree");
    }
    let side = if skew > 0 { "ahead of" } else { "behind" };
    let found = format!("our clock is {apart} s {side} the issuer's");
    let wrong = leeway.map_or(WRONG, |leeway| leeway.as_secs().clamp(NOTABLE, WRONG));
    let outcome = match apart {
        _ if apart > wrong => Outcome::Failed,
        _ if apart > NOTABLE => Outcome::Warning,
        _ => return Step::ok(Check::Clock, found),
    };
    let effect = if skew > 0 {
        "tokens expire too early here"
    } else {
        "fresh tokens are refused here as not yet valid, and old ones live too long"
    };
    let limit = match leeway {
        Some(leeway) => format!("less than the leeway of {} s", leeway.as_secs()),
        None => format!("less than {NOTABLE} s"),
    };
    Step::new(Check::Clock, outcome, found)
        .expected(limit)
        .fix(format!(
            "{effect}; see which clock is right, and synchronise the other (NTP)"
        ))
}

/// How long a fetch takes, against what a call waits for one (`keys.wait`).
pub(super) fn speed(log: &[Exchange], wait: Duration) -> Step {
    let whole: Duration = log.iter().map(|one| one.took).sum();
    let requests = log.len();
    let found = format!("{} for {requests} requests", took(whole));
    if whole <= wait {
        return Step::ok(Check::Speed, found);
    }
    Step::warning(Check::Speed, found)
        .expected(format!(
            "less than {}, what a call waits for new keys (keys.wait)",
            took(wait)
        ))
        .fix(
            "the first token by a new key is answered UNAVAILABLE until its fetch is done; a \
             jwks_uri of your own saves the request for metadata",
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(skew: i64, age: Option<i64>) -> Answered {
        Answered {
            peer: None,
            clock_skew: Some(skew),
            cache_control: None,
            age,
            tagged: false,
            seen: None,
        }
    }

    #[test]
    fn clocks_apart() {
        for (skew, age, leeway, outcome) in [
            (0, None, None, Outcome::Ok),
            (5, None, None, Outcome::Ok),
            (6, None, None, Outcome::Warning),
            (-6, None, None, Outcome::Warning),
            (300, None, None, Outcome::Warning),
            (301, None, None, Outcome::Failed),
            (-301, None, None, Outcome::Failed),
            (31, None, Some(30), Outcome::Failed),
            (30, None, Some(30), Outcome::Warning),
            (5, None, Some(0), Outcome::Ok),
            (6, None, Some(0), Outcome::Failed),
            // From a cache that tells when it got it, and from one that tells when it answered.
            (3600, Some(3600), None, Outcome::Ok),
            (1, Some(3600), None, Outcome::Ok),
            (3600, Some(0), None, Outcome::Failed),
            (i64::MIN, Some(1), None, Outcome::Failed),
        ] {
            let step = clock(&answer(skew, age), leeway.map(Duration::from_secs));
            assert_eq!(step.outcome, outcome, "{skew} {age:?} {leeway:?}");
        }
        assert!(clock(&answer(7, None), None).found.contains("7 s ahead"));
        assert!(clock(&answer(-7, None), None).found.contains("7 s behind"));
    }
}
