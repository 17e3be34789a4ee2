//! One sentence for each rejection: what came, what was expected, what to do.
//! For people; programs read the reason.

mod faults;
mod fixed;
mod hints;
mod signer;
pub(super) mod words;

#[cfg(test)]
mod tests;

use std::time::Duration;

pub use fixed::fixed;
use hints::advice;
pub(crate) use words::rfc3339;
use words::{Room, only_path, seconds};

use crate::escape::MAX_BYTES;
use crate::verdict::rejection::{AudienceEvidence, Rejection, TimeEvidence, ValueEvidence};

/// Clocks are rarely further apart than this, and tokens rarely live shorter.
const LIKELY_SKEW: Duration = Duration::from_secs(5 * 60);

/// What a caller with details is told, in at most [`MAX_BYTES`] bytes of ASCII: of
/// long values it says less, so that the end, which says what to do, stays.
#[must_use]
pub fn sentence(rejection: &Rejection) -> String {
    sentence_within(rejection, MAX_BYTES)
}

/// The same in at most `max_bytes`, or a fixed sentence if that is too little.
#[must_use]
pub fn sentence_within(rejection: &Rejection, max_bytes: usize) -> String {
    let fits = Room::fitting(max_bytes, |room| said(rejection, room));
    // None is longer, with so little room; a bound is kept all the same.
    fits.unwrap_or_else(|| fixed(rejection.reason()).into())
}

fn said(rejection: &Rejection, room: Room) -> String {
    match rejection {
        Rejection::TokenMissing => "No token was sent; send the JWT without \"Bearer \".".into(),
        Rejection::TokenTooLarge(size) => format!(
            "The token has {} bytes, and at most {} are read (max_token_bytes); nothing was \
             parsed. Ask the issuer for fewer claims.",
            size.actual, size.limit
        ),
        Rejection::TokenOpaque => "The text has no dots: an opaque token, or a JWT cut before its first dot; \
             ask the issuer for a JWT access token (often by naming the API as audience or resource)."
            .into(),
        Rejection::TokenEncrypted => "The token has five parts: it is encrypted (JWE), and only \
             signed tokens are read, or two tokens were joined; ask the issuer for a signed access \
             token (some encrypt when no audience is asked for)."
            .into(),
        Rejection::TokenMalformed(fault) => faults::malformed(fault),
        Rejection::HeaderMalformed(fault) => faults::json("header", fault, room),
        Rejection::PayloadMalformed(fault) => faults::json("payload", fault, room),
        Rejection::ClaimMalformed(fault) => faults::claim(fault, room),
        Rejection::CriticalHeaderUnsupported(value) => format!(
            "The header's crit is {}, and no extension is supported (RFC 7515, 4.1.11); ask for a \
             token without it.",
            room.bare(value.presented.as_deref().unwrap_or("absent"))
        ),
        Rejection::TokenTypeNotAllowed(value) => token_type(value, room),
        Rejection::AlgorithmNone(key)
        | Rejection::AlgorithmUnsupported(key)
        | Rejection::AlgorithmNotAllowed(key) => signer::algorithm(rejection, key, room),
        Rejection::IssuerMissing(issuer)
        | Rejection::IssuerUnknown(issuer)
        | Rejection::IssuerNotAllowed(issuer) => signer::issuer(rejection, issuer, room),
        Rejection::KeyNotFound(key)
        | Rejection::KeyUnsuitable(key)
        | Rejection::SignatureInvalid(key)
        | Rejection::KeyDenied(key) => signer::key(rejection, key, room),
        Rejection::AudienceMissing(audience) => format!(
            "The token has no aud; accepted here: {}. {}",
            room.list(&audience.accepted),
            (audience.hint).map_or("Ask the issuer for a token with one of these.", advice)
        ),
        Rejection::AudienceNotAllowed(audience) | Rejection::AudienceMismatch(audience) => {
            audience_mismatch(audience, room)
        }
        Rejection::AudienceTooBroad(audience) => format!(
            "The token names {} audiences, and at most {} are accepted (max_audiences); ask for a \
             token for this one alone.",
            audience.presented.len(),
            audience.max_audiences.unwrap_or_default()
        ),
        Rejection::AuthorizedPartyNotAllowed(value) => authorized_party(value, room),
        Rejection::Expired(_)
        | Rejection::ExpiryMissing(_)
        | Rejection::NotYetValid(_)
        | Rejection::IssuedInFuture(_)
        | Rejection::LifetimeTooLong(_)
        | Rejection::TokenTooOld(_) => time(rejection),
        Rejection::ClaimMissing(value) => match value.expected.as_slice() {
            [] => format!(
                "The claim {} is missing, and is required here.",
                room.bare(&value.field)
            ),
            _ => format!(
                "The claim {} is missing; wanted: {}.",
                room.bare(&value.field),
                wanted(value, room)
            ),
        },
        Rejection::ClaimNotAllowed(value) => format!(
            "The claim {} is {}; wanted: {}.",
            room.bare(&value.field),
            presented(value, room),
            wanted(value, room)
        ),
        Rejection::SubjectNotAllowed(value) => match value.presented {
            None => format!(
                "The token has no sub; accepted here: {}.",
                room.list(&value.expected)
            ),
            Some(_) => format!(
                "The token's subject {} is not accepted here; accepted: {}.",
                presented(value, room),
                room.list(&value.expected)
            ),
        },
        Rejection::ScopeInsufficient(scope) => format!(
            "The token lacks the scope {}; it has {}. {}",
            room.list(&scope.missing),
            room.list(&scope.presented),
            (scope.hint).map_or("Ask the issuer for a token with it.", advice)
        ),
        Rejection::PossessionNotProven(_) => "The token has cnf: it is bound to a key that its \
             sender must prove to hold, and that is not checked here (see sender_constrained)."
            .into(),
    }
}

