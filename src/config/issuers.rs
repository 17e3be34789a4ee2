//! `[[issuers]]` and `[issuer_defaults]`.

use std::sync::Arc;

use super::key_source::{self, Said as SaidKeys};
use super::keys;
use super::reader::{
    At, Context, Keys, Said, Table, boolean, found, list, nearest, text, with_node,
};
use super::source::{Node, Place};
use super::{ConfiguredIssuer, Insecure};
use crate::jwks::source::CaFile;
use crate::policy::Name;
use crate::policy::issuer::Issuer;
use crate::token::algorithm::{Algorithm, AlgorithmSet};
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

/// A name is a name once, over all files.
pub(super) fn told_twice(second: &Place, first: &Place, context: &Context<'_>) {
    context.note(
        second,
        &format!("this name is used already, at {first}; give one of them another name"),
    );
}

fn entry(mut table: Table<'_, '_>, defaults: &Written, around: &Surroundings<'_, '_>) -> Known {
    let context = around.context;
    let entry = table.place.clone();
    let name = table.require(
        "name",
        "name it for metrics, logs and audiences",
        with_node(text),
    );
    let identifier = table.require(
        "issuer",
        "write the iss of its tokens, byte for byte",
        with_node(text),
    );
    let trusted = table.take("trusted", boolean);
    let said = SaidKeys {
        jwks_uri: table.take("jwks_uri", with_node(text)),
        jwks_file: table.take("jwks_file", with_node(text)),
        discovery_url: table.take("discovery_url", with_node(text)),
    };
    let own = Written::take(&mut table);
    table.close();

    let (text, shown, place) = match name.well() {
        Some(At {
            value: (text, node),
            place,
        }) => (Some(text.clone()), found(&node.value), place.clone()),
        None => (None, String::new(), entry.key("name")),
    };
    let issuer = || -> Option<ConfiguredIssuer> {
        // Every part first, so that every problem is told.
        let name = text
            .as_deref()
            .and_then(|text| parse_name(text, &shown, &place, context));
        let trusted = trusted.unless_said(true);
        let fetched = trusted == Some(true) && !said.jwks_file.is_said();
        if !fetched {
            refuse_fetching(&own, &entry, trusted, context);
        }
        let algorithms = own.algorithms.or(&defaults.algorithms);
        let timing = own.timing.or(&defaults.timing).or(&around.keys);
        let keys = match trusted {
            Some(true) => key_source::read(&said, identifier.well(), &algorithms, &entry, around),
            Some(false) => said.refuse(context).then_some(key_source::Found::Untrusted),
            None => None,
        };
        let ca = own.ca_file.or(&defaults.ca_file).optional();
        let timing = timing.timing();
        let environment = own.environment.or(&defaults.environment).optional();
        let algorithms = algorithms.unless_said(AlgorithmSet::asymmetric());
        let Some(At {
            value: (identifier, _),
            ..
        }) = identifier.well()
        else {
            return None;
        };
        let (timing, keys) = (timing?, keys?);
        let max_stale = matches!(keys, key_source::Found::Remote(_)).then_some(timing.max_stale);
        Some(ConfiguredIssuer {
            issuer: Arc::new(Issuer {
                name: name?,
                identifier: identifier.as_str().into(),
                environment: environment?.unwrap_or_default().into(),
                algorithms: algorithms?,
                trusted: trusted?,
                max_stale,
            }),
            keys: keys.with(timing, ca?, around.insecure.allow_http),
        })
    };
    let issuer = issuer();
    Known {
        name: text,
        shown,
        place,
        issuer,
    }
}

/// Keys of `[keys]` and a `ca_file` say how to fetch; where nothing is fetched they
/// would be a promise that is not kept.
fn refuse_fetching(own: &Written, entry: &Place, trusted: Option<bool>, context: &Context<'_>) {
    let why = match trusted {
        Some(true) => "the keys come from jwks_file",
        Some(false) => "trusted is false",
        None => return,
    };
    let ca = own.ca_file.is_said().then(|| entry.key("ca_file"));
    for place in own.timing.places(entry).chain(ca) {
        context.note(
            &place,
            &format!("nothing is fetched, since {why}; remove it"),
        );
    }
}

/// The name of an issuer or audience.
pub(super) fn parse_name(
    text: &str,
    shown: &str,
    place: &Place,
    context: &Context<'_>,
) -> Option<Name> {
    let name = Name::new(text);
    if name.is_none() {
        let fix = "use a-z, 0-9 and . _ - after the first, at most 63, and neither \"none\" nor \"unknown\"";
        context.note(place, &format!("{shown} is no name; {fix}"));
    }
    name
}

/// A list of algorithms that are implemented here.
pub(super) fn algorithms(context: &Context<'_>, node: &Node) -> Option<AlgorithmSet> {
    list("algorithm names", algorithm)(context, node).map(|all| all.into_iter().collect())
}

fn algorithm(context: &Context<'_>, node: &Node) -> Option<Algorithm> {
    let name = text(context, node)?;
    let known = Algorithm::from_name(&name);
    if known.is_none() {
        let fix = if name.eq_ignore_ascii_case("none") {
            "an unsigned token is never active; remove it".into()
        } else {
            match nearest(&name, Algorithm::ALL.map(Algorithm::name)) {
                Some(meant) => format!("did you mean {meant}?"),
                None => {
                    let all = Algorithm::ALL.map(Algorithm::name).join(", ");
                    format!("use one of {all}")
                }
            }
        };
        context.note(
            &node.place,
            &format!("{} is not implemented; {fix}", found(&node.value)),
        );
    }
    known
}

impl Known {
    /// The issuer of a name that an audience lists. The outer `None`: there is no
    /// such issuer, and that is noted.
    pub(super) fn find<'k>(
        all: &'k [Self],
        name: &str,
        node: &Node,
        context: &Context<'_>,
    ) -> Option<&'k Self> {
        let known = all.iter().find(|one| one.name.as_deref() == Some(name));
        if known.is_none() {
            let meant = nearest(name, all.iter().filter_map(|one| one.name.as_deref()))
                .and_then(|meant| all.iter().find(|one| one.name.as_deref() == Some(meant)));
            let fix = match meant {
                Some(meant) => format!("did you mean {}?", meant.shown),
                None => "add it to [[issuers]]".into(),
            };
            context.note(
                &node.place,
                &format!("no issuer is named {}; {fix}", found(&node.value)),
            );
        }
        known
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
