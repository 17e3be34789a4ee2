//! One sentence for each rejection: what came, what was expected, what to do.
//! For people; programs read the reason.

use std::time::Duration;

use jiff::Timestamp;

use crate::escape::{MAX_ITEMS, escape, escape_to};
use crate::keys::KeyProblem;
use crate::policy::near_miss::{Difference, NearMiss};
use crate::token::form::{FormFault, Problem};
use crate::token::numeric_date::NumericDate;
use crate::verdict::rejection::{
    AudienceEvidence, IssuerEvidence, KeyEvidence, Reason, Rejection, TimeEvidence, ValueEvidence,
};

/// Longest value within a sentence, in bytes.
const VALUE: usize = 96;

/// What a caller without details is told: a fixed sentence for each reason,
/// nothing from the token and nothing from the configuration.
#[must_use]
pub fn fixed(reason: Reason) -> &'static str {
    match reason {
        Reason::TokenMissing => "No token was sent.",
        Reason::TokenTooLarge => "The token is longer than this service reads.",
        Reason::TokenOpaque => "The text has no dots: it is not a JWT.",
        Reason::TokenEncrypted => "The token is encrypted (JWE), and only signed tokens are read.",
        Reason::TokenMalformed => "The text is not a signed token in JWS compact form.",
        Reason::HeaderMalformed => "The token's header cannot be read.",
        Reason::PayloadMalformed => "The token's payload cannot be read.",
        Reason::CriticalHeaderUnsupported => {
            "The token demands a header extension that is not supported."
        }
        Reason::TokenTypeNotAllowed => "This type of token is not accepted here.",
        Reason::AlgorithmNone => "The token is not signed.",
        Reason::AlgorithmUnsupported => "The token's signature algorithm is not supported.",
        Reason::AlgorithmNotAllowed => "The token's signature algorithm is not allowed here.",
        Reason::IssuerMissing => "The token names no issuer.",
        Reason::IssuerUnknown => "The token's issuer is not known.",
        Reason::IssuerNotAllowed => "The token's issuer is not accepted for this audience.",
        Reason::KeyNotFound => "The issuer publishes no key that fits the token.",
        Reason::KeyUnsuitable => "The key that the token names cannot verify it.",
        Reason::SignatureInvalid => "The token's signature does not verify.",
        Reason::KeyDenied => "The key that signed the token was denied by the operator.",
        Reason::AudienceMissing => "The token names no audience.",
        Reason::AudienceNotAllowed => "The token is not meant for this audience.",
        Reason::AudienceMismatch => "The token is meant for another audience.",
        Reason::AudienceTooBroad => "The token names too many audiences.",
        Reason::AuthorizedPartyNotAllowed => "The token's client is not accepted here.",
        Reason::Expired => "The token has expired.",
        Reason::ExpiryMissing => "The token never expires, and must.",
        Reason::NotYetValid => "The token is not valid yet.",
        Reason::IssuedInFuture => "The token was issued in the future.",
        Reason::LifetimeTooLong => "The token lives longer than is accepted here.",
        Reason::TokenTooOld => "The token was issued too long ago.",
        Reason::ClaimMalformed => "A claim of the token has the wrong type or range.",
        Reason::ClaimMissing => "A required claim is missing.",
        Reason::ClaimNotAllowed => "A required claim has another value.",
        Reason::SubjectNotAllowed => "The token's subject is not accepted here.",
        Reason::ScopeInsufficient => "The token lacks a required scope.",
        Reason::PossessionNotProven => {
            "The token is bound to a key, and its sender did not prove to hold it."
        }
    }
}

