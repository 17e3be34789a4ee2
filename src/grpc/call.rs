//! Call: what is known of one RPC beside its message.

use std::net::SocketAddr;
use std::time::Duration;

use http::HeaderMap;
use tokio::time::Instant;

/// Facts of a call, put into its extensions by the outermost layer.
#[derive(Clone, Debug)]
pub struct Call {
    /// When the caller gives up; `None`: never.
    pub deadline: Option<Instant>,
    /// How often the caller's client tried before (gRPC proposal A6).
    pub attempt: u32,
    /// Where the connection comes from. Trusted for nothing.
    pub peer: Option<SocketAddr>,
    /// `user-agent`
    pub user_agent: Option<Box<str>>,
    /// W3C Trace Context.
    pub traceparent: Option<Box<str>>,
    /// `x-request-id`
    pub request_id: Option<Box<str>>,
}

impl Call {
    /// Reads the headers of a request.
    #[must_use]
    pub fn new(headers: &HeaderMap, peer: Option<SocketAddr>, now: Instant) -> Self {
        let text = |name: &str| {
            let value = headers.get(name)?;
            Some(
                String::from_utf8_lossy(value.as_bytes())
                    .into_owned()
                    .into_boxed_str(),
            )
        };
        let number = |name: &str| text(name).and_then(|text| text.parse().ok());
        Self {
            deadline: (text("grpc-timeout"))
                .and_then(|text| timeout(&text))
                .and_then(|timeout| now.checked_add(timeout)),
            attempt: number("grpc-previous-rpc-attempts").unwrap_or(0),
            peer,
            user_agent: text("user-agent"),
            traceparent: text("traceparent"),
            request_id: text("x-request-id"),
        }
    }
}

/// `grpc-timeout`: at most eight digits and a unit (gRPC over HTTP/2, Requests).
fn timeout(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(count * 3600),
        "M" => Duration::from_secs(count * 60),
        "S" => Duration::from_secs(count),
        "m" => Duration::from_millis(count),
        "u" => Duration::from_micros(count),
        "n" => Duration::from_nanos(count),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_read_as_grpc_writes_them() {
        for (text, expected) in [
            ("0m", Some(Duration::ZERO)),
            ("20m", Some(Duration::from_millis(20))),
            ("99999999H", Some(Duration::from_secs(99_999_999 * 3600))),
            ("5S", Some(Duration::from_secs(5))),
            ("1M", Some(Duration::from_secs(60))),
            ("7u", Some(Duration::from_micros(7))),
            ("7n", Some(Duration::from_nanos(7))),
            ("", None),
            ("m", None),
            ("1", None),
            ("-1S", None),
            ("123456789S", None),
            ("1é", None),
        ] {
            assert_eq!(timeout(text), expected, "{text}");
        }
    }
}
