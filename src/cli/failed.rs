//! A call that failed: what is told, and the exit code.

use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::{complain, exit};

/// Tells a status that is no answer, and returns the exit code.
pub(super) fn failed(status: &Status) -> u8 {
    complain(&format!("{:?}: {}", status.code(), status.message()));
    if let Some(wait) = status
        .get_details_retry_info()
        .and_then(|info| info.retry_delay)
    {
        complain(&format!("try again in {} s", wait.as_secs()));
    }
    code_of(status)
}

fn code_of(status: &Status) -> u8 {
    match status.code() {
        Code::InvalidArgument | Code::NotFound | Code::PermissionDenied | Code::Unauthenticated => {
            exit::USAGE
        }
        Code::ResourceExhausted if reason(status) == "MESSAGE_TOO_LARGE" => exit::USAGE,
        _ => exit::CANNOT_TELL,
    }
}

fn reason(status: &Status) -> String {
    (status.get_details_error_info()).map_or_else(String::new, |info| info.reason)
}