/// What a caller with details is told.
#[must_use]
pub fn sentence(rejection: &Rejection) -> String {
    match rejection {
        Rejection::TokenMissing => "No token was sent; send the JWT without \"Bearer \".".into(),
        Rejection::TokenTooLarge(size) => format!(
            "The token has {} bytes, and at most {} are read; nothing was parsed.",
            size.actual, size.limit
        ),
        Rejection::TokenOpaque => "The text has no dots: an opaque token, not a JWT; \
             ask the issuer for a JWT access token (often by naming the API as audience or resource)."
            .into(),
        Rejection::TokenEncrypted => "The token has five parts: it is encrypted (JWE), and only \
             signed tokens are read; ask the issuer for a signed access token (some encrypt when \
             no audience is asked for)."
            .into(),
        Rejection::TokenMalformed(fault) => malformed(fault),
        Rejection::HeaderMalformed(fault) => json_fault("header", fault),
        Rejection::PayloadMalformed(fault) => json_fault("payload", fault),
        Rejection::ClaimMalformed(fault) => claim_fault(fault),
        Rejection::CriticalHeaderUnsupported(value) => format!(
            "The header's crit demands {}, and no extension is supported (RFC 7515 §4.1.11).",
            presented(value)
        ),
        Rejection::TokenTypeNotAllowed(value) => format!(
            "The token's typ is {}; accepted here: {}.{}",
            presented(value),
            list(&value.expected),
            id_token_hint(value)
        ),
        Rejection::AlgorithmNone(key) if key.unsigned => "The token's third part is empty: it is \
             not signed."
            .into(),
        Rejection::AlgorithmNone(key) => {
            format!("The token's alg is {}: it is not signed.", opt(key.alg.as_deref()))
        }
        Rejection::AlgorithmUnsupported(key) => match &key.alg {
            None => "The header has no alg.".into(),
            Some(alg) => format!("The token's alg is {}, which is not implemented.", quote(alg)),
        },
        Rejection::AlgorithmNotAllowed(key) => algorithm_not_allowed(key),
        Rejection::IssuerMissing(issuer) => format!(
            "The token has no iss; accepted here: {}.",
            list(&issuer.accepted)
        ),
        Rejection::IssuerUnknown(issuer) => format!(
            "The token's issuer {} is not configured; accepted here: {}.{}",
            opt(issuer.presented.as_deref()),
            list(&issuer.accepted),
            near(&issuer.near_misses)
        ),
        Rejection::IssuerNotAllowed(issuer) => issuer_not_allowed(issuer),
        Rejection::KeyNotFound(key) => key_not_found(key),
        Rejection::KeyUnsuitable(key) => format!(
            "The issuer's key {} cannot verify {}: {}.",
            opt(key.kid.as_deref()),
            opt(key.alg.as_deref()),
            key.problem.map_or("no reason is known", problem)
        ),
        Rejection::SignatureInvalid(key) => format!(
            "The issuer's key {} did not make this signature: the token was changed, cut, or \
             signed by somebody else.",
            opt(key.kid.as_deref())
        ),
        Rejection::KeyDenied(key) => format!(
            "The operator denied the key {}; a new token by another key is needed.",
            opt(key.kid.as_deref())
        ),
        Rejection::AudienceMissing(audience) => format!(
            "The token has no aud; accepted here: {}.",
            list(&audience.accepted)
        ),
        Rejection::AudienceNotAllowed(audience) | Rejection::AudienceMismatch(audience) => {
            audience_mismatch(audience)
        }
        Rejection::AudienceTooBroad(audience) => format!(
            "The token names {} audiences, and at most {} are accepted.",
            audience.presented.len(),
            audience.max_audiences.unwrap_or_default()
        ),
        Rejection::AuthorizedPartyNotAllowed(value) => match value.presented {
            None => format!(
                "The token names no client; accepted here: {}.",
                list(&value.expected)
            ),
            Some(_) => format!(
                "The token was issued to client {} ({}); accepted here: {}.",
                presented(value),
                value.field,
                list(&value.expected)
            ),
        },
        Rejection::Expired(time) => format!(
            "The token expired at {}; judged at {} with a leeway of {}.",
            claim(time),
            rfc3339(time.now),
            seconds(time.leeway)
        ),
        Rejection::ExpiryMissing(_) => "The token has no exp, and one is required here.".into(),
        Rejection::NotYetValid(time) => format!(
            "The token is valid from {} (nbf); judged at {} with a leeway of {}.",
            claim(time),
            rfc3339(time.now),
            seconds(time.leeway)
        ),
        Rejection::IssuedInFuture(time) => format!(
            "The token says it was issued at {} (iat), in the future; judged at {} with a leeway \
             of {}: compare the clocks.",
            claim(time),
            rfc3339(time.now),
            seconds(time.leeway)
        ),
        Rejection::LifetimeTooLong(time) => format!(
            "The token lives {} longer than the {} from iat to exp that are accepted here.",
            seconds(time.off_by),
            seconds(time.limit.unwrap_or_default())
        ),
        Rejection::TokenTooOld(time) => format!(
            "The token was issued at {} (iat); judged at {}, at most {} after it are accepted.",
            claim(time),
            rfc3339(time.now),
            seconds(time.limit.unwrap_or_default())
        ),
        Rejection::ClaimMissing(value) => match value.expected.as_slice() {
            [] => format!("The required claim {} is missing.", escape(&value.field)),
            expected => format!(
                "The required claim {} is missing; wanted: {}.",
                escape(&value.field),
                wanted(value.all_of, expected)
            ),
        },
        Rejection::ClaimNotAllowed(value) => format!(
            "The claim {} is {}; wanted: {}.",
            escape(&value.field),
            presented(value),
            wanted(value.all_of, &value.expected)
        ),
        Rejection::SubjectNotAllowed(value) => match value.presented {
            None => "The token has no sub, and the subject must be one of a list here.".into(),
            Some(_) => format!(
                "The token's subject {} is not accepted here; accepted: {}.",
                presented(value),
                list(&value.expected)
            ),
        },
        Rejection::ScopeInsufficient(scope) => format!(
            "The token lacks {}; it has {}.{}",
            list(&scope.missing),
            list(&scope.presented),
            if scope.presented.iter().any(|one| one.contains(',')) {
                " Scopes are separated by spaces, not commas."
            } else {
                ""
            }
        ),
        Rejection::PossessionNotProven(_) => "The token has cnf: it is bound to a key that its \
             sender must prove to hold, and that is not checked here (see sender_constrained)."
            .into(),
    }
}

