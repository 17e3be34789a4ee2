//! Where a name leads, and how far from there: metadata that is published to the
//! world has no business in a private network.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use url::{Host, Url};

use super::report::{Check, Outcome, Step, shown};

/// Addresses that are told.
const MAX_TOLD: usize = 4;

/// From where an address can be reached; the farther, the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// From the link it is on: 169.254.169.254 is where clouds keep credentials.
    Link,
    /// From this machine.
    Loopback,
    /// From a network of one's own.
    Private,
    /// From anywhere.
    Public,
}

impl Reach {
    /// RFC 6890, for as much of it as decides who answers.
    pub(super) fn of(address: IpAddr) -> Self {
        match address {
            // RFC 1122 §3.2.1.3: "this host on this network".
            IpAddr::V4(v4) if v4.is_loopback() || v4.octets()[0] == 0 => Self::Loopback,
            IpAddr::V4(v4) if v4.is_link_local() => Self::Link,
            IpAddr::V4(v4) => {
                let [first, second, ..] = v4.octets();
                // RFC 6598: addresses of a carrier's own network.
                let shared = first == 100 && (64..128).contains(&second);
                if v4.is_private() || shared || v4.is_broadcast() || v4.is_multicast() {
                    Self::Private
                } else {
                    Self::Public
                }
            }
            IpAddr::V6(v6) => Self::of_v6(v6),
        }
    }

    fn of_v6(address: Ipv6Addr) -> Self {
        if let Some(within) = within(address) {
            Self::of(within.into())
        } else if address.is_loopback() || address.is_unspecified() {
            Self::Loopback
        } else if address.is_unicast_link_local() {
            Self::Link
        } else if address.is_unique_local()
            || address.is_multicast()
            // RFC 8215: a NAT64 of one's own.
            || address.segments().starts_with(&[0x64, 0xff9b, 1])
        {
            Self::Private
        } else {
            Self::Public
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Link => "a link-local address",
            Self::Loopback => "a loopback address",
            Self::Private => "a private address",
            Self::Public => "a public address",
        }
    }
}

/// The IPv4 address that an IPv6 one stands for: who sends to it reaches the other.
fn within(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        // RFC 4291 §2.5.5.2; RFC 6052 §2.1 (NAT64); RFC 3056 §2 (6to4).
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => Some(v4(high, low)),
        // RFC 4291 §2.5.5.1, but for `::` and `::1`.
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => Some(v4(high, low)),
        _ => None,
    }
}

fn v4(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))
}

/// Where a host is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    host: String,
    /// Not empty.
    addresses: Vec<IpAddr>,
}

impl Place {
    fn farthest(&self) -> Reach {
        (self.reaches().max()).unwrap_or(Reach::Public)
    }

    /// The address that is nearest: one of many is enough to lead astray.
    fn nearest(&self) -> Option<(Reach, IpAddr)> {
        let each = self.addresses.iter().map(|one| (Reach::of(*one), *one));
        each.min()
    }

    fn reaches(&self) -> impl Iterator<Item = Reach> {
        self.addresses.iter().map(|one| Reach::of(*one))
    }

    fn told(&self) -> String {
        let mut told: Vec<String> = (self.addresses.iter().take(MAX_TOLD))
            .map(ToString::to_string)
            .collect();
        let more = self.addresses.len().saturating_sub(MAX_TOLD);
        if more > 0 {
            told.push(format!("{more} more"));
        }
        let told = told.join(", ");
        match self.host.parse::<IpAddr>() {
            Ok(_) => told,
            Err(_) => format!("{} is {told}", self.host),
        }
    }
}

/// Looks a URL's host up, for at most `patience`.
pub(super) async fn look_up(
    url: &Url,
    check: Check,
    patience: Duration,
) -> Result<(Place, Step), Step> {
    let host = match url.host() {
        Some(Host::Ipv4(address)) => return Ok(literal(address.into(), check)),
        Some(Host::Ipv6(address)) => return Ok(literal(address.into(), check)),
        Some(Host::Domain(name)) => name.to_owned(),
        None => return Err(Step::failed(check, "the URL has no host")),
    };
    let name = shown(&host);
    let failed = |why: &str| {
        Step::failed(check, format!("{name}: {why}"))
            .fix("check the spelling, and the DNS of this machine; in a container, its own")
    };
    let port = url.port_or_known_default().unwrap_or(443);
    let looked = tokio::time::timeout(patience, tokio::net::lookup_host((host.as_str(), port)));
    let addresses: BTreeSet<IpAddr> = match looked.await {
        Err(_) => {
            return Err(failed(&format!(
                "no answer from DNS within {} s",
                patience.as_secs()
            )));
        }
        Ok(Err(error)) => return Err(failed(&shown(&error.to_string()))),
        Ok(Ok(found)) => found.map(|one| one.ip()).collect(),
    };
    if addresses.is_empty() {
        return Err(failed("the name has no address"));
    }
    let place = Place {
        host: name,
        addresses: addresses.into_iter().collect(),
    };
    let step = Step::ok(check, place.told());
    Ok((place, step))
}

