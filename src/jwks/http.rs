//! One GET: bounded in time and size, followed within its origin only.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_TYPE, DATE, ETAG, HeaderMap, HeaderName, HeaderValue,
    IF_NONE_MATCH,
};
use reqwest::{Certificate, Client, Response, StatusCode, redirect, retry};
use url::Url;

use super::connect;
use super::exchange::{Answered, Exchange};
use super::fault::{FetchError, Seen, shown};
use super::printable::start_of;
use super::source::{CaFile, Remote};
use crate::clock::Clock;
use crate::keys::jwk_set::MAX_BYTES;

const USER_AGENT: &str = concat!("audient/", env!("CARGO_PKG_VERSION"));

/// Redirects that are followed.
const MAX_REDIRECTS: usize = 3;

/// Longest `ETag` that is kept, in bytes.
const MAX_ETAG: usize = 1024;

/// How long one request may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// To connect, TLS included.
    pub connect: Duration,
    /// From the first packet to the last byte of the body, redirects included.
    pub total: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            total: Duration::from_secs(5),
        }
    }
}

/// A client of one issuer.
pub(super) struct Http {
    client: Client,
    clock: Arc<dyn Clock>,
}

/// A whole answer.
pub(super) enum Got {
    /// 304.
    NotModified,
    /// 200.
    Body {
        body: Vec<u8>,
        etag: Option<HeaderValue>,
        seen: Seen,
    },
}

impl Http {
    pub(super) fn new(
        remote: &Remote,
        limits: Limits,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, FetchError> {
        let failed = |error: reqwest::Error| FetchError::Client {
            reason: causes(error),
        };
        let builder = || {
            Client::builder()
                .user_agent(USER_AGENT)
                .default_headers(headers())
                .connect_timeout(limits.connect)
                .timeout(limits.total)
                .redirect(redirect::Policy::custom(within_origin))
                // A retry would be a fetch beyond those that freshness grants.
                .retry(retry::never())
                .https_only(!remote.allow_http)
                .referer(false)
                // A proxy of the environment would see, and could replace, every key.
                .no_proxy()
                .pool_max_idle_per_host(1)
        };
        let client = match &remote.ca {
            Some(ca) => builder().tls_certs_only(certificates(ca)?).build(),
            // A container without certificates still reaches issuers over plain
            // http; over https it trusts nobody.
            None => (builder().build()).or_else(|_| builder().tls_certs_only([]).build()),
        };
        Ok(Self {
            client: client.map_err(failed)?,
            clock,
        })
    }

    /// Asks for a document; with `etag`, whether it is still that one. What is known
    /// of the answer goes to the log, whatever comes of it.
    pub(super) async fn get(
        &self,
        url: &Url,
        etag: Option<HeaderValue>,
        log: &mut Vec<Exchange>,
    ) -> Result<Got, FetchError> {
        let started = self.clock.now().monotonic;
        let mut answer = None;
        let got = self.ask(url, etag, &mut answer).await;
        log.push(Exchange {
            url: shown(url),
            took: self.clock.now().age_of(started),
            answer,
            error: got.as_ref().err().cloned(),
        });
        got
    }

    async fn ask(
        &self,
        url: &Url,
        etag: Option<HeaderValue>,
        answer: &mut Option<Answered>,
    ) -> Result<Got, FetchError> {
        let mut request = self.client.get(url.clone());
        let conditional = etag.is_some();
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let mut response = (request.send().await).map_err(|error| fault(url, error))?;
        let now = self.clock.now().wall.floor_seconds();
        let skew = date(response.headers()).map(|date| now.saturating_sub(date));
        let answer = answer.insert(Answered::new(
            response.remote_addr(),
            skew,
            response.headers(),
        ));
        // Asked now: it counts what is left to read.
        let announced = response.content_length();
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_MODIFIED if conditional => return Ok(Got::NotModified),
            _ => {
                // Whether or not the body comes, the status is what counts.
                let start = response.chunk().await.ok().flatten().unwrap_or_default();
                let seen = seen(&response, announced, &start);
                answer.seen = Some(seen.clone());
                return Err(FetchError::Status(seen));
            }
        }
        if announced.is_some_and(|length| length > MAX_BYTES as u64) {
            let seen = seen(&response, announced, &[]);
            answer.seen = Some(seen.clone());
            return Err(FetchError::TooLarge(seen));
        }
        let mut body = Vec::new();
        while let Some(chunk) = (response.chunk().await).map_err(|error| fault(url, error))? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BYTES {
                let seen = seen(&response, announced, &body);
                answer.seen = Some(seen.clone());
                return Err(FetchError::TooLarge(seen));
            }
        }
        let seen = seen(&response, announced, &body);
        answer.seen = Some(seen.clone());
        Ok(Got::Body {
            etag: (response.headers().get(ETAG).cloned()).filter(|etag| etag.len() <= MAX_ETAG),
            seen,
            body,
        })
    }
}

