//! Failure → gRPC status: the one table. What is here is about the request or
//! about us, never about the token.

use std::collections::HashMap;
use std::time::Duration;

use prost::Message as _;
use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt as _, pb};

use crate::escape::escape;
use crate::policy::MAX_NAME;
use crate::verdict::Cause;

/// Tells clients of stock gRPC not to try again: they ignore `RetryInfo` and obey
/// this trailer (gRPC proposal A6).
pub const PUSHBACK: &str = "grpc-retry-pushback-ms";

/// `ErrorInfo.domain`.
const DOMAIN: &str = "audient";

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// No audience was named.
    AudienceRequired,
    /// A field holds what it cannot hold.
    FieldInvalid {
        /// Its path in the request.
        field: String,
        /// What it should hold.
        description: String,
        /// The bound that was passed, if there is one.
        max: Option<usize>,
    },
    /// More questions than one batch takes.
    BatchTooLarge {
        /// Most that it takes.
        max: usize,
    },
    /// The message cannot be decoded.
    MessageInvalid,
    /// The message is longer than this server takes, or its answer than fits.
    MessageTooLarge {
        /// Most bytes.
        max: usize,
    },
    /// No audience of this name.
    AudienceNotConfigured {
        /// What was asked for.
        audience: String,
        /// What was probably meant.
        nearest: Option<String>,
    },
    /// The caller may not ask about it, whether it exists or not.
    AudienceNotPermitted {
        /// What was asked for.
        audience: String,
    },
    /// No issuer of this name, or none that the caller may know of.
    IssuerNotConfigured {
        /// What was asked for.
        issuer: String,
        /// What was probably meant.
        nearest: Option<String>,
    },
    /// Only keys that are not at hand could tell.
    CannotTell {
        /// Why.
        cause: Cause,
        /// Configured name of the issuer.
        issuer: String,
        /// Configured name of the audience.
        audience: String,
        /// When a fetch may start next.
        retry_after: Duration,
    },
    /// This process is about to end.
    Draining,
    /// The caller's deadline has passed.
    Deadline,
    /// Something broke; it hurt this one call.
    Internal,
}

impl Failure {
    /// The status of this failure. `attempt`: how many times the caller's client
    /// tried this call before (`grpc-previous-rpc-attempts`).
    #[must_use]
    pub fn status(self, attempt: u32) -> Status {
        let mut details = ErrorDetails::new();
        let (code, reason, message) = self.table(&mut details);
        if let Some(reason) = reason {
            details.set_error_info(reason, DOMAIN, self.metadata());
        }
        let mut metadata = MetadataMap::new();
        let never = matches!(self, Self::MessageTooLarge { .. });
        let again = matches!(code, Code::Unavailable | Code::ResourceExhausted) && attempt > 0;
        if never || again {
            metadata.insert(PUSHBACK, MetadataValue::from_static("-1"));
        }
        Status::with_error_details_and_metadata(code, message, details, metadata)
    }

    fn table(&self, details: &mut ErrorDetails) -> (Code, Option<&'static str>, String) {
        match self {
            Self::AudienceRequired => {
                let description = "name a configured audience";
                details.set_bad_request(vec![FieldViolation::new("audience", description)]);
                let message = "audience is empty: name a configured audience".into();
                (Code::InvalidArgument, Some("AUDIENCE_REQUIRED"), message)
            }
            Self::FieldInvalid {
                field, description, ..
            } => {
                details.set_bad_request(vec![FieldViolation::new(field, description)]);
                let message = format!("{field}: {description}");
                (Code::InvalidArgument, Some("FIELD_INVALID"), message)
            }
            Self::BatchTooLarge { max } => {
                let description = format!("at most {max} questions");
                details.set_bad_request(vec![FieldViolation::new("requests", &description)]);
                let message = format!("requests: {description}");
                (Code::InvalidArgument, Some("BATCH_TOO_LARGE"), message)
            }
            Self::MessageInvalid => {
                let message = "the message cannot be decoded, or a string in it is not UTF-8";
                (
                    Code::InvalidArgument,
                    Some("MESSAGE_INVALID"),
                    message.into(),
                )
            }
            Self::MessageTooLarge { max } => {
                let message = format!("the message is over {max} bytes");
                (Code::ResourceExhausted, Some("MESSAGE_TOO_LARGE"), message)
            }
            Self::AudienceNotConfigured { audience, nearest } => {
                let message = not_configured("audience", audience, nearest.as_deref());
                (Code::NotFound, Some("AUDIENCE_NOT_CONFIGURED"), message)
            }
            Self::IssuerNotConfigured { issuer, nearest } => {
                let message = not_configured("issuer", issuer, nearest.as_deref());
                (Code::NotFound, Some("ISSUER_NOT_CONFIGURED"), message)
            }
            Self::AudienceNotPermitted { audience } => {
                let message = format!("you may not ask about \"{}\"", repeated(audience));
                (
                    Code::PermissionDenied,
                    Some("AUDIENCE_NOT_PERMITTED"),
                    message,
                )
            }
            Self::CannotTell {
                cause,
                issuer,
                retry_after,
                ..
            } => {
                details.set_retry_info(Some(*retry_after));
                let (reason, message) = cannot_tell(*cause, issuer);
                (Code::Unavailable, Some(reason), message)
            }
            Self::Draining => {
                details.set_retry_info(Some(Duration::from_secs(1)));
                let message = "this replica is shutting down: ask another".into();
                (Code::Unavailable, Some("DRAINING"), message)
            }
            Self::Deadline => {
                let message = "the caller's deadline passed".into();
                (Code::DeadlineExceeded, Some("DEADLINE"), message)
            }
            Self::Internal => (Code::Internal, None, "internal error".into()),
        }
    }

