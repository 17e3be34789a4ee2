use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::runtime::Handle;
use tokio::time::Instant;

use super::*;
use crate::clock::{Clock as _, Now, SystemClock};
use crate::dev::keys::{published, unpublished};
use crate::dev::mint::{Mint, MintRequest};
use crate::introspect::{Query, decide};
use crate::jwks::source::KeySource;
use crate::jwks::store::KeyStore;
use crate::keys::adopt::adopt;
use crate::keys::jwk::Kinds;
use crate::keys::jwk_set;
use crate::pb::SignatureStatus;
use crate::policy::audience::AudiencePolicy;
use crate::policy::caller::Caller;
use crate::policy::issuer::Issuer;
use crate::policy::{Name, Policies};
use crate::token::algorithm::AlgorithmSet;
use crate::world::{About, World};

const AUDIENCE: &str = "https://api.example.com/orders";

struct Bench {
    mint: Mint,
    world: World,
    now: Now,
}

impl Bench {
    fn new() -> Self {
        let mint = Mint {
            issuer: "https://auth.example.com".into(),
            audience: AUDIENCE.into(),
            published: published().unwrap(),
            unpublished: unpublished().unwrap(),
        };
        let now = SystemClock.now();
        let issuer = Arc::new(Issuer {
            name: Name::new("prod").unwrap(),
            identifier: mint.issuer.as_str().into(),
            environment: "production".into(),
            algorithms: AlgorithmSet::asymmetric(),
            trusted: true,
            max_stale: None,
        });
        let jwks: Vec<_> = mint.published.iter().map(|key| &key.jwk).collect();
        let document = json!({ "keys": jwks }).to_string();
        let set = jwk_set::parse(document.as_bytes(), Kinds::Asymmetric).unwrap();
        let (set, _) = adopt(None, set, now.wall, Duration::ZERO);
        let source = KeySource::File {
            path: "keys.json".into(),
            keys: Arc::new(set),
        };
        let store = KeyStore::over_http(Handle::current(), Arc::new(SystemClock));
        let handle = store.handle(&issuer, &source).unwrap();
        let name = Name::new("orders").unwrap();
        let audience = AudiencePolicy::new(name, vec![AUDIENCE.into()], vec![issuer.clone()]);
        let world = World {
            policies: Policies::new(vec![issuer.clone()], vec![audience]),
            keys: HashMap::from([(issuer.name.clone(), handle)]),
            denied: HashMap::new(),
            anyone: Caller::anyone(Disclosure::Details),
            max_token_bytes: 16_384,
            generation: 1,
            about: About::default(),
        };
        Self { mint, world, now }
    }

    async fn ask(
        &self,
        request: &MintRequest,
        disclosure: Disclosure,
        format: ClaimsFormat,
    ) -> Result<IntrospectResponse, Cause> {
        let token = (self.mint)
            .token(request, self.now.wall.floor_seconds())
            .unwrap();
        self.ask_about(&token, disclosure, format).await
    }

    async fn ask_about(
        &self,
        token: &str,
        disclosure: Disclosure,
        format: ClaimsFormat,
    ) -> Result<IntrospectResponse, Cause> {
        let query = Query {
            token,
            audience: "orders",
            scopes: &[],
        };
        let at_once = |_| Instant::now();
        let decision = decide(&self.world, query, &self.world.anyone, self.now, at_once);
        response(&decision.await.unwrap(), disclosure, format)
    }

    async fn told(&self, request: &MintRequest, disclosure: Disclosure) -> IntrospectResponse {
        (self.ask(request, disclosure, ClaimsFormat::Json).await).unwrap()
    }
}

fn expired() -> MintRequest {
    MintRequest {
        expires_in: Some(-3600),
        ..MintRequest::default()
    }
}

/// By a key that is published, over other bytes.
fn forged() -> MintRequest {
    MintRequest {
        kid: Some("dev-rsa".into()),
        alg: Some("RS256".into()),
        ..MintRequest::default()
    }
}