fn headers() -> HeaderMap {
    let header = |name: HeaderName, value| (name, HeaderValue::from_static(value));
    HeaderMap::from_iter([
        header(ACCEPT, "application/json, application/jwk-set+json"),
        // An answer proves that a kid is absent: a cache on the way must ask, too.
        header(CACHE_CONTROL, "no-cache"),
    ])
}

/// The certificates of a file.
pub(super) fn certificates(ca: &CaFile) -> Result<Vec<Certificate>, FetchError> {
    let failed = |why: String| FetchError::Client {
        reason: format!("{}: {why}", ca.path.display()).into(),
    };
    let found = Certificate::from_pem_bundle(&ca.pem);
    match found.map_err(|error| failed(causes(error).into()))? {
        none if none.is_empty() => Err(failed("holds no PEM certificate".into())),
        some => Ok(some),
    }
}

fn within_origin(attempt: redirect::Attempt<'_>) -> redirect::Action {
    let hops = attempt.previous().len();
    let origin = attempt.url().origin();
    let same = (attempt.previous().first()).is_some_and(|first| first.origin() == origin);
    if !same {
        let shown = origin.ascii_serialization();
        attempt.error(format!("redirected to another origin, {shown}"))
    } else if hops > MAX_REDIRECTS {
        attempt.error(format!("redirected more than {MAX_REDIRECTS} times"))
    } else {
        attempt.follow()
    }
}

fn date(headers: &HeaderMap) -> Option<i64> {
    let text = headers.get(DATE)?.to_str().ok()?;
    let since = httpdate::parse_http_date(text)
        .ok()?
        .duration_since(UNIX_EPOCH);
    i64::try_from(since.ok()?.as_secs()).ok()
}

fn seen(response: &Response, announced: Option<u64>, read: &[u8]) -> Seen {
    let content_type = response.headers().get(CONTENT_TYPE);
    Seen {
        url: shown(response.url()),
        status: response.status().as_u16(),
        content_type: content_type.map(|value| String::from_utf8_lossy(value.as_bytes()).into()),
        size: announced.unwrap_or(read.len() as u64),
        start: start_of(read).into(),
    }
}

fn fault(url: &Url, error: reqwest::Error) -> FetchError {
    let url = shown(url);
    if error.is_timeout() {
        FetchError::Timeout { url }
    } else if error.is_redirect() {
        let reason = causes(error);
        FetchError::Redirect { url, reason }
    } else if error.is_connect() {
        let fault = connect::fault(&error);
        let reason = causes(error);
        FetchError::Connect { url, reason, fault }
    } else {
        let reason = causes(error);
        FetchError::Interrupted { url, reason }
    }
}

/// What lies beneath an error: its own text only names the kind and the URL,
/// secrets included.
fn causes(error: reqwest::Error) -> Box<str> {
    let error = error.without_url();
    let mut texts = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        texts.push(cause.to_string());
        next = cause.source();
    }
    // The client's own word for it says nothing, and an error often repeats the one
    // beneath it.
    texts.retain(|text| !text.starts_with("client error ("));
    texts.dedup();
    if texts.is_empty() {
        texts.push(error.to_string());
    }
    texts.join(": ").into()
}
