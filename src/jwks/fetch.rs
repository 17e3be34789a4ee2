//! A document from an issuer: where it is, and what it holds. When to ask is left
//! to `freshness`, what becomes of the answer to `held`.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use http::header::HeaderValue;
use url::Url;

use super::discovery::{self, Metadata, MetadataFault};
use super::exchange::{Exchange, clock_skew};
use super::fault::{FetchError, Seen};
pub use super::http::Limits;
use super::http::{Got, Http, certificates};
use super::source::{CaFile, Location, Remote};
use crate::clock::Clock;
use crate::policy::issuer::Issuer;

/// One fetch under way.
pub type FetchFuture<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// Asks one issuer for its JWK Set.
pub trait FetchJwkSet: Send + Sync + 'static {
    /// One attempt. `held` marks the document at hand, so that the issuer can say
    /// that it is still the same.
    fn fetch(&self, held: Option<Validator>) -> FetchFuture<'_>;
}

/// What came of an attempt.
#[derive(Debug)]
pub struct Answer {
    /// The document, or why there is none.
    pub result: Result<Fetched, FetchError>,
    /// Our clock minus the issuer's, in seconds, if it told its own.
    pub clock_skew: Option<i64>,
}

/// What the issuer said.
#[derive(Debug)]
pub enum Fetched {
    /// The document at hand is still the one (304).
    NotModified,
    /// A document. Whether it is a JWK Set has not been looked at.
    Document(Document),
}

/// A document of at most 1 MiB.
#[derive(Debug)]
pub struct Document {
    /// Its bytes.
    pub body: Vec<u8>,
    /// To ask later whether it changed.
    pub validator: Option<Validator>,
    /// What an operator is told if it is of no use.
    pub seen: Seen,
}

/// Marks a version of the document at a URL (RFC 9110 §8.8.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validator {
    /// Of the document here alone.
    pub url: Box<str>,
    /// `ETag`.
    pub etag: HeaderValue,
}

/// Fetches over HTTP.
pub struct HttpFetch {
    http: Result<Http, FetchError>,
    issuer: Issuer,
    location: Location,
    allow_http: bool,
    /// Where the metadata last said the keys are. It serves when discovery is down.
    found: Mutex<Option<Url>>,
}

/// Whether a CA file can be used.
///
/// # Errors
/// It cannot; every fetch with it would fail.
pub fn check_ca(ca: &CaFile) -> Result<(), FetchError> {
    certificates(ca).map(drop)
}

impl HttpFetch {
    /// A client of its own for this issuer. If none can be made of the CA file (see
    /// [`check_ca`]), every fetch says so.
    #[must_use]
    pub fn new(issuer: &Issuer, remote: &Remote, limits: Limits, clock: Arc<dyn Clock>) -> Self {
        Self {
            http: Http::new(remote, limits, clock),
            issuer: issuer.clone(),
            location: remote.location.clone(),
            allow_http: remote.allow_http,
            found: Mutex::new(None),
        }
    }

    async fn document(
        &self,
        held: Option<Validator>,
        log: &mut Vec<Exchange>,
    ) -> Result<Fetched, FetchError> {
        let url = match &self.location {
            Location::JwksUri(url) => url.clone(),
            Location::Discovery { urls } => self.locate(urls, log).await?,
        };
        self.get(&url, held, log).await
    }

    /// Asks for the document at `url`.
    ///
    /// # Errors
    /// Any of a fetch but [`FetchError::Discovery`].
    pub async fn get(
        &self,
        url: &Url,
        held: Option<Validator>,
        log: &mut Vec<Exchange>,
    ) -> Result<Fetched, FetchError> {
        let http = self.http.as_ref().map_err(Clone::clone)?;
        // The mark of a document elsewhere says nothing about this one.
        let etag = held
            .filter(|held| *held.url == *url.as_str())
            .map(|held| held.etag);
        match http.get(url, etag, log).await? {
            Got::NotModified => Ok(Fetched::NotModified),
            Got::Body { body, etag, seen } => Ok(Fetched::Document(Document {
                body,
                validator: etag.map(|etag| Validator {
                    url: url.as_str().into(),
                    etag,
                }),
                seen,
            })),
        }
    }

    /// Where the keys are: as the metadata says; where it cannot be had, as it last
    /// said. Metadata that is there and wrong is an error all the same.
    async fn locate(&self, urls: &[Url], log: &mut Vec<Exchange>) -> Result<Url, FetchError> {
        let error = match self.discover(urls, log).await {
            Ok(metadata) => {
                *self.found() = Some(metadata.jwks_uri.clone());
                return Ok(metadata.jwks_uri);
            }
            Err(error) => error,
        };
        let remembered = self.found().clone().filter(|_| is_down(&error));
        if remembered.is_some() {
            let issuer = self.issuer.name.as_str();
            let result = error.label().as_str();
            tracing::warn!(issuer, result, %error, "metadata is down, its last jwks_uri serves");
        }
        remembered.ok_or(error)
    }

    /// Asks for metadata at each URL in turn; the next one only if there is none.
    ///
    /// # Errors
    /// Any of a fetch. Where there is metadata nowhere, that of the first URL.
    pub async fn discover(
        &self,
        urls: &[Url],
        log: &mut Vec<Exchange>,
    ) -> Result<Metadata, FetchError> {
        let http = self.http.as_ref().map_err(Clone::clone)?;
        let mut first = None;
        for url in urls {
            let error = match http.get(url, None, log).await {
                Ok(Got::Body { body, seen, .. }) => {
                    let identifier = &self.issuer.identifier;
                    match discovery::read(&body, identifier, self.allow_http) {
                        Ok(metadata) => return Ok(metadata),
                        Err(fault) => FetchError::Discovery { seen, fault },
                    }
                }
                Ok(Got::NotModified) => continue,
                Err(error) => error,
            };
            if let Some(asked) = log.last_mut() {
                asked.error = Some(error.clone());
            }
            if !error.is_elsewhere() {
                return Err(error);
            }
            // The first place is where it was meant to be.
            first.get_or_insert(error);
        }
        Err(first.unwrap_or(FetchError::Client {
            reason: "no metadata URL".into(),
        }))
    }

    fn found(&self) -> std::sync::MutexGuard<'_, Option<Url>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// There is no metadata, as opposed to wrong metadata.
fn is_down(error: &FetchError) -> bool {
    match error {
        FetchError::Discovery { fault, .. } => *fault == MetadataFault::NotMetadata,
        _ => true,
    }
}

impl FetchJwkSet for HttpFetch {
    fn fetch(&self, held: Option<Validator>) -> FetchFuture<'_> {
        Box::pin(async move {
            let mut log = Vec::new();
            let result = self.document(held, &mut log).await;
            let clock_skew = clock_skew(&log);
            Answer { result, clock_skew }
        })
    }
}

#[cfg(test)]
mod tests;