#[tokio::test]
async fn an_active_answer_is_whole_at_every_disclosure() {
    let bench = Bench::new();
    for disclosure in [Disclosure::Details, Disclosure::Codes] {
        let told = bench.told(&MintRequest::default(), disclosure).await;
        assert_eq!(told.active, Some(true));
        assert_eq!(told.matched_audience, AUDIENCE);
        assert_eq!(told.signature(), SignatureStatus::Verified);
        assert_eq!(told.keys.unwrap().state(), pb::KeySetState::Static);
        assert_eq!(told.cacheable_for, Some(duration(Duration::from_secs(60))));
        assert!(told.rejections.is_empty() && told.bearer_challenge.is_none());
        assert!(told.retry_after.is_none() && !told.details_withheld);
        let info = told.token_info.unwrap();
        assert_eq!(
            (&*info.issuer_name, &*info.environment),
            ("prod", "production")
        );
        assert_eq!((&*info.key_id, &*info.subject), ("dev-es256", "dev-user"));
        assert!(told.claims_json.contains("\"sub\":\"dev-user\""));
    }
}

#[tokio::test]
async fn claims_come_as_they_are_asked_for() {
    let bench = Bench::new();
    let request = MintRequest::default();
    for (format, structured, text) in [
        (ClaimsFormat::Unspecified, false, false),
        (ClaimsFormat::Struct, true, false),
        (ClaimsFormat::Json, false, true),
    ] {
        let told = bench
            .ask(&request, Disclosure::Details, format)
            .await
            .unwrap();
        assert_eq!(
            (told.claims.is_some(), !told.claims_json.is_empty()),
            (structured, text),
            "{format:?}"
        );
    }
    let told = bench
        .ask(&expired(), Disclosure::Details, ClaimsFormat::Struct)
        .await;
    assert_eq!(told.unwrap().claims, None);
    let told = bench.told(&expired(), Disclosure::Details).await;
    assert!(told.claims_json.is_empty());
}

#[tokio::test]
async fn an_inactive_answer_keeps_its_details_from_who_is_told_codes() {
    let bench = Bench::new();
    let details = bench.told(&expired(), Disclosure::Details).await;
    let codes = bench.told(&expired(), Disclosure::Codes).await;
    for told in [&details, &codes] {
        assert_eq!(told.active, Some(false));
        assert_eq!(told.signature(), SignatureStatus::Verified);
        assert!(told.keys.is_some() && told.matched_audience.is_empty());
        assert_eq!(told.rejections[0].code, "expired");
        assert_eq!(told.rejections[0].field, "exp");
        assert!(told.cacheable_for.is_none());
        let challenge = told.bearer_challenge.as_ref().unwrap();
        assert_eq!(challenge.error, "invalid_token");
    }
    assert!(!details.details_withheld && codes.details_withheld);
    assert!(details.token_info.is_some() && codes.token_info.is_none());
    assert!(details.rejections[0].detail.is_some() && codes.rejections[0].detail.is_none());
    assert_eq!(codes.rejections[0].message, "The token has expired.");
}

#[tokio::test]
async fn facts_are_told_only_under_a_verified_signature() {
    let mut bench = Bench::new();
    // The published half of another key under the same kid.
    let other = published().unwrap().swap_remove(1);
    bench.mint.published[1] = other;
    let told = bench.told(&forged(), Disclosure::Details).await;
    assert_eq!(told.signature(), SignatureStatus::Invalid);
    assert_eq!(told.token_info, None);
    assert_eq!(told.rejections[0].code, "signature-invalid");
    assert!(told.keys.is_some());

    let unsigned = MintRequest {
        alg: Some("none".into()),
        ..MintRequest::default()
    };
    let told = bench.told(&unsigned, Disclosure::Details).await;
    assert_eq!(told.signature(), SignatureStatus::NotChecked);
    assert_eq!((told.token_info, told.keys), (None, None));
}

#[tokio::test]
async fn a_wait_that_helps_is_told_at_every_disclosure() {
    let bench = Bench::new();
    let nbf = bench.now.wall.floor_seconds() + 300;
    let early = MintRequest {
        claims: json!({ "nbf": nbf }).as_object().unwrap().clone(),
        ..MintRequest::default()
    };
    for disclosure in [Disclosure::Details, Disclosure::Codes] {
        let wait = bench.told(&early, disclosure).await.retry_after.unwrap();
        // 300 s less the leeway of 30 s, rounded up from within this second.
        assert!(
            (269..=270).contains(&wait.seconds) && wait.nanos == 0,
            "{wait:?}"
        );
        assert_eq!(bench.told(&expired(), disclosure).await.retry_after, None);
    }
}

