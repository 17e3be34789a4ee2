//! An issuer, looked at as the service would meet it: the same requests, the same
//! rules, and every step told. What is printed is left to `cli`.

mod address;
mod answers;
mod connection;
mod keys;
mod manners;
mod metadata;
mod near;
mod paste;
mod remote;
pub mod report;

use std::sync::Arc;
use std::time::Duration;

use report::{Check, Report, Step, count, quoted};
use url::Url;

use crate::clock::Clock;
use crate::jwks::fault::shown_text;
use crate::jwks::fetch::Limits;
use crate::jwks::location::{self, UrlFault};
use crate::jwks::source::{CaFile, KeySource, Location, Remote, Timing};
use crate::keys::adopt::KeySet;
use crate::policy::Name;
use crate::policy::issuer::Issuer;
use crate::token::algorithm::AlgorithmSet;

/// Who is looked at.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Who.
    pub issuer: Arc<Issuer>,
    /// Where its keys come from.
    pub keys: KeySource,
    /// Whether a configuration names it.
    pub configured: bool,
    /// Least leeway of the audiences that list it.
    pub leeway: Option<Duration>,
    /// Keys are fetched from an address that is nearer than the issuer's, too.
    pub allow_private_address: bool,
}

/// How an issuer is reached that no configuration names.
#[derive(Clone, Debug, Default)]
pub struct Unconfigured {
    /// Where its keys are, instead of discovery.
    pub jwks_uri: Option<Url>,
    /// Certificates to trust instead of the platform's.
    pub ca: Option<CaFile>,
    /// Plain http is let through.
    pub allow_http: bool,
}

impl Subject {
    /// An issuer by its identifier, and nothing configured.
    ///
    /// # Errors
    /// An examination that ends at the identifier.
    pub fn of_identifier(identifier: &str, how: Unconfigured) -> Result<Self, Box<Report>> {
        let refuse = |found: String, fix: &str| {
            let mut report = Report::new(&shown_text(identifier), None);
            report.steps.push(
                Step::failed(Check::Identifier, found)
                    .expected("an https URL")
                    .fix(fix),
            );
            Err(Box::new(report))
        };
        let url = location::parse(identifier, how.allow_http);
        let location = match (how.jwks_uri, &url) {
            (Some(url), _) => Location::JwksUri(url),
            (None, Err(fault)) => {
                return refuse(
                    format!("{} {fault}", quoted(&shown_text(identifier))),
                    fix(*fault),
                );
            }
            (None, Ok(url)) => {
                if let Some(urls) = location::metadata_urls(url) {
                    Location::Discovery { urls }
                } else {
                    let found = format!(
                        "{} has a query or a fragment, so discovery cannot start at it",
                        quoted(&shown_text(identifier))
                    );
                    return refuse(
                        found,
                        "an issuer has neither (RFC 8414 §2); or say where the keys are: --jwks-uri URL",
                    );
                }
            }
        };
        let host = url.ok().and_then(|url| Name::new(url.host_str()?));
        let Some(name) = host.or_else(|| Name::new("issuer")) else {
            return refuse("no name can be made of it".into(), "report this");
        };
        Ok(Self {
            issuer: Arc::new(Issuer {
                name,
                identifier: identifier.into(),
                environment: "".into(),
                algorithms: AlgorithmSet::asymmetric(),
                trusted: true,
                max_stale: None,
            }),
            keys: KeySource::Remote(Remote {
                location,
                timing: Timing::default(),
                ca: how.ca,
                allow_http: how.allow_http,
            }),
            configured: false,
            leeway: None,
            allow_private_address: false,
        })
    }
}

fn fix(fault: UrlFault) -> &'static str {
    match fault {
        UrlFault::Blank | UrlFault::UserInfo => {
            "remove it: the identifier is compared byte for byte with iss"
        }
        UrlFault::NotUrl(_) | UrlFault::Scheme => {
            "write the iss of its tokens, https://host/path; or say where the keys are: --jwks-uri URL"
        }
        UrlFault::PlainHttp => {
            "whoever is on the way can replace keys: use https; for an issuer to try things out \
             with, such as that of `audient dev`, --allow-http ([insecure] allow_http = true)"
        }
    }
}

impl Report {
    fn new(identifier: &str, name: Option<&Name>) -> Self {
        Self {
            identifier: identifier.into(),
            name: name.map(|name| name.as_str().to_owned()),
            steps: Vec::new(),
            keys: Vec::new(),
            unreachable: false,
            configuration: None,
        }
    }

    /// What every set is looked at for. `published`: whether others can read it.
    fn look_at(
        &mut self,
        set: &KeySet,
        subject: &Subject,
        published: bool,
        advertised: &[Box<str>],
    ) {
        self.keys = keys::each(set, published);
        self.steps.push(keys::together(set));
        if published {
            self.steps.push(keys::private(&self.keys));
        }
        if set.has_usable() {
            self.steps
                .push(keys::algorithms(set, subject.issuer.algorithms, advertised));
        }
    }
}

/// Looks at an issuer. A step that fails ends what depends on it. Every request has
/// the service's limits, and there are four at most.
pub async fn examine(subject: &Subject, limits: Limits, clock: Arc<dyn Clock>) -> Report {
    let name = subject.configured.then_some(&subject.issuer.name);
    let mut report = Report::new(&subject.issuer.identifier, name);
    match &subject.keys {
        KeySource::Untrusted => {
            report.steps.push(Step::ok(
                Check::Identifier,
                quoted(&subject.issuer.identifier),
            ));
            let why = "trusted = false: known by name and environment only, so it has no keys";
            report.steps.push(Step::skipped(Check::KeySet, why));
        }
        KeySource::File { path, keys } => {
            report.steps.push(Step::ok(
                Check::Identifier,
                quoted(&subject.issuer.identifier),
            ));
            let counts = keys.counts();
            let found = format!(
                "jwks_file {}, {}; nothing is fetched",
                report::shown(&path.display().to_string()),
                count(counts.usable + counts.ignored, "key", "keys")
            );
            report.steps.push(Step::ok(Check::KeySet, found));
            report.look_at(keys, subject, false, &[]);
        }
        KeySource::Remote(remote) => {
            remote::examine(&mut report, subject, remote, limits, clock).await;
        }
    }
    report
}