fn malformed(fault: &FormFault) -> String {
    let part = fault.part.name();
    let at = fault.offset;
    match fault.problem {
        Problem::PartCount => {
            let parts = fault.limit.map_or(0, |parts| parts.actual);
            format!(
                "The text has {parts} parts, and a signed token has three: it was cut or joined."
            )
        }
        Problem::BearerPrefix => "The text starts with an authentication scheme such as \
             \"Bearer \"; send what follows it."
            .into(),
        Problem::LineBreak => {
            format!("There is a line break in the {part} (byte {at}); send the token in one line.")
        }
        Problem::Whitespace => {
            format!("There is a blank in the {part} (byte {at}); send the token without any.")
        }
        Problem::Quote => format!(
            "There is a quotation mark in the {part} (byte {at}); send the token without quotes."
        ),
        Problem::Padding => format!(
            "The {part} is padded with \"=\" (byte {at}), which a token's parts must not be."
        ),
        Problem::TrailingBits => {
            format!("The {part} does not end as base64url does (byte {at}): it was cut or changed.")
        }
        _ => format!("The {part} has a character outside base64url (byte {at})."),
    }
}

fn json_fault(part: &str, fault: &FormFault) -> String {
    let at = fault.offset;
    let member = fault.member.as_deref().map_or_else(String::new, quote);
    match fault.problem {
        Problem::NotUtf8 => {
            format!("The {part} is not UTF-8, or has half of a surrogate pair (byte {at}).")
        }
        Problem::DuplicateMember => format!("The {part} has {member} twice (byte {at})."),
        Problem::TooDeep => format!(
            "The {part} is nested deeper than {} levels (byte {at}).",
            fault.limit.map_or(0, |depth| depth.limit)
        ),
        Problem::WrongType => format!(
            "The {part}'s {member} is {}, which is no {}.",
            value(fault),
            if fault.member.as_deref() == Some("crit") {
                "list of names"
            } else {
                "string"
            }
        ),
        _ => format!("The {part} is not one JSON object (byte {at})."),
    }
}

