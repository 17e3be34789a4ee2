//! An issuer that publishes its keys: what the service would ask, in its order.

use std::sync::Arc;

use url::Url;

use super::address::{self, Place};
use super::report::{Check, Outcome, Report, Step, quoted, shown};
use super::{Subject, answers, connection, manners, metadata, paste};
use crate::clock::Clock;
use crate::jwks::exchange::Exchange;
use crate::jwks::fault::{self, FetchError};
use crate::jwks::fetch::{HttpFetch, Limits};
use crate::jwks::held::{self, settle};
use crate::jwks::source::{Location, Remote};
use crate::keys::adopt::KeySet;

/// Where keys are, and what the metadata said beside it.
struct Found {
    url: Url,
    algorithms: Vec<Box<str>>,
}

struct Examination<'a> {
    report: &'a mut Report,
    subject: &'a Subject,
    remote: &'a Remote,
    limits: Limits,
    clock: Arc<dyn Clock>,
    fetch: HttpFetch,
    log: Vec<Exchange>,
}

pub(super) async fn examine(
    report: &mut Report,
    subject: &Subject,
    remote: &Remote,
    limits: Limits,
    clock: Arc<dyn Clock>,
) {
    let fetch = HttpFetch::new(&subject.issuer, remote, limits, Arc::clone(&clock));
    let mut examination = Examination {
        report,
        subject,
        remote,
        limits,
        clock,
        fetch,
        log: Vec::new(),
    };
    // A step that fails has told why.
    let _ = examination.run().await;
}

impl Examination<'_> {
    async fn run(&mut self) -> Option<()> {
        self.report
            .steps
            .push(identifier(self.subject, self.remote));
        let first = match &self.remote.location {
            Location::JwksUri(url) => Some(url),
            Location::Discovery { urls } => urls.first(),
        };
        let first = first?.clone();
        let place = self.look_up(&first, Check::Address).await?;
        let found = match &self.remote.location {
            Location::JwksUri(url) => Found {
                url: url.clone(),
                algorithms: Vec::new(),
            },
            Location::Discovery { urls } => self.discover(&first, urls, &place).await?,
        };
        let set = self.key_set(&found).await?;
        self.report
            .look_at(&set, self.subject, true, &found.algorithms);
        if let Some(answer) = self.log.last().and_then(|last| last.answer.as_ref()) {
            self.report.steps.push(manners::caching(answer));
            self.report
                .steps
                .push(manners::clock(answer, self.subject.leeway));
        }
        self.report
            .steps
            .push(manners::speed(&self.log, self.remote.timing.wait));
        if !self.subject.configured && self.report.failures().next().is_none() {
            let entry = paste::entry(&self.subject.issuer, self.remote, &set, &found.algorithms);
            self.report.configuration = Some(entry);
        }
        Some(())
    }

    async fn look_up(&mut self, url: &Url, check: Check) -> Option<Place> {
        match address::look_up(url, check, self.limits.connect).await {
            Ok((place, step)) => {
                self.report.steps.push(step);
                Some(place)
            }
            Err(step) => {
                self.report.steps.push(step);
                self.report.unreachable = self.log.is_empty();
                None
            }
        }
    }

    async fn discover(&mut self, first: &Url, urls: &[Url], place: &Place) -> Option<Found> {
        let result = self.fetch.discover(urls, &mut self.log).await;
        self.connected(first, result.as_ref().err())?;
        self.report
            .steps
            .extend(metadata::tried(&self.log, &self.limits));
        let identifier = &self.subject.issuer.identifier;
        let said = metadata::said(identifier, first, result.as_ref());
        self.report.steps.extend(said);
        let metadata = result.ok()?;
        if metadata.jwks_uri.host() != first.host() {
            let keys = self.look_up(&metadata.jwks_uri, Check::JwksAddress).await?;
            let step = address::judge(place, &keys, self.subject.allow_private_address);
            let refused = step.outcome == Outcome::Failed;
            // It says all that the look-up said.
            self.report.steps.pop();
            self.report.steps.push(step);
            if refused {
                return None;
            }
        }
        Some(Found {
            url: metadata.jwks_uri,
            algorithms: metadata.id_token_algorithms,
        })
    }

    /// How the first request reached somebody.
    fn connected(&mut self, url: &Url, error: Option<&FetchError>) -> Option<()> {
        match connection::step(url, self.log.first(), error, &self.limits) {
            Ok(step) => {
                self.report.steps.push(step);
                Some(())
            }
            Err(step) => {
                self.report.steps.push(step);
                self.report.unreachable = error.is_some_and(connection::is_silence);
                None
            }
        }
    }

    async fn key_set(&mut self, found: &Found) -> Option<KeySet> {
        let started = self.clock.now();
        let direct = self.log.is_empty();
        let fetched = self.fetch.get(&found.url, None, &mut self.log).await;
        if direct {
            self.connected(&found.url, fetched.as_ref().err())?;
        }
        let brought = fetched.and_then(held::read);
        let (held, outcome) = settle(None, brought, started, 0);
        let asked = fault::shown(&found.url);
        let good = matches!(outcome, Ok(_) | Err(FetchError::NoUsableKeys { .. }));
        let answered = (self.log.last())
            .map(|last| answers::answered(last, !good))
            .unwrap_or_default();
        let step = match (outcome, self.log.last()) {
            // Why none of the keys is of use, the keys tell.
            (Ok(_) | Err(FetchError::NoUsableKeys { .. }), _) => Step::ok(Check::KeySet, answered),
            (Err(FetchError::NotJwkSet { fault, .. }), _) => {
                Step::failed(Check::KeySet, format!("{answered}: {fault}"))
                    .expected("a JWK Set (RFC 7517 §5)")
                    .fix("check what answers at this URL")
            }
            (Err(error), Some(last)) => {
                let (found, fix) = answers::answer_fault(&error, last, &self.limits);
                Step::failed(Check::KeySet, found).fix(fix)
            }
            (Err(error), None) => Step::failed(Check::KeySet, shown(&error.to_string())),
        };
        self.report.steps.push(step.at(&asked));
        held.and_then(|held| Arc::into_inner(held.set))
    }
}

fn identifier(subject: &Subject, remote: &Remote) -> Step {
    let identifier = &subject.issuer.identifier;
    let slash = if identifier.ends_with('/') {
        "; its slash at the end counts, as in iss"
    } else {
        ""
    };
    let from = match &remote.location {
        Location::JwksUri(_) => "; keys from a jwks_uri, so no metadata is asked for",
        Location::Discovery { .. } => "",
    };
    let found = format!("{}{slash}{from}", quoted(identifier));
    let plain = match &remote.location {
        Location::JwksUri(url) => Some(url),
        Location::Discovery { urls } => urls.first(),
    }
    .filter(|url| url.scheme() == "http" && !is_loopback(url));
    match plain {
        None => Step::ok(Check::Identifier, found),
        Some(_) => Step::warning(Check::Identifier, format!("{found}; plain http"))
            .fix("whoever is on the way can replace keys: use https"),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