fn token_type(value: &ValueEvidence, room: Room) -> String {
    let is =
        |typ: &str| (value.presented.as_deref()).is_some_and(|it| it.eq_ignore_ascii_case(typ));
    let advice = value.hint.map(advice);
    let hint = if is("logout+jwt") {
        "This is a logout token; send the access token."
    } else if is("dpop+jwt") {
        "This is a DPoP proof; send the access token."
    } else {
        advice.unwrap_or("Send an access token of such a type, or add this one to token_types.")
    };
    format!(
        "The token's typ is {}; accepted here: {}. {hint}",
        presented(value, room),
        room.list(&value.expected)
    )
}

fn authorized_party(value: &ValueEvidence, room: Room) -> String {
    let expected = room.list(&value.expected);
    match value.presented {
        None => format!("The token names no client; accepted here: {expected}."),
        Some(_) => format!(
            "The token was issued to the client {} ({}); accepted here: {expected}.",
            presented(value, room),
            room.bare(&value.field),
        ),
    }
}

fn audience_mismatch(audience: &AudienceEvidence, room: Room) -> String {
    let alone = audience.presented.len() == 1 && audience.accepted.len() == 1;
    // Two services on one host differ by the path; that is no slip.
    let slip = (audience.near_misses.iter()).find(|miss| {
        (audience.intended_for.is_empty() && audience.hint.is_none()) || !only_path(miss)
    });
    let near = room.near(slip, alone);
    let to_do = match (audience.intended_for.as_slice(), near) {
        ([], None) => (audience.hint)
            .map_or("Ask the issuer for a token with one of these.", advice)
            .into(),
        ([], Some(near)) => format!("{near}: send the accepted one, or list the other in accept."),
        (names, near) => {
            // Whose token it is says more than what it resembles.
            let near = near.map_or_else(String::new, |near| format!("{near}. "));
            format!("{near}It is meant for {}: send it there.", room.list(names))
        }
    };
    format!(
        "The token's aud is {}; accepted here: {}. {to_do}",
        room.list(&audience.presented),
        room.list(&audience.accepted),
    )
}

/// Absolute times only: "47 minutes ago" would be wrong by the time it is read.
fn time(rejection: &Rejection) -> String {
    // From the time in the claim, without the leeway: how far two clocks are apart.
    let ahead = |time: &TimeEvidence| {
        let span = (time.claim).map_or(Duration::ZERO, |claim| claim.since(time.now));
        let (now, leeway) = (rfc3339(time.now), seconds(time.leeway));
        format!(
            "{} after {now}, when it was judged; the leeway is {leeway}",
            seconds(span)
        )
    };
    match rejection {
        Rejection::Expired(time) => format!(
            "The token expired at {}; judged at {} with a leeway of {}. Get a new one{}.",
            claim(time),
            rfc3339(time.now),
            seconds(time.leeway),
            // A client that is given a new one and still fails has another clock than ours.
            if time.off_by < LIKELY_SKEW {
                ", or, if it is new, compare the clocks"
            } else {
                ""
            }
        ),
        Rejection::NotYetValid(time) => format!(
            "The token is valid from {} (nbf), {}. Wait, or mend the clock: the issuer's is ahead, \
             or ours behind.",
            claim(time),
            ahead(time)
        ),
        Rejection::IssuedInFuture(time) => format!(
            "The token was issued at {} (iat), {}. The issuer's clock is ahead, or ours behind.",
            claim(time),
            ahead(time)
        ),
        Rejection::LifetimeTooLong(time) => format!(
            "The token lives {} longer than the {} from iat to exp that are accepted here \
             (max_lifetime); ask the issuer for shorter ones.",
            seconds(time.off_by),
            seconds(time.limit.unwrap_or_default())
        ),
        Rejection::TokenTooOld(time) => format!(
            "The token was issued at {} (iat); judged at {}, at most {} after it are accepted \
             (max_age). Get a new one.",
            claim(time),
            rfc3339(time.now),
            seconds(time.limit.unwrap_or_default())
        ),
        _ => {
            "The token has no exp, and one is required here: ask the issuer for tokens that expire."
                .into()
        }
    }
}

fn claim(time: &TimeEvidence) -> String {
    time.claim.map_or_else(|| "no time".into(), rfc3339)
}

fn presented(value: &ValueEvidence, room: Room) -> String {
    room.opt(value.presented.as_deref())
}

fn wanted(value: &ValueEvidence, room: Room) -> String {
    let which = if value.all_of { "all of " } else { "" };
    format!("{which}{}", room.list(&value.expected))
}
