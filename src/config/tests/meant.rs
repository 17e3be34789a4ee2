//! As meant: what every key becomes, and what stands where nothing was said.

use std::time::Duration;

use super::super::{Config, Insecure, Server};
use super::{CERTIFICATE, Folder, GOOD, good_with, load_text};
use crate::jwks::source::{KeySource, Location, Timing};
use crate::policy::audience::{
    RequiredClaim, Scalar, SenderConstrained, SubjectMatch, TokenType, Wanted,
};
use crate::policy::caller::Disclosure;
use crate::token::algorithm::{Algorithm, AlgorithmSet};
use crate::token::decimal::Decimal;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn timing(config: &Config, issuer: usize) -> Timing {
    match &config.issuers[issuer].keys {
        KeySource::Remote(remote) => remote.timing,
        other => panic!("{other:?}"),
    }
}

#[test]
fn defaults() {
    let config = load_text(GOOD).unwrap();
    let server = Server {
        listen: "127.0.0.1:50051".parse().unwrap(),
        admin_listen: "127.0.0.1:50052".parse().unwrap(),
        reflection: true,
        disclosure: Disclosure::Details,
        max_token_bytes: 16384,
        drain: seconds(25),
    };
    assert_eq!(config.server, server);
    assert_eq!(config.insecure, Insecure::default());
    let issuer = &config.issuers[0].issuer;
    assert_eq!(
        (issuer.name.as_str(), &*issuer.identifier),
        ("prod", "https://auth.example.com")
    );
    assert_eq!((&*issuer.environment, issuer.trusted), ("", true));
    assert_eq!(issuer.algorithms, AlgorithmSet::asymmetric());
    assert_eq!(issuer.max_stale, Some(seconds(86400)));
    assert_eq!(
        timing(&config, 0),
        Timing {
            refresh_interval: seconds(300),
            max_stale: seconds(86400),
            unknown_kid_cooldown: seconds(10),
            wait: seconds(1),
        }
    );
    let audience = &config.audiences[0];
    assert_eq!(audience.issuers[0].name, issuer.name);
    assert_eq!(audience.algorithms, AlgorithmSet::all());
    assert_eq!(audience.token_types, ["at+jwt", "JWT"].map(TokenType::new));
    assert_eq!(
        (audience.leeway, audience.max_cacheable),
        (seconds(30), seconds(60))
    );
    assert!(audience.required_scopes.is_empty() && audience.required_claims.is_empty());
    assert!(audience.authorized_parties.is_none() && audience.subjects.is_none());
    assert_eq!(
        (
            audience.max_audiences,
            audience.max_lifetime,
            audience.max_age
        ),
        (None, None, None)
    );
    assert!(audience.require_expiry && !audience.issuer_optional);
    assert_eq!(audience.sender_constrained, SenderConstrained::Refuse);
}

/// Every key, with another value than its default.
const EVERY_KEY: &str = r#"
[server]
listen = "0.0.0.0:1"
admin_listen = "[::1]:2"
reflection = false
disclosure = "codes"
max_token_bytes = 2048
drain = "1s500ms"
[keys]
refresh_interval = "1m"
max_stale = "1h"
unknown_kid_cooldown = "3s"
wait = "250ms"
[insecure]
allow_http = true
plaintext = true
[[issuers]]
name = "prod"
issuer = "not a URL"
environment = "production"
algorithms = ["ES256", "Ed25519"]
jwks_uri = "http://keys.example/jwks"
ca_file = "ca.pem"
max_stale = "2h"
[[audiences]]
name = "orders"
accept = ["orders", "https://api.example.com/orders"]
issuers = ["prod"]
algorithms = ["EdDSA"]
token_types = ["Secevent+JWT"]
leeway = "5s"
required_scopes = ["read", "write"]
authorized_parties = ["web"]
subjects = ["alice", { prefix = "svc/" }]
required_claims = [
  { name = "tid" },
  { path = ["a", "b"], any_of = ["x", 10, 2.50] },
  { name = "acr", all_of = [true] },
]
max_audiences = 3
max_lifetime = "1h"
max_age = "2h"
require_expiry = false
sender_constrained = "caller-checks"
issuer_optional = true
max_cacheable = "0s"
"#;

fn every_key() -> Config {
    Folder::new()
        .file("ca.pem", CERTIFICATE)
        .file("a.toml", EVERY_KEY)
        .load(&["a.toml"])
        .unwrap()
}

#[test]
fn every_key_of_server_and_issuers() {
    let config = every_key();
    assert_eq!(
        config.server,
        Server {
            listen: "0.0.0.0:1".parse().unwrap(),
            admin_listen: "[::1]:2".parse().unwrap(),
            reflection: false,
            disclosure: Disclosure::Codes,
            max_token_bytes: 2048,
            drain: Duration::from_millis(1500),
        }
    );
    assert_eq!(
        config.insecure,
        Insecure {
            allow_http: true,
            plaintext: true
        }
    );
    let issuer = &config.issuers[0].issuer;
    assert_eq!(
        (&*issuer.identifier, &*issuer.environment),
        ("not a URL", "production")
    );
    let algorithms: Vec<_> = issuer.algorithms.iter().collect();
    assert_eq!(algorithms, [Algorithm::Es256, Algorithm::EdDsa]);
    assert_eq!(issuer.max_stale, Some(seconds(7200)));
    let KeySource::Remote(remote) = &config.issuers[0].keys else {
        panic!()
    };
    assert_eq!(
        remote.location,
        Location::JwksUri("http://keys.example/jwks".parse().unwrap())
    );
    assert_eq!(remote.ca.as_ref().unwrap().pem, CERTIFICATE.as_bytes());
    assert!(remote.allow_http);
    assert_eq!(
        remote.timing,
        Timing {
            refresh_interval: seconds(60),
            max_stale: seconds(7200),
            unknown_kid_cooldown: seconds(3),
            wait: Duration::from_millis(250),
        }
    );
}

