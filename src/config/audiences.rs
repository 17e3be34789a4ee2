//! `[[audiences]]` and `[audience_defaults]`.

use std::time::Duration;

use super::claims::{required_claim, subject};
use super::issuers::Known;
use super::names::{algorithms, parse_name, told_twice};
use super::reader::{At, Context, Keys, Said, Table};
use super::signers::{check_algorithms, check_identifiers, signers};
use super::source::{Node, Place};
use super::values::{boolean, choice, duration, integer, list, parsed, text, with_node};
use super::wording::found;
use crate::policy::audience::{
    AudiencePolicy, RequiredClaim, SenderConstrained, SubjectMatch, TokenType,
};
use crate::token::algorithm::AlgorithmSet;

const LATER: &[&str] = &[
    "shadow",
    "audience_claims",
    "client_id_claims",
    "max_key_age",
    "preset",
    "tenants",
];

pub(super) const KEYS: Keys = Keys {
    known: &[
        "name",
        "accept",
        "issuers",
        "algorithms",
        "token_types",
        "leeway",
        "required_scopes",
        "authorized_parties",
        "subjects",
        "required_claims",
        "max_audiences",
        "max_lifetime",
        "max_age",
        "require_expiry",
        "sender_constrained",
        "issuer_optional",
        "max_cacheable",
    ],
    later: LATER,
};

/// The keys of `[audience_defaults]`: all but those of one audience alone, which
/// come first.
pub(super) const DEFAULTS: Keys = Keys {
    known: KEYS.known.split_at(NO_DEFAULTS.len()).1,
    later: LATER,
};

/// Keys that make no sense for several audiences at once.
const NO_DEFAULTS: [&str; 3] = ["name", "accept", "issuers"];

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_hours(24);

/// Clocks that are kept by NTP differ by far less; those that are not, by more than
/// any leeway helps.
const DEFAULT_LEEWAY: Duration = Duration::from_secs(30);
const MAX_LEEWAY: Duration = Duration::from_mins(5);

/// How long a caller may go on after a token was withdrawn in a policy.
const DEFAULT_CACHEABLE: Duration = Duration::from_mins(1);

/// RFC 9068 §4 for access tokens, and what most issuers still write.
const DEFAULT_TYPES: [&str; 2] = ["at+jwt", "JWT"];

/// What an entry may leave out.
#[derive(Debug, Default)]
struct Written {
    algorithms: Said<AlgorithmSet>,
    token_types: Said<Vec<TokenType>>,
    leeway: Said<Duration>,
    required_scopes: Said<Vec<Box<str>>>,
    authorized_parties: Said<Vec<Box<str>>>,
    subjects: Said<Vec<SubjectMatch>>,
    required_claims: Said<Vec<RequiredClaim>>,
    max_audiences: Said<usize>,
    max_lifetime: Said<Duration>,
    max_age: Said<Duration>,
    require_expiry: Said<bool>,
    sender_constrained: Said<SenderConstrained>,
    issuer_optional: Said<bool>,
    max_cacheable: Said<Duration>,
}

impl Written {
    fn take(table: &mut Table<'_, '_>) -> Self {
        let constrained = [
            ("refuse", SenderConstrained::Refuse),
            ("caller-checks", SenderConstrained::CallerChecks),
        ];
        let strings = || list("strings", boxed);
        let token_type =
            |context: &Context<'_>, node: &Node| Some(TokenType::new(&text(context, node)?));
        Self {
            algorithms: table.take("algorithms", algorithms),
            token_types: table.take("token_types", list("strings", token_type)),
            leeway: table.take("leeway", duration(Duration::ZERO, MAX_LEEWAY)),
            required_scopes: table.take("required_scopes", list("scopes", scope)),
            authorized_parties: table.take("authorized_parties", strings()),
            subjects: table.take("subjects", list("subjects", subject)),
            required_claims: table.take("required_claims", list("claims", required_claim)),
            max_audiences: table.take("max_audiences", integer(1..=usize::MAX, "values of aud")),
            // Zero would refuse every token.
            max_lifetime: table.take("max_lifetime", duration(SECOND, 3650 * DAY)),
            max_age: table.take("max_age", duration(SECOND, 3650 * DAY)),
            require_expiry: table.take("require_expiry", boolean),
            sender_constrained: table.take("sender_constrained", choice(&constrained)),
            issuer_optional: table.take("issuer_optional", boolean),
            max_cacheable: table.take("max_cacheable", duration(Duration::ZERO, DAY)),
        }
    }

