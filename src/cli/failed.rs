//! What a command tells that has no answer: text for people, with `--output json` an
//! object on standard output as well, and the exit code.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::hush::hushed;
use super::{Output, complain, exit, print_json};
use crate::config::Problems;
use crate::escape::escape;
use crate::grpc::status::Failure;

const CONFIGURATION: &str = "CONFIGURATION";

/// Why a command has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failed {
    exit: u8,
    /// gRPC's name of the status, or USAGE, CONFIGURATION, FAILED: there was none.
    code: &'static str,
    /// `ErrorInfo.reason`, or empty.
    reason: Box<str>,
    message: Box<str>,
    /// `ErrorInfo.metadata`
    metadata: BTreeMap<String, String>,
    retry_after: Option<Duration>,
    /// Every problem of a configuration; of other failures what else a person should know.
    notes: Vec<String>,
}

impl Failed {
    /// It did not work. Exit code 1.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self::of(exit::FAILED, "FAILED", message.into())
    }

    /// There is an answer that cannot be had whole: that is no no. Exit code 3.
    pub(super) fn no_verdict(message: impl Into<String>) -> Self {
        Self::of(exit::CANNOT_TELL, "FAILED", message.into())
    }

    /// The command is wrong. Exit code 2.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::of(exit::USAGE, "USAGE", message.into())
    }

    fn of(exit: u8, code: &'static str, message: String) -> Self {
        Self {
            exit,
            code,
            message: message.into(),
            reason: Box::default(),
            metadata: BTreeMap::new(),
            retry_after: None,
            notes: Vec::new(),
        }
    }

    /// The same, with what else a person should know, a line each.
    #[must_use]
    pub(super) fn with_notes(self, notes: Vec<String>) -> Self {
        Self { notes, ..self }
    }

    /// Tells it, and returns the exit code.
    pub(super) fn tell(&self, output: Output) -> u8 {
        for line in self.lines() {
            complain(&line);
        }
        if output == Output::Json {
            print_json(&self.json());
        }
        self.exit
    }

    fn lines(&self) -> Vec<String> {
        if self.code == CONFIGURATION {
            return self.notes.clone();
        }
        let name = match &*self.reason {
            "" if matches!(self.code, "USAGE" | "FAILED") => String::new(),
            "" => format!(" ({})", self.code),
            reason => format!(" ({reason})"),
        };
        let again = (self.retry_after).map(|wait| format!("try again in {} s", seconds(wait)));
        [format!("{}{name}", self.message)]
            .into_iter()
            .chain(self.notes.iter().cloned())
            .chain(again)
            .collect()
    }

    /// `{"error": {…}}`; what there is not is left out.
    pub(super) fn json(&self) -> Value {
        let mut error = json!({
            "code": self.code,
            "message": hushed(&self.message),
            "exit_code": self.exit,
        });
        let mut also = |key: &str, value: Value, is_there: bool| {
            if let Some(object) = error.as_object_mut().filter(|_| is_there) {
                object.insert(key.into(), value);
            }
        };
        also("reason", json!(self.reason), !self.reason.is_empty());
        also("metadata", json!(self.metadata), !self.metadata.is_empty());
        let wait = self.retry_after.map(seconds);
        also("retry_after_s", json!(wait), wait.is_some());
        let notes = if self.code == CONFIGURATION {
            "problems"
        } else {
            "notes"
        };
        let told: Vec<String> = self.notes.iter().map(|note| hushed(note)).collect();
        also(notes, json!(told), !told.is_empty());
        json!({ "error": error })
    }
}

impl From<&Status> for Failed {
    fn from(status: &Status) -> Self {
        let info = status.get_details_error_info();
        let (reason, metadata) = info.map(|info| (info.reason, info.metadata)).unzip();
        let reason = reason.unwrap_or_default();
        let exit = exit_code(status.code(), &reason);
        Self {
            reason: reason.into(),
            metadata: metadata.into_iter().flatten().collect(),
            retry_after: (status.get_details_retry_info()).and_then(|info| info.retry_delay),
            ..Self::of(exit, code_name(status.code()), message(status))
        }
    }
}

/// What the status says; where it is the library that speaks, what that means here.
fn message(status: &Status) -> String {
    match status.code() {
        Code::Unimplemented => "this port does not serve that: introspect asks server.listen \
             (--addr, AUDIENT_ADDR), all others server.admin_listen (--addr, AUDIENT_ADMIN_ADDR)"
            .to_owned(),
        Code::Unknown => format!(
            "what answers there is no gRPC service, or broke off: {}",
            escape(status.message())
        ),
        _ => status.message().to_owned(),
    }
}

