//! `[[issuers]]` and `[issuer_defaults]`.

use std::path::Path;
use std::sync::Arc;

use super::key_source::{self, Found, Sources};
use super::keys;
use super::names::{algorithms, parse_name, told_twice};
use super::reader::{At, Context, Keys, Said, Table};
use super::source::{Node, Place};
use super::values::{boolean, text, with_node};
use super::wording::found;
use super::{ConfiguredIssuer, Insecure};
use crate::jwks::source::CaFile;
use crate::policy::Name;
use crate::policy::issuer::Issuer;
use crate::token::algorithm::AlgorithmSet;
use crate::token::numeric_date::NumericDate;

const LATER: &[&str] = &[
    "seed_jwks_file",
    "snapshot_dir",
    "removal_grace",
    "empty_set_revokes",
    "deny_keys",
    "jwks_hosts",
    "max_key_age",
    "tenants",
    "audience_claims",
    "client_id_claims",
    "preset",
];

pub(super) const KEYS: Keys = Keys {
    known: &[
        "name",
        "issuer",
        "environment",
        "algorithms",
        "trusted",
        "jwks_uri",
        "jwks_file",
        "discovery_url",
        "ca_file",
        "refresh_interval",
        "max_stale",
        "unknown_kid_cooldown",
        "wait",
    ],
    later: LATER,
};

pub(super) const DEFAULTS: Keys = Keys {
    known: &[
        "environment",
        "algorithms",
        "ca_file",
        "refresh_interval",
        "max_stale",
        "unknown_kid_cooldown",
        "wait",
    ],
    later: LATER,
};

/// Keys that make no sense for several issuers at once.
const NO_DEFAULTS: [&str; 6] = [
    "name",
    "issuer",
    "trusted",
    "jwks_uri",
    "jwks_file",
    "discovery_url",
];

/// What an entry may leave out.
#[derive(Clone, Debug, Default)]
struct Written {
    environment: Said<String>,
    algorithms: Said<AlgorithmSet>,
    ca_file: Said<CaFile>,
    timing: keys::Written,
}

impl Written {
    fn take(table: &mut Table<'_, '_>) -> Self {
        Self {
            environment: table.take("environment", text),
            algorithms: table.take("algorithms", algorithms),
            ca_file: table.take("ca_file", key_source::ca_file),
            timing: keys::Written::take(table),
        }
    }

    /// These, and `defaults` where nothing was said.
    fn or(self, defaults: &Self) -> Self {
        Self {
            environment: self.environment.or(&defaults.environment),
            algorithms: self.algorithms.or(&defaults.algorithms),
            ca_file: self.ca_file.or(&defaults.ca_file),
            timing: self.timing.or(&defaults.timing),
        }
    }

    /// Keys of `[keys]` and a `ca_file` say how to fetch; where nothing is fetched
    /// they would be a promise that is not kept.
    fn refuse_fetching(&self, why: &str, entry: &Place, context: &Context<'_>) {
        let ca = self.ca_file.is_said().then(|| entry.key("ca_file"));
        for place in self.timing.places(entry).chain(ca) {
            context.note(
                &place,
                &format!("nothing is fetched, since {why}; remove it"),
            );
        }
    }
}

/// An issuer that an audience may list, even if something is wrong with it.
#[derive(Debug)]
pub(super) struct Known {
    /// Its name's text; `None` if there is none.
    name: Option<String>,
    /// The name as its file has it.
    shown: String,
    /// Where its name stands.
    place: Place,
    /// As meant; `None` if something is wrong.
    issuer: Option<ConfiguredIssuer>,
}

/// Everything issuers are read with.
#[derive(Debug)]
pub(super) struct Surroundings<'c, 'e> {
    pub(super) context: &'c Context<'e>,
    pub(super) insecure: Insecure,
    /// `[keys]`
    pub(super) keys: keys::Written,
    /// `--jwks`: where the keys of all come from, whatever is written.
    pub(super) jwks: Option<&'c Path>,
    pub(super) now: NumericDate,
}

