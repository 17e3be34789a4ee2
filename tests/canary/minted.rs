//! Tokens of our own, with values that nobody has: what a token says of a person is in
//! no output either.

use serde_json::{Value, json};

use crate::asked::{singly, together};
use crate::clock::Stepped;
use crate::draft::{Draft, KEYS, STRANGER, document};
use crate::house::config;
use crate::lines::Lines;
use crate::outputs::{Outputs, Pieces};
use crate::service::{Publisher, Service};

/// One in each claim that a log must not have.
pub const CANARIES: [&str; 9] = [
    "subject-canary-f31c",
    "scope-canary-77d0",
    "scp-canary-0be2",
    "jti-canary-41aa",
    "name-canary-9c54",
    "role-canary-1d7e",
    "tid-canary-5a09",
    "nonce-canary-c8b3",
    "cnf-canary-e6f2",
];

/// Whatever may become of a token: each with all the canaries.
pub fn questions(now: i64) -> Vec<(String, String)> {
    let [sub, scope, scp, jti, name, role, tid, nonce, cnf] = CANARIES;
    let of = |audience: &str, aud: &str, claims: Value| {
        let draft = Draft::good(aud, now)
            .claims(json!({
                "sub": sub, "scope": format!("orders:read {scope}"), "scp": [scp], "jti": jti,
                "name": name, "roles": [role], "realm_access": {"roles": [role]}, "tid": tid,
            }))
            .header(json!({ "nonce": nonce }))
            .claims(claims);
        (audience.to_owned(), draft)
    };
    let orders = "https://api.example.com/orders";
    let good = of("orders", orders, json!({}));
    let drafts = [
        good.clone(),
        of("orders", "https://api.example.com/orders/", json!({})),
        of("orders", orders, json!({"exp": now - 3600})),
        of(
            "orders",
            orders,
            json!({"iss": "https://auth.staging.example.com"}),
        ),
        of("orders", orders, json!({"cnf": {"jkt": cnf}})),
        of(
            "orders",
            orders,
            json!({"sub": [sub], "scope": {"of": scope}, "jti": {"of": jti}}),
        ),
        of("deploy", "urn:acme:deploy", json!({})),
        of("tenants", "urn:acme:tenants", json!({})),
        of("roles", "urn:acme:roles", json!({})),
        of("scopes", "urn:acme:scopes", json!({})),
        of("clients", "urn:acme:clients", json!({"client_id": null})),
        (good.0.clone(), good.1.clone().by(&STRANGER)),
        (
            good.0.clone(),
            good.1.clone().header(json!({"kid": KEYS[1].kid})),
        ),
        (
            good.0.clone(),
            good.1
                .clone()
                .header(json!({"crit": [nonce], "typ": "logout+jwt"})),
        ),
        (
            good.0.clone(),
            good.1.clone().header(json!({"kid": "nobodys"})),
        ),
    ];
    let mut questions: Vec<_> = (drafts.iter())
        .map(|(audience, draft)| (audience.clone(), draft.signed()))
        .collect();
    let token = good.1.signed();
    questions.extend(
        [
            format!("Bearer {token}"),
            format!("\"{token}\""),
            format!("{token}="),
            format!("{token}\n"),
            token[..token.len() / 2].to_owned(),
            token.replace('.', ""),
            format!("{token}.{token}"),
            format!("{token}.."),
            format!("{{\"access_token\":\"{token}\"}}"),
            token.repeat(100),
            good.1
                .with_payload(format!("{{\"sub\":\"{sub}\",\"sub\":\"{sub}\"}}")),
            good.1
                .with_payload(format!("{{\"sub\":\"{sub}\",\"scope\":\"{scope}\"")),
            good.1.with_header(format!("{{\"{nonce}\":\"{nonce}\"")),
        ]
        .map(|token| (good.0.clone(), token)),
    );
    // In the place of the name, and in places that are not read.
    questions.push((token.clone(), token.clone()));
    questions
}

#[tokio::test]
async fn no_output_holds_what_a_token_says() {
    let lines = Lines::capture(|_| true);
    let publisher = Publisher::start(document).await;
    let mut outputs = Outputs::default();
    let mut pieces = Pieces::default();
    let mut written = String::new();
    for (disclosure, up) in [("details", true), ("codes", true), ("details", false)] {
        publisher.set_up(up);
        let clock = Stepped::new();
        let service = Service::start(config(&publisher.url, disclosure, &clock), clock).await;
        if up {
            service.until_ready().await;
        }
        let questions = questions(service.clock.seconds());
        for question in &questions {
            pieces.add(&question.1);
            singly(&service, question, &mut outputs).await;
        }
        together(&service.client(), &questions, &mut outputs).await;
        let metrics = service.page("/metrics").await;
        assert!(metrics.contains("audient_panics_total 0"), "{metrics}");
        written += &metrics;
        written += &lines.take();
    }
    for message in ["\"inactive\"", "\"active\"", "\"cannot tell\"", "\"TRACE\""] {
        assert!(written.contains(message), "{message} was not captured");
    }
    outputs.add(&written);
    assert_eq!(outputs.leaks(&pieces), Vec::<&str>::new());
}