impl From<Status> for Failed {
    fn from(status: Status) -> Self {
        Self::from(&status)
    }
}

/// As the service would have told it.
impl From<Failure> for Failed {
    fn from(failure: Failure) -> Self {
        failure.status(0).into()
    }
}

impl From<Problems> for Failed {
    fn from(problems: Problems) -> Self {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let message = match problems.len() {
            1 => "the configuration has a problem".to_owned(),
            many => format!("the configuration has {many} problems"),
        };
        Self {
            notes: problems,
            ..Self::of(exit::CONFIGURATION, CONFIGURATION, message)
        }
    }
}

/// A defect or a trouble in words.
impl From<String> for Failed {
    fn from(why: String) -> Self {
        Self::new(why)
    }
}

/// Rounded up: who waits as long as told must not come too early.
fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

fn exit_code(code: Code, reason: &str) -> u8 {
    match code {
        Code::InvalidArgument | Code::NotFound | Code::PermissionDenied | Code::Unauthenticated => {
            exit::USAGE
        }
        Code::ResourceExhausted if reason == "MESSAGE_TOO_LARGE" => exit::USAGE,
        _ => exit::CANNOT_TELL,
    }
}

/// As gRPC spells it everywhere but in Rust.
fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Cause;

    fn keys_unavailable() -> Failed {
        Failed::from(Failure::CannotTell {
            cause: Cause::KeysUnavailable,
            issuer: "prod".into(),
            audience: "orders".into(),
            retry_after: Duration::from_millis(6500),
        })
        .with_notes(vec!["keys of issuer prod: no answer".into()])
    }

    #[test]
    fn an_outage_for_people_and_for_programs() {
        let failed = keys_unavailable();
        assert_eq!(failed.exit, exit::CANNOT_TELL);
        insta::assert_snapshot!(failed.lines().join("\n"), @r#"
        no keys of issuer "prod" could be fetched yet: the token is neither good nor bad (KEYS_UNAVAILABLE)
        keys of issuer prod: no answer
        try again in 7 s
        "#);
        insta::assert_snapshot!(format!("{:#}", failed.json()), @r#"
        {
          "error": {
            "code": "UNAVAILABLE",
            "exit_code": 3,
            "message": "no keys of issuer \"prod\" could be fetched yet: the token is neither good nor bad",
            "metadata": {
              "audience": "orders",
              "issuer": "prod"
            },
            "notes": [
              "keys of issuer prod: no answer"
            ],
            "reason": "KEYS_UNAVAILABLE",
            "retry_after_s": 7
          }
        }
        "#);
    }

    #[test]
    fn what_there_is_not_is_left_out() {
        let json = Failed::usage("no such thing").json();
        assert_eq!(
            json.to_string(),
            r#"{"error":{"code":"USAGE","exit_code":2,"message":"no such thing"}}"#
        );
        assert_eq!(Failed::usage("no such thing").lines(), ["no such thing"]);
        let nobody = Failed::from(Status::unavailable("nobody answers"));
        assert_eq!(nobody.lines(), ["nobody answers (UNAVAILABLE)"]);
        assert_eq!(nobody.exit, exit::CANNOT_TELL);
    }

    #[test]
    fn the_caller_s_slips_are_usage_and_all_else_is_no_verdict() {
        for (code, expected) in [
            (Code::InvalidArgument, exit::USAGE),
            (Code::NotFound, exit::USAGE),
            (Code::PermissionDenied, exit::USAGE),
            (Code::Unauthenticated, exit::USAGE),
            (Code::Unavailable, exit::CANNOT_TELL),
            (Code::DeadlineExceeded, exit::CANNOT_TELL),
            (Code::ResourceExhausted, exit::CANNOT_TELL),
            (Code::Unimplemented, exit::CANNOT_TELL),
            (Code::Internal, exit::CANNOT_TELL),
        ] {
            let failed = Failed::from(Status::new(code, "told"));
            assert_eq!(failed.exit, expected, "{code:?}");
            // gRPC's own name of it.
            let name = format!("{code:?}").to_uppercase();
            assert_eq!(failed.code.replace('_', ""), name);
        }
        let too_large = Failure::MessageTooLarge { max: 1 };
        assert_eq!(Failed::from(too_large).exit, exit::USAGE);
    }
}