fn claim_fault(fault: &FormFault) -> String {
    let name = fault.member.as_deref().unwrap_or_default();
    let wanted = match name {
        "aud" => "a string or a list of strings, none of them empty",
        "exp" | "nbf" | "iat" => "a number of seconds since 1970",
        "scope" | "scp" => "a string or a list of strings",
        _ => "a string",
    };
    match fault.problem {
        Problem::OutOfRangeMilliseconds => format!(
            "The claim {name} is {}: milliseconds, it seems; it counts in seconds.",
            value(fault)
        ),
        Problem::OutOfRange => format!(
            "The claim {name} is {}, which is no time between 1970 and 9999.",
            value(fault)
        ),
        _ => format!("The claim {name} is {}; it must be {wanted}.", value(fault)),
    }
}

fn value(fault: &FormFault) -> String {
    fault
        .presented
        .as_deref()
        .map_or_else(String::new, |text| escape_to(text, VALUE))
}

fn id_token_hint(value: &ValueEvidence) -> &'static str {
    match value.presented.as_deref() {
        Some(typ) if typ.eq_ignore_ascii_case("logout+jwt") => " This is a logout token.",
        Some(typ) if typ.eq_ignore_ascii_case("dpop+jwt") => " This is a DPoP proof.",
        _ => "",
    }
}

fn algorithm_not_allowed(key: &KeyEvidence) -> String {
    let allowed: Vec<&str> = key.allowed.iter().map(|one| one.name()).collect();
    let shared_secret = key.alg.as_deref().is_some_and(|alg| alg.starts_with("HS"));
    format!(
        "The token's alg is {}; allowed here: {}.{}",
        opt(key.alg.as_deref()),
        if allowed.is_empty() {
            "none".into()
        } else {
            allowed.join(", ")
        },
        if shared_secret {
            " A shared secret (HS*) is never taken from published keys."
        } else {
            ""
        }
    )
}

fn issuer_not_allowed(issuer: &IssuerEvidence) -> String {
    let place = match (&issuer.name, &*issuer.environment) {
        (None, _) => " (configured more than once, nowhere for this audience)".into(),
        (Some(name), "") => format!(" (configured as {})", escape(name)),
        (Some(name), environment) => format!(
            " (configured as {}, environment {})",
            escape(name),
            escape_to(environment, VALUE)
        ),
    };
    format!(
        "The token's issuer {}{place} is not accepted for this audience; accepted here: {}.{}",
        opt(issuer.presented.as_deref()),
        list(&issuer.accepted),
        near(&issuer.near_misses)
    )
}

fn key_not_found(key: &KeyEvidence) -> String {
    let when = key
        .key_set_fetched_at
        .map_or_else(String::new, |at| format!(" (keys of {})", rfc3339(at)));
    match &key.kid {
        Some(kid) => format!(
            "The issuer has no key {}{when}: the token is older than its keys, or not the issuer's.",
            quote(kid)
        ),
        None => format!(
            "The token names no kid, and the issuer{when} has no key that fits {} alone.",
            opt(key.alg.as_deref())
        ),
    }
}

fn problem(problem: KeyProblem) -> &'static str {
    match problem {
        KeyProblem::Use => "its use is not sig",
        KeyProblem::KeyOps => "its key_ops lack verify",
        KeyProblem::Algorithm => "it is for another alg",
        KeyProblem::Type => "it is of another type or curve",
        KeyProblem::TooWeak => "it is too weak",
        KeyProblem::Malformed => "it cannot be read",
        KeyProblem::Symmetric => "it is a secret in a published set",
        KeyProblem::Duplicate => "it is there twice",
        KeyProblem::Denied => "the operator denied it",
        KeyProblem::Withdrawn => "the issuer withdrew it",
        KeyProblem::TooMany => "too many keys share this kid",
    }
}