fn literal(address: IpAddr, check: Check) -> (Place, Step) {
    let place = Place {
        host: address.to_string(),
        addresses: vec![address],
    };
    (place, Step::ok(check, address.to_string()))
}

/// Whether keys may be fetched from where metadata sends us: not from an address
/// that is nearer than the issuer's own. Who can write the metadata could otherwise
/// have any internal address asked.
pub(super) fn judge(issuer: &Place, keys: &Place, allowed: bool) -> Step {
    let told = keys.told();
    let Some((reach, address)) = keys.nearest() else {
        return Step::ok(Check::JwksAddress, told);
    };
    let own = issuer.farthest();
    if reach >= own {
        return Step::ok(Check::JwksAddress, told);
    }
    let outcome = if allowed {
        Outcome::Warning
    } else {
        Outcome::Failed
    };
    let asked = if allowed {
        ""
    } else {
        "; nothing was asked there"
    };
    let found = format!(
        "{told}: {address} is {}, and the issuer is at {}{asked}",
        reach.words(),
        own.words()
    );
    Step::new(Check::JwksAddress, outcome, found).fix(
        "the issuer's metadata must name a host that all its clients reach; if this is meant, \
         configure jwks_uri yourself, and ask here with --allow-private-address",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(addresses: &[&str]) -> Place {
        Place {
            host: "keys.example".into(),
            addresses: addresses.iter().map(|one| one.parse().unwrap()).collect(),
        }
    }

    #[test]
    fn how_far_an_address_is_reached_from() {
        for (address, reach) in [
            ("8.8.8.8", Reach::Public),
            ("2606:4700::1111", Reach::Public),
            ("172.15.0.1", Reach::Public),
            ("172.16.0.1", Reach::Private),
            ("10.0.0.1", Reach::Private),
            ("192.168.1.1", Reach::Private),
            ("100.64.0.1", Reach::Private),
            ("100.128.0.1", Reach::Public),
            ("fd00::1", Reach::Private),
            ("127.8.0.1", Reach::Loopback),
            ("0.0.0.0", Reach::Loopback),
            ("::1", Reach::Loopback),
            ("::", Reach::Loopback),
            ("::ffff:10.0.0.1", Reach::Private),
            ("::ffff:169.254.169.254", Reach::Link),
            ("169.254.169.254", Reach::Link),
            ("0.0.0.1", Reach::Loopback),
            ("64:ff9b::a9fe:a9fe", Reach::Link),
            ("64:ff9b::808:808", Reach::Public),
            ("64:ff9b:1::808:808", Reach::Private),
            ("2002:a9fe:a9fe::1", Reach::Link),
            ("2002:7f00:1::", Reach::Loopback),
            ("2002:808:808::1", Reach::Public),
            ("::169.254.169.254", Reach::Link),
            ("::10.0.0.1", Reach::Private),
            ("fe80::1", Reach::Link),
        ] {
            assert_eq!(Reach::of(address.parse().unwrap()), reach, "{address}");
        }
    }

    #[test]
    fn keys_nearer_than_their_issuer_are_not_asked_for() {
        for (issuer, keys, outcome) in [
            (&["8.8.8.8"][..], &["8.8.4.4"][..], Outcome::Ok),
            (&["8.8.8.8"], &["10.0.0.1"], Outcome::Failed),
            (&["8.8.8.8"], &["127.0.0.1"], Outcome::Failed),
            (&["8.8.8.8"], &["169.254.169.254"], Outcome::Failed),
            // One of several is enough.
            (&["8.8.8.8"], &["8.8.4.4", "10.0.0.1"], Outcome::Failed),
            // A public issuer that this network also knows by an inner address.
            (&["10.0.0.1", "8.8.8.8"], &["10.0.0.2"], Outcome::Failed),
            (&["10.0.0.1"], &["10.0.0.2"], Outcome::Ok),
            (&["10.0.0.1"], &["8.8.8.8"], Outcome::Ok),
            (&["10.0.0.1"], &["127.0.0.1"], Outcome::Failed),
            (&["127.0.0.1"], &["10.0.0.1"], Outcome::Ok),
            (&["127.0.0.1"], &["169.254.169.254"], Outcome::Failed),
        ] {
            let step = judge(&place(issuer), &place(keys), false);
            assert_eq!(step.outcome, outcome, "{issuer:?} {keys:?}");
            let allowed = judge(&place(issuer), &place(keys), true);
            assert_ne!(allowed.outcome, Outcome::Failed);
        }
    }

    #[test]
    fn the_address_is_named() {
        let step = judge(
            &place(&["8.8.8.8"]),
            &place(&["8.8.4.4", "10.1.2.3"]),
            false,
        );
        assert!(
            step.found.contains("10.1.2.3 is a private address"),
            "{}",
            step.found
        );
    }
}
