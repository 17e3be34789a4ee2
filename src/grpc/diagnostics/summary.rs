//! The one sentence of an explanation: the cause, and what to do.

use crate::escape::{MAX_BYTES, escape};
use crate::explain::{Explained, Explanation};
use crate::grpc::message::sentence_within;
use crate::grpc::message::words::{Room, rfc3339};
use crate::keys::KeySetState;
use crate::policy::Candidate;
use crate::verdict::rejection::Reason;
use crate::verdict::{Cause, Inactive, Verdict};

/// A difference between two clocks that explains a refusal, in seconds.
const NOTABLE_SKEW: i64 = 2;

/// The summary, in at most 256 bytes. `all`: no audience was named.
pub(super) fn summary(explanation: &Explanation<'_>, all: bool) -> String {
    let Some(best) = explanation.audiences.first() else {
        return "There is no audience that you may ask about.".into();
    };
    let audience = Room::MOST.quote(best.policy.name.as_str());
    let count = explanation.audiences.len() + explanation.omitted;
    match &best.judgement.verdict {
        Verdict::Active(token) => {
            let others = match explanation.active.saturating_sub(1) {
                0 => String::new(),
                more => format!(" and {more} more of {count} audiences"),
            };
            fitting(|room| {
                format!(
                    "Active for {audience}{others}: every check passed; its aud {} is accepted.",
                    room.quote(token.matched_audience())
                )
            })
        }
        Verdict::CannotTell(cause) => {
            let about = if all {
                format!(" for {audience}")
            } else {
                String::new()
            };
            fitting(|room| cannot_tell(best, *cause, &about, room))
        }
        Verdict::Inactive(inactive) => {
            let nearest = match (all, count) {
                (true, 2..) if explanation.token.is_ok() => {
                    format!("Not active for any of {count} audiences; nearest: {audience}. ")
                }
                _ => String::new(),
            };
            no(best, inactive, &nearest)
        }
    }
}

/// With as much of each value as there is room for.
fn fitting(text: impl Fn(Room) -> String) -> String {
    Room::fitting(MAX_BYTES, &text).unwrap_or_else(|| escape(&text(Room::LEAST)))
}

/// The leading reason in full, then as much of the rest as there is room for.
fn no(best: &Explained<'_>, inactive: &Inactive, nearest: &str) -> String {
    let skew = skew(best, inactive.reason()).unwrap_or_default();
    let also = also(inactive);
    let leading = &inactive.leading;
    let short = |room: usize| sentence_within(leading, room);
    // What to do must not be lost to what else there is.
    let whole = short(MAX_BYTES).len();
    for (before, after) in [
        (nearest, format!("{skew}{also}")),
        ("", format!("{skew}{also}")),
        ("", skew),
        (nearest, String::new()),
    ] {
        let beside = before.len() + after.len();
        if whole + beside <= MAX_BYTES {
            return format!("{before}{}{after}", short(MAX_BYTES));
        }
    }
    short(MAX_BYTES)
}

fn also(inactive: &Inactive) -> String {
    let codes: Vec<&str> = (inactive.reasons().skip(1)).map(Reason::code).collect();
    match codes.as_slice() {
        [] => String::new(),
        [one] => format!(" Also: {one}."),
        _ => format!(" Also: {}.", codes.join(", ")),
    }
}

/// Which clock is wrong, where the time is the reason.
fn skew(best: &Explained<'_>, leading: Reason) -> Option<String> {
    let about_time = matches!(
        leading,
        Reason::Expired | Reason::NotYetValid | Reason::IssuedInFuture | Reason::TokenTooOld
    );
    let skew = best
        .clock_skew
        .filter(|skew| about_time && skew.abs() >= NOTABLE_SKEW)?;
    let way = if skew > 0 { "ahead of" } else { "behind" };
    Some(format!(
        " Our clock is {} s {way} the issuer's.",
        skew.abs()
    ))
}

fn last_fetch_failed(best: &Explained<'_>) -> bool {
    let standing = best.keys.as_ref().and_then(|keys| keys.standing.as_ref());
    standing.is_some_and(|set| set.state == KeySetState::Stale)
}

fn cannot_tell(best: &Explained<'_>, cause: Cause, about: &str, room: Room) -> String {
    let issuer = (best.candidate.as_ref())
        .and_then(Candidate::issuer)
        .map_or_else(String::new, |issuer| room.quote(issuer.name.as_str()));
    let as_of = (best.keys.as_ref())
        .and_then(|keys| keys.standing.as_ref())
        .map_or_else(String::new, |set| {
            format!(" (confirmed {})", rfc3339(set.fetched_at))
        });
    match cause {
        Cause::KeysUnavailable => format!(
            "It cannot be told{about}: no usable keys of issuer {issuer} were ever fetched; all \
             other checks passed. See why: audient issuers."
        ),
        Cause::KeysTooStale => format!(
            "It cannot be told{about}: the keys of issuer {issuer}{as_of} are older than max_stale; \
             all other checks passed. See why: audient issuers."
        ),
        Cause::KeyPending if last_fetch_failed(best) => format!(
            "It cannot be told{about}: the token's key is not in the key set of {issuer} at \
             hand{as_of}, and the last fetch of newer keys failed. See why: audient issuers."
        ),
        Cause::KeyPending => format!(
            "It cannot be told{about}: the token's key is not in the key set of {issuer} at \
             hand{as_of}; ask with audient introspect, which fetches newer keys."
        ),
    }
}