#[test]
fn every_key_of_audiences() {
    let config = every_key();
    let audience = &config.audiences[0];
    let texts = |list: &[Box<str>]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        texts(&audience.accept),
        ["orders", "https://api.example.com/orders"]
    );
    assert_eq!(
        audience.algorithms.iter().collect::<Vec<_>>(),
        [Algorithm::EdDsa]
    );
    assert_eq!(audience.token_types, [TokenType::new("Secevent+JWT")]);
    assert_eq!(texts(&audience.required_scopes), ["read", "write"]);
    assert_eq!(
        texts(audience.authorized_parties.as_ref().unwrap()),
        ["web"]
    );
    let subjects = [
        SubjectMatch::Exact("alice".into()),
        SubjectMatch::Prefix("svc/".into()),
    ];
    assert_eq!(audience.subjects.as_deref(), Some(&subjects[..]));
    let number = |text: &str| Scalar::Number(Decimal::parse(text).unwrap(), text.into());
    let claim = |path: &[&str], is_path, wanted| RequiredClaim {
        path: path.iter().map(|name| (*name).into()).collect(),
        is_path,
        wanted,
    };
    assert_eq!(
        audience.required_claims,
        [
            claim(&["tid"], false, Wanted::Present),
            claim(
                &["a", "b"],
                true,
                Wanted::AnyOf(vec![
                    Scalar::String("x".into()),
                    number("10"),
                    number("2.5"),
                ])
            ),
            claim(&["acr"], false, Wanted::AllOf(vec![Scalar::Bool(true)])),
        ]
    );
    assert_eq!(audience.max_audiences, Some(3));
    assert_eq!(
        (audience.max_lifetime, audience.max_age),
        (Some(seconds(3600)), Some(seconds(7200)))
    );
    assert_eq!(
        (audience.leeway, audience.max_cacheable),
        (seconds(5), Duration::ZERO)
    );
    assert!(!audience.require_expiry && audience.issuer_optional);
    assert_eq!(audience.sender_constrained, SenderConstrained::CallerChecks);
}

#[test]
fn an_entry_replaces_a_default_and_does_not_join_it() {
    let config = load_text(&format!(
        r#"
[keys]
max_stale = "1h"
wait = "2s"
unknown_kid_cooldown = "5s"
[issuer_defaults]
algorithms = ["RS256"]
environment = "test"
wait = "3s"
unknown_kid_cooldown = "6s"
[audience_defaults]
required_scopes = ["all"]
token_types = ["JWT"]
leeway = "1s"
{GOOD}
leeway = "2s"
required_scopes = ["orders"]
[[issuers]]
name = "other"
issuer = "https://other.example"
algorithms = ["ES256"]
environment = "production"
wait = "4s"
"#
    ))
    .unwrap();
    let issuer = |index: usize| {
        let issuer = &config.issuers[index].issuer;
        (
            issuer.algorithms.iter().collect::<Vec<_>>(),
            &*issuer.environment,
        )
    };
    assert_eq!(issuer(0), (vec![Algorithm::Rs256], "test"));
    assert_eq!(issuer(1), (vec![Algorithm::Es256], "production"));
    let times = |index| {
        let timing = timing(&config, index);
        (timing.max_stale, timing.unknown_kid_cooldown, timing.wait)
    };
    assert_eq!(times(0), (seconds(3600), seconds(6), seconds(3)));
    assert_eq!(times(1), (seconds(3600), seconds(6), seconds(4)));
    let audience = &config.audiences[0];
    assert_eq!(*audience.required_scopes, ["orders".into()]);
    assert_eq!(audience.token_types, [TokenType::new("JWT")]);
    assert_eq!(audience.leeway, seconds(2));
}

#[test]
fn keys_that_lapse_soon_are_asked_for_sooner() {
    let refresh = |top| timing(&load_text(&good_with(top, "", "")).unwrap(), 0).refresh_interval;
    assert_eq!(refresh("[keys]\nmax_stale = '1m'"), seconds(30));
    assert_eq!(refresh("[keys]\nmax_stale = '11m'"), seconds(300));
    assert_eq!(
        refresh("[keys]\nmax_stale = '1m'\nrefresh_interval = '50s'"),
        seconds(50)
    );
}

#[test]
fn each_use_of_insecure_is_told() {
    let uses = |text: &str| load_text(text).unwrap().insecure_uses();
    assert!(uses(GOOD).is_empty());
    assert!(uses(&format!("[insecure]\nallow_http = false\n{GOOD}")).is_empty());
    let http = uses(
        &format!("[insecure]\nallow_http = true\n{GOOD}").replace("https://auth", "http://auth"),
    );
    assert_eq!(http.len(), 2, "{http:#?}");
    assert!(http[0].starts_with("insecure.allow_http: "));
    assert_eq!(
        http[1],
        "insecure.allow_http: keys of issuer prod come over plain http"
    );
    // The switch is told even if nothing needs it: metadata may name an http URL.
    assert_eq!(
        uses(&format!("[insecure]\nallow_http = true\n{GOOD}")).len(),
        1
    );
    let plain = uses(&format!(
        "[server]\nlisten = '0.0.0.0:7'\n[insecure]\nplaintext = true\n{GOOD}"
    ));
    assert_eq!(plain.len(), 2, "{plain:#?}");
    assert_eq!(
        plain[1],
        "insecure.plaintext: server.listen 0.0.0.0:7 serves gRPC without TLS"
    );
}
