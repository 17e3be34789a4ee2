//! `audient doctor`: an issuer, looked at step by step.

mod json;
mod text;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use url::Url;

use super::failed::Failed;
use super::{Output, environment, exit, on_runtime, print_json};
use crate::clock::{Clock as _, SystemClock};
use crate::config::{self, Config};
use crate::doctor::report::{Report, Verdict};
use crate::doctor::{Subject, Unconfigured, examine};
use crate::escape::escape;
use crate::jwks::fault::shown_text;
use crate::jwks::fetch::{Limits, check_ca};
use crate::jwks::location;
use crate::jwks::source::CaFile;

/// Most names that are suggested.
const MAX_NAMES: usize = 16;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Identifier of the issuer, as in iss; with --config, its configured name
    issuer: String,
    /// A file, or a folder with *.toml and *.yaml; may repeat. ISSUER is asked as the
    /// service would
    #[arg(long, value_name = "PATH")]
    config: Vec<PathBuf>,
    /// Let plain http through, for an issuer to try things out with
    #[arg(long, conflicts_with = "config")]
    allow_http: bool,
    /// Trust the certificates in this PEM file instead of this machine's
    #[arg(long, value_name = "FILE", conflicts_with = "config")]
    ca: Option<PathBuf>,
    /// Where the keys are, for an issuer without metadata
    #[arg(long, value_name = "URL", conflicts_with = "config")]
    jwks_uri: Option<String>,
    /// Fetch keys even if metadata sends us to an address nearer than the issuer's own:
    /// a private one, loopback, link-local
    #[arg(long)]
    allow_private_address: bool,
}

/// Why nobody was looked at.
enum Refused {
    /// The command is wrong.
    Usage(String),
    /// So is the configuration.
    Configuration(config::Problems),
    /// The identifier is no good.
    Identifier(Box<Report>),
}

pub(super) fn run(args: &Args, output: Output) -> Result<u8, Failed> {
    let report = match subject(args) {
        Ok(subject) => look(&subject)?,
        Err(Refused::Identifier(report)) => *report,
        Err(Refused::Usage(why)) => return Err(Failed::usage(why)),
        Err(Refused::Configuration(problems)) => return Err(problems.into()),
    };
    match output {
        Output::Text => text::print(&report),
        Output::Json => print_json(&json::json(&report)),
    }
    Ok(match report.verdict() {
        Verdict::Well => exit::OK,
        Verdict::Failed => exit::FAILED,
        Verdict::CannotTell => exit::CANNOT_TELL,
    })
}

fn look(subject: &Subject) -> Result<Report, Failed> {
    on_runtime(async {
        let clock = Arc::new(SystemClock);
        Ok(examine(subject, Limits::default(), clock).await)
    })
}

fn subject(args: &Args) -> Result<Subject, Refused> {
    let subject = if args.config.is_empty() {
        unconfigured(args)?
    } else {
        let now = SystemClock.now().wall;
        let config = config::load(&args.config, &environment(), now);
        configured(&config.map_err(Refused::Configuration)?, &args.issuer)?
    };
    Ok(Subject {
        allow_private_address: args.allow_private_address,
        ..subject
    })
}

fn unconfigured(args: &Args) -> Result<Subject, Refused> {
    let issuer = &args.issuer;
    if !issuer.contains("://") && args.jwks_uri.is_none() {
        return Err(Refused::Usage(format!(
            "{}: no URL; write the issuer's identifier, https://host/path, or add --config PATH to \
             look at a configured issuer by its name",
            escape(issuer)
        )));
    }
    let how = Unconfigured {
        jwks_uri: (args.jwks_uri.as_deref())
            .map(|text| key_url(text, args.allow_http))
            .transpose()?,
        ca: args.ca.as_deref().map(ca_file).transpose()?,
        allow_http: args.allow_http,
    };
    Subject::of_identifier(issuer, how).map_err(Refused::Identifier)
}

fn key_url(text: &str, allow_http: bool) -> Result<Url, Refused> {
    location::parse(text, allow_http).map_err(|fault| {
        let hint = match fault {
            location::UrlFault::PlainHttp => "; add --allow-http to let it through",
            _ => "",
        };
        Refused::Usage(format!(
            "--jwks-uri: {} {fault}{hint}",
            escape(&shown_text(text))
        ))
    })
}

fn ca_file(path: &Path) -> Result<CaFile, Refused> {
    let failed = |why: String| Refused::Usage(format!("--ca {}: {why}", path.display()));
    let ca = CaFile {
        path: path.to_owned(),
        pem: config::read_file(path, config::MAX_CA_FILE).map_err(failed)?,
    };
    match check_ca(&ca) {
        Ok(()) => Ok(ca),
        Err(error) => Err(Refused::Usage(format!("--ca: {error}"))),
    }
}

/// A configured issuer by its name, or else by its identifier.
fn configured(config: &Config, wanted: &str) -> Result<Subject, Refused> {
    let by_name = config
        .issuers
        .iter()
        .find(|one| one.issuer.name.as_str() == wanted);
    let mut same = config
        .issuers
        .iter()
        .filter(|one| *one.issuer.identifier == *wanted);
    let found = match (by_name, same.next(), same.next()) {
        (Some(named), _, _) | (None, Some(named), None) => named,
        (None, Some(_), Some(_)) => {
            let why = "several configured issuers have this identifier; write the name of one";
            return Err(Refused::Usage(format!("{}: {why}", escape(wanted))));
        }
        (None, None, _) => return Err(Refused::Usage(unknown(config, wanted))),
    };
    let audiences = config.audiences.iter();
    let lists = audiences.filter(|audience| {
        audience
            .issuers
            .iter()
            .any(|one| one.name == found.issuer.name)
    });
    Ok(Subject {
        issuer: Arc::clone(&found.issuer),
        keys: found.keys.clone(),
        configured: true,
        leeway: lists.map(|audience| audience.leeway).min(),
        allow_private_address: false,
    })
}

fn unknown(config: &Config, wanted: &str) -> String {
    let names: Vec<&str> = (config.issuers.iter())
        .map(|one| one.issuer.name.as_str())
        .collect();
    let meant = config::nearest(wanted, names.iter().copied());
    let guess = meant.map_or_else(String::new, |name| format!("did you mean {name}? "));
    let more = match names.len().checked_sub(MAX_NAMES) {
        None | Some(0) => String::new(),
        Some(more) => format!(" and {more} more"),
    };
    let known: Vec<_> = names.into_iter().take(MAX_NAMES).collect();
    format!(
        "{}: no issuer of this configuration has this name; {guess}configured: {}{more} (leave \
         out --config to look at a URL)",
        escape(wanted),
        known.join(", ")
    )
}
