//! Answers about tokens, good and bad.

use audient::dev::lines::examples;
use audient::dev::mint::MintRequest;
use audient::pb::rejection::Detail;
use audient::pb::{ClaimsFormat, IntrospectRequest, KeySetState, SignatureStatus, near_miss};
use audient::policy::caller::Disclosure;
use prost_types::value::Kind;
use serde_json::json;

use crate::support::{ORDERS, PAYMENTS, Setup, codes, now, question, ready, ready_with};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_good_token_is_active() {
    let (issuer, service) = ready().await;
    let told = service.told(&issuer.good()).await;
    assert!(told.active());
    assert_eq!(told.matched_audience, ORDERS);
    assert_eq!(told.signature(), SignatureStatus::Verified);
    assert_eq!(told.keys.unwrap().state(), KeySetState::Fresh);
    assert!(told.cacheable_for.is_some());
    let info = told.token_info.unwrap();
    assert_eq!(info.issuer, issuer.url);
    assert_eq!(info.audiences, [ORDERS]);
    assert_eq!(
        (&*info.client_id, &*info.algorithm),
        ("dev-client", "ES256")
    );
    assert!(told.claims.is_none() && told.claims_json.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_line_of_dev_is_answered_as_it_says() {
    let (issuer, service) = ready().await;
    let examples = examples(&issuer.mint, now()).unwrap();
    assert_eq!(examples.len(), 6);
    for example in &examples {
        let told = service.told(&example.token).await;
        let codes = codes(&told);
        assert_eq!(
            told.active(),
            example.answer == "active",
            "{}",
            example.title
        );
        if let Some(code) = codes.first() {
            assert!(
                example.answer.starts_with(&**code),
                "{codes:?} {}",
                example.title
            );
        }
        if let Some(rejection) = told.rejections.first() {
            let (near, other) = (
                example.answer.contains("TRAILING_SLASH"),
                example.answer.contains("payments"),
            );
            let Some(Detail::Audience(audience)) = &rejection.detail else {
                assert!(!near && !other);
                continue;
            };
            assert_eq!(audience.accepted, [ORDERS]);
            let differences = audience
                .near_misses
                .iter()
                .flat_map(|miss| &miss.differences);
            let slash = i32::from(near_miss::Difference::TrailingSlash);
            assert_eq!(differences.copied().any(|one| one == slash), near);
            assert_eq!(
                audience.intended_for.contains(&"payments".to_owned()),
                other
            );
        }
        let challenge = told.bearer_challenge.map(|challenge| challenge.http_status);
        assert_eq!(challenge, (!codes.is_empty()).then_some(401));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claims_come_as_struct_or_as_the_payloads_own_bytes() {
    let (issuer, service) = ready().await;
    let claims = json!({ "tenant": { "id": 9_007_199_254_740_993_u64, "name": "ä\n" } });
    let token = issuer.with_claims(claims);
    let ask = async |format: ClaimsFormat| {
        let request = IntrospectRequest {
            claims_format: format.into(),
            ..question(&token)
        };
        service.put(request).await.unwrap()
    };
    let told = ask(ClaimsFormat::Json).await;
    let payload = token.split('.').nth(1).unwrap();
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, payload);
    assert_eq!(told.claims_json.as_bytes(), bytes.unwrap());
    assert!(told.claims.is_none());
    let told = ask(ClaimsFormat::Struct).await;
    let fields = told.claims.unwrap().fields;
    let Some(Kind::StructValue(tenant)) = &fields["tenant"].kind else {
        panic!("{fields:?}")
    };
    let kind = |name: &str| tenant.fields[name].kind.clone().unwrap();
    assert_eq!(kind("id"), Kind::NumberValue(9_007_199_254_740_992.0));
    assert_eq!(kind("name"), Kind::StringValue("ä\n".into()));
    assert!(told.claims_json.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scopes_of_the_request_are_required_too() {
    let (issuer, service) = ready().await;
    let asked = |scopes: &[&str]| IntrospectRequest {
        required_scopes: scopes.iter().map(|one| (*one).to_owned()).collect(),
        ..question(&issuer.good())
    };
    assert!(service.put(asked(&["orders:read"])).await.unwrap().active());
    let told = service
        .put(asked(&["orders:read", "orders:write"]))
        .await
        .unwrap();
    assert_eq!(codes(&told), ["scope-insufficient"]);
    assert_eq!(told.signature(), SignatureStatus::Verified);
    let challenge = told.bearer_challenge.unwrap();
    assert_eq!(challenge.http_status, 403);
    assert_eq!(challenge.error, "insufficient_scope");
    assert_eq!(challenge.scope, "orders:read orders:write");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_codes_inactive_answers_are_short_and_active_ones_whole() {
    let setup = Setup {
        disclosure: Disclosure::Codes,
        ..Setup::default()
    };
    let (issuer, service) = ready_with(setup).await;
    let told = service.told(&issuer.good()).await;
    assert!(told.active() && !told.details_withheld && told.token_info.is_some());
    let other = issuer.token(&MintRequest {
        aud: Some(vec![PAYMENTS.into()]),
        ..MintRequest::default()
    });
    for (token, code, field) in [
        (other, "audience-mismatch", "aud"),
        (issuer.expired(), "expired", "exp"),
        ("tell.tale".into(), "token-malformed", ""),
    ] {
        let told = service.told(&token).await;
        assert!(told.details_withheld && told.token_info.is_none());
        let [rejection] = &*told.rejections else {
            panic!("{:?}", told.rejections)
        };
        assert_eq!((&*rejection.code, &*rejection.field), (code, field));
        assert_eq!(rejection.detail, None);
        assert!(
            !rejection.message.contains("payments"),
            "{}",
            rejection.message
        );
        assert!(told.bearer_challenge.is_some());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_text_in_the_token_is_an_error_of_the_call() {
    let (issuer, service) = ready().await;
    let good = issuer.good();
    for (token, code) in [
        (String::new(), "token-missing"),
        ("x".repeat(16_385), "token-too-large"),
        ("x".repeat(3 << 20), "token-too-large"),
        ("opaque".into(), "token-opaque"),
        ("a.b.c.d.e".into(), "token-encrypted"),
        ("\0.\u{fffd}.\u{202e}".into(), "token-malformed"),
        (format!("Bearer {good}"), "token-malformed"),
        (format!("{good}\n"), "token-malformed"),
        ("..".into(), "header-malformed"),
        ("e30.e30.".into(), "algorithm-none"),
        ("bnVsbA.W10.eA".into(), "header-malformed"),
    ] {
        let told = service.told(&token).await;
        assert!(!told.active());
        assert_eq!(told.rejections[0].code, code, "{} bytes", token.len());
        let messages = told.rejections.iter().map(|one| &one.message);
        assert!(
            messages.clone().all(|text| text.len() <= 256),
            "{messages:?}"
        );
    }
}
