//! Sentences about text that cannot be read.

use super::words::Room;
use crate::token::form::{FormFault, Part, Problem};

/// 5: no JWS in compact form.
pub(super) fn malformed(fault: &FormFault) -> String {
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
        Problem::Alphabet if at == 0 && fault.part == Part::Header => {
            "The text does not begin as a token does (byte 0): send the token alone, not the JSON \
             or the header line it came in."
                .into()
        }
        _ => format!(
            "The {part} has a character outside base64url (byte {at}): send the token as the \
             issuer made it."
        ),
    }
}

/// 6, 7: a part that holds no readable JSON object.
pub(super) fn json(part: &str, fault: &FormFault, room: Room) -> String {
    let at = fault.offset;
    let member = (fault.member.as_deref()).map_or_else(String::new, |name| room.quote(name));
    match fault.problem {
        Problem::NotUtf8 => format!(
            "The {part} is not UTF-8, or has half of a surrogate pair (byte {at}): the issuer \
             must send UTF-8."
        ),
        Problem::DuplicateMember => format!(
            "The {part} has {member} twice (byte {at}): the issuer must send each name once."
        ),
        Problem::TooDeep => format!(
            "The {part} is nested deeper than {} levels (byte {at}).",
            fault.limit.map_or(0, |depth| depth.limit)
        ),
        Problem::WrongType => {
            let wanted = match fault.member.as_deref() {
                Some("crit") => "a list of names that is not empty",
                _ => "a string",
            };
            format!(
                "The {part}'s {member} is {}; it must be {wanted}.",
                value(fault, room)
            )
        }
        _ => format!("The {part} is not one JSON object (byte {at}), and must be."),
    }
}

/// 70: a claim of the wrong type or range.
pub(super) fn claim(fault: &FormFault, room: Room) -> String {
    let name = room.bare(fault.member.as_deref().unwrap_or_default());
    let wanted = match fault.member.as_deref() {
        Some("aud") => "a string or a list of strings, none of them empty",
        Some("exp" | "nbf" | "iat") => "a number of seconds since 1970",
        Some("scope" | "scp") => "a string or a list of strings",
        _ => "a string",
    };
    let value = value(fault, room);
    match fault.problem {
        Problem::OutOfRangeMilliseconds => {
            format!("The claim {name} is {value}: milliseconds, it seems; it counts in seconds.")
        }
        Problem::OutOfRange => {
            format!("The claim {name} is {value}; it must be a time between 1970 and 9999.")
        }
        _ => format!("The claim {name} is {value}; it must be {wanted}."),
    }
}

fn value(fault: &FormFault, room: Room) -> String {
    (fault.presented.as_deref()).map_or_else(|| "unreadable".into(), |text| room.bare(text))
}