    /// Keys of `ErrorInfo.metadata`: audience, issuer, field, max.
    fn metadata(&self) -> HashMap<String, String> {
        let pairs: Vec<(&str, String)> = match self {
            Self::FieldInvalid { field, max, .. } => {
                let max = max.map(|max| ("max", max.to_string()));
                [("field", field.clone())].into_iter().chain(max).collect()
            }
            Self::AudienceRequired => vec![("field", "audience".into())],
            Self::BatchTooLarge { max } => {
                vec![("field", "requests".into()), ("max", max.to_string())]
            }
            Self::MessageTooLarge { max } => vec![("max", max.to_string())],
            Self::AudienceNotConfigured { audience, .. }
            | Self::AudienceNotPermitted { audience } => vec![("audience", repeated(audience))],
            Self::IssuerNotConfigured { issuer, .. } => vec![("issuer", repeated(issuer))],
            Self::CannotTell {
                issuer, audience, ..
            } => {
                vec![("issuer", issuer.clone()), ("audience", audience.clone())]
            }
            Self::MessageInvalid | Self::Draining | Self::Deadline | Self::Internal => Vec::new(),
        };
        pairs
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect()
    }
}

/// A name as it was asked for, unless it is a token, or some of one, in the wrong
/// field: whoever gets an error logs it. That is longer than any name, and has a piece
/// that starts as JSON objects do in base64url (`{` and a quotation mark or a blank).
fn repeated(name: &str) -> String {
    match is_token(name) {
        true => "(a token)".into(),
        false => escape(name),
    }
}

/// Whether a text that should be something else is a token, or some of one.
pub(crate) fn is_token(name: &str) -> bool {
    let other = |character: char| !(character.is_ascii_alphanumeric() || "-_".contains(character));
    let is_json =
        |piece: &str| piece.len() >= 16 && (piece.starts_with("ey") || piece.starts_with("ew"));
    name.len() > MAX_NAME && name.split(other).any(is_json)
}

/// The failure of one question among several: an encoded `google.rpc.Status` is what
/// a status carries as its details.
#[must_use]
pub fn detached(failure: Failure) -> pb::Status {
    let status = failure.status(0);
    pb::Status::decode(status.details()).unwrap_or_else(|_| pb::Status {
        code: status.code().into(),
        message: status.message().into(),
        details: Vec::new(),
    })
}

fn not_configured(kind: &str, name: &str, nearest: Option<&str>) -> String {
    let meant = nearest.map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"));
    format!("no {kind} \"{}\" is configured{meant}", repeated(name))
}

fn cannot_tell(cause: Cause, issuer: &str) -> (&'static str, String) {
    match cause {
        Cause::KeysUnavailable => (
            "KEYS_UNAVAILABLE",
            format!(
                "no keys of issuer \"{issuer}\" could be fetched yet: the token is neither good nor bad"
            ),
        ),
        Cause::KeysTooStale => (
            "KEYS_TOO_STALE",
            format!(
                "the keys of issuer \"{issuer}\" are older than may serve: the token is neither good nor bad"
            ),
        ),
        Cause::KeyPending => (
            "KEY_PENDING",
            format!(
                "the token's key is not among those at hand of issuer \"{issuer}\", and newer ones are not here yet"
            ),
        ),
    }
}

#[cfg(test)]
mod tests;
