//! What a request's fields may hold, checked before any look at the token.

use super::status::Failure;
use crate::pb::{ClaimsFormat, IntrospectRequest};

/// Most scopes a request may ask for.
pub const MAX_SCOPES: usize = 32;

/// Longest scope, in bytes.
pub const MAX_SCOPE_BYTES: usize = 256;

/// What a request asks beside the token and the audience.
#[derive(Debug)]
pub struct Wanted {
    /// How the claims are to be returned.
    pub format: ClaimsFormat,
    /// Scopes beyond the policy's.
    pub scopes: Vec<Box<str>>,
}

/// Checks the fields in the order of their numbers, but for the token.
///
/// # Errors
/// The first field that holds what it cannot hold.
pub fn check(request: &IntrospectRequest) -> Result<Wanted, Failure> {
    if request.audience.is_empty() {
        return Err(Failure::AudienceRequired);
    }
    let format = ClaimsFormat::try_from(request.claims_format).map_err(|_| {
        invalid(
            "claims_format",
            "is no known number: leave it out, or send 1 or 2",
            None,
        )
    })?;
    let scopes = scopes(&request.required_scopes)?;
    Ok(Wanted { format, scopes })
}

/// Checks scopes.
///
/// # Errors
/// Too many, too long, or no scope-token.
pub fn scopes(scopes: &[String]) -> Result<Vec<Box<str>>, Failure> {
    if scopes.len() > MAX_SCOPES {
        let description = format!(
            "has {} scopes, and at most {MAX_SCOPES} are taken",
            scopes.len()
        );
        return Err(invalid("required_scopes", &description, Some(MAX_SCOPES)));
    }
    for (index, scope) in scopes.iter().enumerate() {
        let field = format!("required_scopes[{index}]");
        if scope.len() > MAX_SCOPE_BYTES {
            let description = format!(
                "has {} bytes, and at most {MAX_SCOPE_BYTES} are taken",
                scope.len()
            );
            return Err(invalid(&field, &description, Some(MAX_SCOPE_BYTES)));
        }
        if !is_scope_token(scope) {
            let description = "is no scope-token (RFC 6749, section 3.3): one scope an entry, without blanks and quotes";
            return Err(invalid(&field, description, None));
        }
    }
    Ok(scopes.iter().map(|scope| scope.as_str().into()).collect())
}

/// RFC 6749 §3.3: `1*( %x21 / %x23-5B / %x5D-7E )`.
#[must_use]
pub fn is_scope_token(scope: &str) -> bool {
    let allowed = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
    !scope.is_empty() && scope.bytes().all(allowed)
}

fn invalid(field: &str, description: &str, max: Option<usize>) -> Failure {
    Failure::FieldInvalid {
        field: field.into(),
        description: description.into(),
        max,
    }
}