#[tokio::test]
async fn without_keys_there_is_no_answer_but_to_what_is_bad_anyway() {
    let mut bench = Bench::new();
    bench.world.keys.clear();
    let good = MintRequest::default();
    let answer = bench
        .ask(&good, Disclosure::Details, ClaimsFormat::Json)
        .await;
    assert_eq!(answer, Err(Cause::KeysUnavailable));
    let told = bench.told(&expired(), Disclosure::Details).await;
    assert_eq!(told.rejections[0].code, "expired");
    assert_eq!(told.signature(), SignatureStatus::NotChecked);
    assert_eq!((told.keys, told.token_info), (None, None));
}

#[test]
fn every_state_of_a_key_set_has_its_name() {
    for (state, expected) in [
        (KeySetState::Fresh, pb::KeySetState::Fresh),
        (KeySetState::Stale, pb::KeySetState::Stale),
        (KeySetState::Snapshot, pb::KeySetState::Snapshot),
        (KeySetState::Static, pb::KeySetState::Static),
    ] {
        let told = key_set_status(&Standing {
            state,
            fetched_at: crate::token::numeric_date::NumericDate::from_nanos(1_500_000_000),
            age: Duration::ZERO,
            proves_absence: false,
            generation: 1,
        });
        assert_eq!(told.state(), expected);
        let at = told.fetched_at.unwrap();
        assert_eq!((at.seconds, at.nanos), (1, 500_000_000));
    }
}

/// Whatever a stranger sends: what a batch has room for, and stock clients take.
#[tokio::test]
async fn an_answer_about_a_strangers_token_fits_a_message() {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use prost::Message as _;

    const LONGEST: usize = 1 << 20;
    let mut bench = Bench::new();
    bench.world.max_token_bytes = LONGEST;
    let list = |of: &dyn Fn(usize) -> String, separator: &str| {
        let mut text = String::new();
        for at in 0.. {
            let next = of(at);
            if text.len() + next.len() > LONGEST / 4 * 3 - 1000 {
                return text;
            }
            text = text + if at > 0 { separator } else { "" } + &next;
        }
        text
    };
    let twice =
        |name: &dyn Fn(usize) -> String| list(&|at| format!(r#""{0}":0,"{0}":0"#, name(at)), ",");
    let filler = list(&|_| "\u{10ffff}".into(), "");
    let claims = |members: &str| format!(r#"{{"iss":"{}",{members}}}"#, bench.mint.issuer);
    let short: Vec<String> = [
        "sub",
        "jti",
        "azp",
        "client_id",
        "exp",
        "nbf",
        "iat",
        "scope",
        "scp",
        "cnf",
    ]
    .map(|name| format!(r#""{name}":[["{}"]]"#, "\u{10ffff}".repeat(15_000)))
    .into();
    for (header, payload) in [
        (
            format!("{{{}}}", twice(&|at| at.to_string())),
            "{}".to_owned(),
        ),
        (
            format!(
                "{{{}}}",
                twice(&|at| format!("{at}{}", "\u{10ffff}".repeat(20)))
            ),
            "{}".into(),
        ),
        (format!(r#"{{"alg":"{filler}"}}"#), "{}".into()),
        (format!(r#"{{"kid":["{filler}"]}}"#), "{}".into()),
        (
            "{}".into(),
            claims(&format!(
                r#""aud":[{}]"#,
                list(&|at| format!("\"{at}\""), ",")
            )),
        ),
        ("{}".into(), claims(&format!(r#""aud":"{filler}""#))),
        ("{}".into(), claims(&short.join(","))),
        ("{}".into(), format!(r#"{{"iss":"{filler}"}}"#)),
    ] {
        let [header, payload] = [header, payload].map(|part| URL_SAFE_NO_PAD.encode(part));
        let token = format!("{header}.{payload}.AA");
        for disclosure in [Disclosure::Details, Disclosure::Codes] {
            let told = bench
                .ask_about(&token, disclosure, ClaimsFormat::Struct)
                .await;
            let told = told.unwrap();
            assert_ne!(
                told.rejections[0].reason(),
                pb::RejectionReason::TokenTooLarge
            );
            let bytes = told.encoded_len();
            assert!(
                bytes < crate::grpc::batch::MAX_ANSWER_BYTES - 1000,
                "{bytes}"
            );
        }
    }
}