/// Reads every issuer, in order.
pub(super) fn read(defaults: Node, nodes: Vec<Node>, around: &Surroundings<'_, '_>) -> Vec<Known> {
    let context = around.context;
    let defaults =
        Table::open(defaults, DEFAULTS, context).map_or_else(Written::default, |mut table| {
            table.refuse(
                &NO_DEFAULTS,
                "differs from issuer to issuer; write it in each [[issuers]]",
            );
            let written = Written::take(&mut table);
            table.close();
            written
        });
    let mut known: Vec<Known> = Vec::new();
    for node in nodes {
        let Some(table) = Table::open(node, KEYS, context) else {
            continue;
        };
        let entry = entry(table, &defaults, around);
        if let Some(first) = known
            .iter()
            .find(|one| one.name.is_some() && one.name == entry.name)
        {
            told_twice(&entry.place, &first.place, context);
        }
        known.push(entry);
    }
    known
}

fn entry(mut table: Table<'_, '_>, defaults: &Written, around: &Surroundings<'_, '_>) -> Known {
    let context = around.context;
    let why = "name it for metrics, logs and audiences";
    let name = table.require("name", why, with_node(text));
    let (text, shown, place) = match name {
        Said::Well(At {
            value: (text, node),
            place,
        }) => (Some(text), found(&node.value), place),
        Said::Nothing | Said::Wrongly => (None, String::new(), table.place.key("name")),
    };
    let name = text
        .as_deref()
        .and_then(|text| parse_name(text, &shown, &place, context));
    let issuer = issuer(table, name, defaults, around);
    Known {
        name: text,
        shown,
        place,
        issuer,
    }
}

/// Everything but the name. Each part is read before any is missed, so that every
/// problem is told.
fn issuer(
    mut table: Table<'_, '_>,
    name: Option<Name>,
    defaults: &Written,
    around: &Surroundings<'_, '_>,
) -> Option<ConfiguredIssuer> {
    let context = around.context;
    let entry = table.place.clone();
    let why = "write the iss of its tokens, byte for byte";
    let identifier = table.require("issuer", why, with_node(text));
    let trusted = table.take("trusted", boolean).unless_said(true);
    let sources = Sources {
        jwks_uri: table.take("jwks_uri", with_node(text)),
        jwks_file: table.take("jwks_file", with_node(text)),
        discovery_url: table.take("discovery_url", with_node(text)),
    };
    let own = Written::take(&mut table);
    table.close();

    match trusted {
        Some(true) if sources.jwks_file.is_said() => {
            own.refuse_fetching("the keys come from jwks_file", &entry, context);
        }
        Some(false) => own.refuse_fetching("trusted is false", &entry, context),
        Some(true) | None => {}
    }
    let written = own.or(defaults);
    let timing = written.timing.or(&around.keys).timing();
    let found = if trusted? {
        key_source::read(
            &sources,
            identifier.well(),
            &written.algorithms,
            &entry,
            around,
        )
    } else {
        sources.refuse(context).then_some(Found::Untrusted)
    };
    let (timing, found) = (timing?, found?);
    Some(ConfiguredIssuer {
        issuer: Arc::new(Issuer {
            name: name?,
            identifier: identifier.optional()??.0.into(),
            environment: written.environment.optional()?.unwrap_or_default().into(),
            algorithms: written.algorithms.unless_said(AlgorithmSet::asymmetric())?,
            trusted: trusted?,
            max_stale: matches!(found, Found::Remote(_)).then_some(timing.max_stale),
        }),
        keys: found.with(
            timing,
            written.ca_file.optional()?,
            around.insecure.allow_http,
        ),
    })
}

impl Known {
    /// The name's text, if there is one.
    pub(super) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Whether this is its name.
    pub(super) fn is_named(&self, name: &str) -> bool {
        self.name.as_deref() == Some(name)
    }

    /// The name as its file has it.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    pub(super) fn into_issuer(self) -> Option<ConfiguredIssuer> {
        self.issuer
    }

    /// The issuer, if nothing is wrong with it.
    pub(super) fn meant(&self) -> Option<&Arc<Issuer>> {
        self.issuer.as_ref().map(|one| &one.issuer)
    }
}
