//! What was asked of an issuer, and what came of it: one entry a request. The service
//! reads the clock from it, a diagnosis all of it.

use std::net::SocketAddr;
use std::time::Duration;

use http::header::{AGE, CACHE_CONTROL, ETAG, HeaderMap, HeaderName};

use super::fault::{FetchError, Seen};

/// One request.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// What was asked for; as [`super::fault::shown`].
    pub url: Box<str>,
    /// From the first packet to the last byte that was read.
    pub took: Duration,
    /// Whoever answered, and what they said about it; `None` without an answer.
    pub answer: Option<Answered>,
    /// What is wrong with it.
    pub error: Option<FetchError>,
}

/// What is known of any answer.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Who it came from.
    pub peer: Option<SocketAddr>,
    /// Our clock minus the one in `Date`, in seconds.
    pub clock_skew: Option<i64>,
    /// `Cache-Control`, as sent.
    pub cache_control: Option<Box<str>>,
    /// `Age` in seconds: how long ago a cache on the way got it.
    pub age: Option<i64>,
    /// Whether it has an `ETag`.
    pub tagged: bool,
    /// What it looks like, if it was read.
    pub seen: Option<Seen>,
}

impl Answered {
    pub(super) fn new(
        peer: Option<SocketAddr>,
        clock_skew: Option<i64>,
        headers: &HeaderMap,
    ) -> Self {
        let text = |name: &HeaderName| Some(headers.get(name)?.to_str().ok()?.trim());
        Self {
            peer,
            clock_skew,
            cache_control: text(&CACHE_CONTROL).map(Into::into),
            age: text(&AGE).and_then(|text| text.parse().ok()),
            tagged: headers.contains_key(ETAG),
            seen: None,
        }
    }
}

/// Our clock minus the issuer's, by the last answer that told the time.
#[must_use]
pub fn clock_skew(log: &[Exchange]) -> Option<i64> {
    (log.iter().rev()).find_map(|one| one.answer.as_ref()?.clock_skew)
}