    /// These, and `defaults` where nothing was said.
    fn or(self, defaults: &Self) -> Self {
        Self {
            algorithms: self.algorithms.or(&defaults.algorithms),
            token_types: self.token_types.or(&defaults.token_types),
            leeway: self.leeway.or(&defaults.leeway),
            required_scopes: self.required_scopes.or(&defaults.required_scopes),
            authorized_parties: self.authorized_parties.or(&defaults.authorized_parties),
            subjects: self.subjects.or(&defaults.subjects),
            required_claims: self.required_claims.or(&defaults.required_claims),
            max_audiences: self.max_audiences.or(&defaults.max_audiences),
            max_lifetime: self.max_lifetime.or(&defaults.max_lifetime),
            max_age: self.max_age.or(&defaults.max_age),
            require_expiry: self.require_expiry.or(&defaults.require_expiry),
            sender_constrained: self.sender_constrained.or(&defaults.sender_constrained),
            issuer_optional: self.issuer_optional.or(&defaults.issuer_optional),
            max_cacheable: self.max_cacheable.or(&defaults.max_cacheable),
        }
    }
}

/// Reads every audience, in order; those in which something is wrong are left out.
pub(super) fn read(
    defaults: Node,
    nodes: Vec<Node>,
    known: &[Known],
    context: &Context<'_>,
) -> Vec<AudiencePolicy> {
    let defaults =
        Table::open(defaults, DEFAULTS, context).map_or_else(Written::default, |mut table| {
            table.refuse(
                &NO_DEFAULTS,
                "differs from audience to audience; write it in each [[audiences]]",
            );
            let written = Written::take(&mut table);
            table.close();
            written
        });
    let mut names: Vec<(String, Place)> = Vec::new();
    let mut audiences = Vec::new();
    for node in nodes {
        let Some(mut table) = Table::open(node, KEYS, context) else {
            continue;
        };
        let name = table.require(
            "name",
            "callers ask for an audience by its name",
            with_node(text),
        );
        if let Some(At {
            value: (name, _),
            place,
        }) = name.well()
        {
            match names.iter().find(|(first, _)| first == name) {
                Some((_, first)) => told_twice(place, first, context),
                None => names.push((name.clone(), place.clone())),
            }
        }
        audiences.extend(entry(table, &name, &defaults, known, context));
    }
    audiences
}

fn entry(
    mut table: Table<'_, '_>,
    name: &Said<(String, Node)>,
    defaults: &Written,
    known: &[Known],
    context: &Context<'_>,
) -> Option<AudiencePolicy> {
    let accept = "write the aud values that its tokens carry";
    let accept = table.require("accept", accept, list("strings", boxed));
    let listed = "list the issuers that may sign for it, by name";
    let listed = table.require("issuers", listed, list("issuer names", with_node(text)));
    let written = Written::take(&mut table).or(defaults);
    let place = table.place.clone();
    table.close();

    let name = name.well().and_then(
        |At {
             value: (text, node),
             place,
         }| { parse_name(text, &found(&node.value), place, context) },
    );
    let signers = listed
        .well()
        .and_then(|At { value, .. }| signers(value, known, context));
    let signers = signers.as_deref();
    check_identifiers(signers.unwrap_or_default(), context);
    check_algorithms(signers.unwrap_or_default(), &written.algorithms, context);
    if let (Some(At { value: true, .. }), Some(At { value: listed, .. })) =
        (written.issuer_optional.well(), listed.well())
        && listed.len() != 1
    {
        let what = "whose is a token without iss, with more than one issuer";
        context.note(
            &place.key("issuer_optional"),
            &format!("{what}? list exactly one in issuers; or leave it out"),
        );
    }
    let types = || DEFAULT_TYPES.map(TokenType::new).to_vec();
    Some(AudiencePolicy {
        name: name?,
        accept: accept.optional()??,
        issuers: signers?
            .iter()
            .map(|one| one.meant().cloned())
            .collect::<Option<_>>()?,
        algorithms: written.algorithms.unless_said(AlgorithmSet::all())?,
        token_types: written.token_types.optional()?.unwrap_or_else(types),
        leeway: written.leeway.unless_said(DEFAULT_LEEWAY)?,
        required_scopes: written.required_scopes.optional()?.unwrap_or_default(),
        authorized_parties: written.authorized_parties.optional()?,
        subjects: written.subjects.optional()?,
        required_claims: written.required_claims.optional()?.unwrap_or_default(),
        max_audiences: written.max_audiences.optional()?,
        max_lifetime: written.max_lifetime.optional()?,
        max_age: written.max_age.optional()?,
        require_expiry: written.require_expiry.unless_said(true)?,
        sender_constrained: written
            .sender_constrained
            .unless_said(SenderConstrained::Refuse)?,
        issuer_optional: written.issuer_optional.unless_said(false)?,
        max_cacheable: written.max_cacheable.unless_said(DEFAULT_CACHEABLE)?,
    })
}

fn boxed(context: &Context<'_>, node: &Node) -> Option<Box<str>> {
    text(context, node).map(Into::into)
}

/// A scope-token (RFC 6749 §3.3): printable ASCII but the space, `"` and `\`.
fn scope(context: &Context<'_>, node: &Node) -> Option<Box<str>> {
    let token = |text: &str| {
        let within = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
        text.bytes().all(within).then(|| text.into())
    };
    parsed("one scope, without spaces, quotes and backslashes", token)(context, node)
}
