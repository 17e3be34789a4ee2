//! `[server]` and `[insecure]`.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::reader::{At, Context, Keys, Said, Table};
use super::source::Node;
use super::values::{boolean, choice, duration, integer, parsed};
use super::{Insecure, Server};
use crate::policy::caller::Disclosure;

pub(super) const KEYS: Keys = Keys {
    known: &[
        "listen",
        "admin_listen",
        "reflection",
        "disclosure",
        "max_token_bytes",
        "drain",
    ],
    later: &["workers", "tls"],
};

pub(super) const INSECURE: Keys = Keys {
    known: &["allow_http", "plaintext"],
    later: &[],
};

/// Shortest and longest `max_token_bytes`; and the default, twice the 8 KiB that
/// HTTP servers commonly grant to a header.
const TOKEN_BYTES: (usize, usize) = (1 << 10, 1 << 20);
const DEFAULT_TOKEN_BYTES: usize = 16 << 10;

/// Within the 30 s that Kubernetes grants between SIGTERM and SIGKILL.
const DEFAULT_DRAIN: Duration = Duration::from_secs(25);
const MAX_DRAIN: Duration = Duration::from_mins(10);

const ADDRESS: &str = "an IP address with a port, such as \"127.0.0.1:50051\" or \"[::1]:50051\"";

/// Reads `[insecure]`. A switch that is wrong counts as on: nothing else is wrong for it.
pub(super) fn insecure(node: Node, context: &Context<'_>) -> Insecure {
    let Some(mut table) = Table::open(node, INSECURE, context) else {
        return Insecure::default();
    };
    let mut switch = |key| table.take(key, boolean).unless_said(false).unwrap_or(true);
    let insecure = Insecure {
        allow_http: switch("allow_http"),
        plaintext: switch("plaintext"),
    };
    table.close();
    insecure
}

/// Reads `[server]`.
pub(super) fn server(node: Node, insecure: Insecure, context: &Context<'_>) -> Option<Server> {
    let mut table = Table::open(node, KEYS, context)?;
    let address = || parsed(ADDRESS, |text| text.parse::<SocketAddr>().ok());
    let listen = table.take("listen", address());
    let admin_listen = table.take("admin_listen", address());
    let reflection = table.take("reflection", boolean);
    let disclosures = [
        ("details", Disclosure::Details),
        ("codes", Disclosure::Codes),
    ];
    let disclosure = table.take("disclosure", choice(&disclosures));
    let bytes = integer(TOKEN_BYTES.0..=TOKEN_BYTES.1, "bytes");
    let max_token_bytes = table.take("max_token_bytes", bytes);
    let drain = table.take("drain", duration(Duration::ZERO, MAX_DRAIN));
    let default = |port| SocketAddr::from(([127, 0, 0, 1], port));
    check_plaintext(&listen, insecure, context);
    let admin_place = table.place.key("admin_listen");
    let said = [&admin_listen, &listen].map(|said| said.well().map(|at| at.place.clone()));
    table.close();

    let listen = listen.unless_said(default(50051));
    let admin_listen = admin_listen.unless_said(default(50052));
    if let (Some(one), Some(other)) = (listen, admin_listen)
        && overlap(one, other)
    {
        let place = said.into_iter().flatten().next().unwrap_or(admin_place);
        context.note(
            &place,
            "listen and admin_listen are one address; give one of them another port",
        );
    }
    Some(Server {
        listen: listen?,
        admin_listen: admin_listen?,
        reflection: reflection.unless_said(true)?,
        disclosure: disclosure.unless_said(Disclosure::Details)?,
        max_token_bytes: max_token_bytes.unless_said(DEFAULT_TOKEN_BYTES)?,
        drain: drain.unless_said(DEFAULT_DRAIN)?,
    })
}

/// Tokens are secrets: they cross a network in the clear only if somebody said so.
fn check_plaintext(listen: &Said<SocketAddr>, insecure: Insecure, context: &Context<'_>) {
    if let Some(At { value, place }) = listen.well()
        && !is_loopback(*value)
        && !insecure.plaintext
    {
        let what = "would serve gRPC in plaintext on an address that is not loopback";
        let fix = "listen on 127.0.0.1 or [::1], or set [insecure] plaintext = true";
        context.note(place, &format!("{what}; {fix}"));
    }
}

/// Whether only this machine reaches it.
pub(super) fn is_loopback(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

/// Whether the second of the two could not be bound.
fn overlap(one: SocketAddr, other: SocketAddr) -> bool {
    // `[::]` takes IPv4 as well.
    let covers = |all: IpAddr, ip: IpAddr| all.is_unspecified() && (all.is_ipv6() || ip.is_ipv4());
    let (a, b) = (one.ip().to_canonical(), other.ip().to_canonical());
    one.port() != 0 && one.port() == other.port() && (a == b || covers(a, b) || covers(b, a))
}