/// What explains it comes first: lists may be long, and a sentence is cut at its end.
fn audience_mismatch(audience: &AudienceEvidence) -> String {
    let presented = list(&audience.presented);
    let accepted = list(&audience.accepted);
    if !audience.intended_for.is_empty() {
        let names = list(&audience.intended_for);
        return format!(
            "The token is meant for {names}: its aud is {presented}; accepted here: {accepted}."
        );
    }
    match audience.near_misses.first() {
        Some(miss) => {
            let alone = audience.presented.len() == 1 && audience.accepted.len() == 1;
            let rest = if alone {
                String::new()
            } else {
                format!(" The token's aud: {presented}; accepted here: {accepted}.")
            };
            format!(
                "The token's aud {} is not the accepted {}: they differ by {}.{rest}",
                quote(&miss.presented),
                quote(&miss.accepted),
                differences(miss)
            )
        }
        None => format!("The token's aud is {presented}; accepted here: {accepted}."),
    }
}

/// The first near miss in words: that it is none of the accepted is decided all the same.
fn near(misses: &[NearMiss]) -> String {
    misses.first().map_or_else(String::new, |miss| {
        format!(
            " It differs from {} by {}.",
            quote(&miss.accepted),
            differences(miss)
        )
    })
}

fn differences(miss: &NearMiss) -> String {
    let words: Vec<&str> = miss.differences.iter().copied().map(difference).collect();
    words.join(" and ")
}

fn difference(difference: Difference) -> &'static str {
    match difference {
        Difference::TrailingSlash => "a slash at the end",
        Difference::Scheme => "the scheme",
        Difference::Case => "upper and lower case",
        Difference::Port => "the port",
        Difference::Whitespace => "a blank",
        Difference::PercentEncoding => "percent-encoding",
        Difference::Lookalike => "characters that look alike",
        Difference::UriPrefix => "the api:// prefix",
        Difference::Typo => "one character",
        Difference::Path => "the path",
    }
}

fn presented(value: &ValueEvidence) -> String {
    opt(value.presented.as_deref())
}

fn opt(text: Option<&str>) -> String {
    text.map_or_else(|| "absent".into(), quote)
}

fn quote(text: &str) -> String {
    format!("\"{}\"", escape_to(text, VALUE))
}

fn wanted(all_of: bool, values: &[Box<str>]) -> String {
    let which = if all_of { "all of " } else { "" };
    format!("{which}{}", list(values))
}

fn list(values: &[Box<str>]) -> String {
    if values.is_empty() {
        return "none".into();
    }
    let shown: Vec<String> = values.iter().take(4).map(|one| quote(one)).collect();
    let left = values.len().saturating_sub(shown.len());
    match left {
        0 => shown.join(", "),
        1..MAX_ITEMS => format!("{} and {left} more", shown.join(", ")),
        _ => format!("{} and many more", shown.join(", ")),
    }
}

fn claim(time: &TimeEvidence) -> String {
    time.claim.map_or_else(|| "no time".into(), rfc3339)
}

fn seconds(duration: Duration) -> String {
    if duration.subsec_nanos() == 0 {
        format!("{} s", duration.as_secs())
    } else {
        format!("{:.3} s", duration.as_secs_f64())
    }
}

/// A time as RFC 3339 in UTC, to the millisecond: a clock that is off is off by more.
#[must_use]
pub fn rfc3339(time: NumericDate) -> String {
    const MILLISECOND: i128 = 1_000_000;
    let nanos = time.nanos() - time.nanos().rem_euclid(MILLISECOND);
    Timestamp::from_nanosecond(nanos).map_or_else(|_| "no time".into(), |at| at.to_string())
}
