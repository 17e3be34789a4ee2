//! The tokens of the vectors, each asked about at an audience that takes it for one of
//! its own: with its keys, at its time.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use audient::config::{Config, ConfiguredIssuer, Insecure, Server};
use audient::jwks::source::KeySource;
use audient::keys::adopt::adopt;
use audient::keys::jwk::Kinds;
use audient::keys::jwk_set;
use audient::policy::Name;
use audient::policy::audience::{AudiencePolicy, SenderConstrained, TokenType};
use audient::policy::caller::Disclosure;
use audient::policy::issuer::Issuer;
use audient::token::Token;
use audient::token::algorithm::{Algorithm, AlgorithmSet};
use audient::token::numeric_date::NumericDate;
use serde_json::Value;

use crate::asked::{singly, together};
use crate::clock::Stepped;
use crate::lines::Lines;
use crate::outputs::{Outputs, Pieces};
use crate::service::Service;
use crate::vectors::{self, Case, FILES};

/// A kid of RFC 7520: decoded, as the log may have it. In a JSON serialization, which is
/// no token here, it stands as it is.
const KID: &str = "018c0ae5-4d9b-471b-bfd6-eef314bc7037";

/// A token, and when and by what keys to judge it.
pub struct Asked {
    pub token: String,
    now: i64,
    document: String,
}

/// Every token in the files, with `token` of a case in it or anywhere else; `None`:
/// they are not here.
pub fn tokens() -> Option<Vec<Asked>> {
    let folder = vectors::folder()?;
    let mut found = Vec::new();
    let mut known = BTreeSet::new();
    for (file, _) in FILES {
        let corpus: Value = vectors::read(&folder, file);
        for case in corpus["cases"].as_array().unwrap() {
            let read: Case = serde_json::from_value(case.clone()).unwrap();
            let mut texts = Vec::from_iter(read.token.clone());
            compact(case, &mut texts);
            for token in texts {
                if known.insert((token.clone(), read.document())) {
                    found.push(Asked {
                        token,
                        #[expect(clippy::cast_possible_truncation, reason = "a time")]
                        now: read.now.unwrap_or(1_700_000_000.0) as i64,
                        document: read.document(),
                    });
                }
            }
        }
    }
    Some(found)
}

/// Texts that are tokens by their looks.
fn compact(json: &Value, into: &mut Vec<String>) {
    match json {
        Value::Object(members) => members.values().for_each(|value| compact(value, into)),
        Value::Array(values) => values.iter().for_each(|value| compact(value, into)),
        Value::String(text) if text.starts_with("ey") && text.matches('.').count() >= 2 => {
            into.push(text.clone());
        }
        _ => {}
    }
}

/// One issuer and one audience a token, by its number.
fn config(all: &[Asked]) -> Config {
    let (issuers, audiences) = all.iter().enumerate().map(configured).unzip();
    let loopback = "127.0.0.1:0".parse().unwrap();
    Config {
        server: Server {
            listen: loopback,
            admin_listen: loopback,
            reflection: true,
            disclosure: Disclosure::Details,
            max_token_bytes: 1 << 20,
            drain: Duration::ZERO,
        },
        insecure: Insecure::default(),
        issuers,
        audiences,
    }
}

fn audience(number: usize) -> String {
    format!("case-{number}")
}

fn configured((number, asked): (usize, &Asked)) -> (ConfiguredIssuer, AudiencePolicy) {
    let token = Token::parse(&asked.token, 1 << 20).ok();
    let header = token.as_ref().and_then(|token| token.header.as_ref().ok());
    let claims = token.as_ref().and_then(|token| token.claims.as_ref().ok());
    let name = Name::new(&audience(number)).unwrap();
    let keys: Value = serde_json::from_str(&asked.document).unwrap_or_default();
    let secrets = (keys["keys"].as_array())
        .is_some_and(|keys| !keys.is_empty() && keys.iter().all(|key| key["kty"] == "oct"));
    let (algorithms, kinds) = if secrets {
        let named = header.and_then(|header| Algorithm::from_name(header.alg.as_deref()?));
        let named = named.filter(|one| one.is_symmetric());
        let algorithms: AlgorithmSet = [named.unwrap_or(Algorithm::Hs256)].into_iter().collect();
        (algorithms, Kinds::Symmetric { algorithms })
    } else {
        (AlgorithmSet::asymmetric(), Kinds::Asymmetric)
    };
    let issuer = Arc::new(Issuer {
        name: name.clone(),
        identifier: (claims.and_then(|claims| claims.iss.value()))
            .map_or("urn:issuer".into(), Clone::clone),
        environment: "".into(),
        algorithms,
        trusted: true,
        max_stale: None,
    });
    let accept = (claims.and_then(|claims| claims.aud.value()))
        .filter(|aud| !aud.is_empty())
        .map_or(vec!["urn:audience".into()], Clone::clone);
    let mut policy = AudiencePolicy::new(name, accept, vec![issuer.clone()]);
    let typ = header.and_then(|header| header.typ.as_deref());
    policy.token_types = vec![TokenType::new(typ.unwrap_or("JWT"))];
    policy.require_expiry = false;
    policy.issuer_optional = true;
    policy.sender_constrained = SenderConstrained::CallerChecks;
    let set = jwk_set::parse(asked.document.as_bytes(), kinds).ok();
    let keys = set.map(|set| adopt(None, set, NumericDate::from_seconds(0), Duration::ZERO).0);
    let keys = keys.map_or(KeySource::Untrusted, |keys| KeySource::File {
        path: "jwks.json".into(),
        keys: Arc::new(keys),
    });
    (ConfiguredIssuer { issuer, keys }, policy)
}

#[tokio::test]
async fn no_output_holds_a_piece_of_a_vector() {
    let Some(all) = tokens() else {
        println!("0 tokens asked about: no vectors here");
        return;
    };
    assert!(all.len() > 800, "{}", all.len());
    let lines = Lines::capture(|_| true);
    let service = Service::start(config(&all), Stepped::new()).await;
    service.until_ready().await;
    let mut pieces = Pieces::default();
    for asked in &all {
        pieces.add(&asked.token);
    }
    assert!(pieces.len() > 100_000, "{}", pieces.len());

    let mut outputs = Outputs::default();
    let mut active = 0;
    for (number, asked) in all.iter().enumerate() {
        service.clock.set(asked.now);
        let question = (audience(number), asked.token.clone());
        active += usize::from(singly(&service, &question, &mut outputs).await);
        outputs.add(&lines.take());
    }
    let questions: Vec<_> = (all.iter().enumerate())
        .map(|(number, asked)| (audience(number), asked.token.clone()))
        .collect();
    together(&service.client(), &questions, &mut outputs).await;
    outputs.add(&lines.take());
    let metrics = service.page("/metrics").await;
    assert!(metrics.contains("audient_panics_total 0"), "{metrics}");
    outputs.add(&metrics);
    println!(
        "{} tokens, {active} active; {} pieces, {} MB of output",
        all.len(),
        pieces.len(),
        outputs.size / 1_000_000,
    );
    assert!(active > 5, "{active}");
    assert_eq!(outputs.leaks(&pieces), [KID]);
}
