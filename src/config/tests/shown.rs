//! A policy, shown and read again, is the same policy.

use proptest::prelude::*;
use proptest::sample::subsequence;
use serde_json::Value;

use super::super::{audiences, shown};
use super::{Folder, GOOD, good_with, load_text};
use crate::policy::audience::AudiencePolicy;

/// The policy of the good configuration with these lines added to it.
fn policy(lines: &str) -> AudiencePolicy {
    let config = load_text(&good_with("", "", lines)).unwrap();
    config.audiences.into_iter().next().unwrap()
}

/// What can be written of a policy that was shown: nothing stands for nothing.
fn entry(policy: &AudiencePolicy) -> Value {
    let mut shown: Value = serde_json::from_str(&shown::policy(policy)).unwrap();
    let keys = shown.as_object_mut().unwrap();
    keys.retain(|_, value| !value.is_null() && value.as_array().is_none_or(|all| !all.is_empty()));
    // The only character that a configuration reads otherwise.
    each_text(&mut shown, &|text| text.replace('$', "$$"));
    shown
}

fn each_text(value: &mut Value, change: &dyn Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = change(text),
        Value::Array(all) => all.iter_mut().for_each(|one| each_text(one, change)),
        Value::Object(all) => all.values_mut().for_each(|one| each_text(one, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// As TOML: strings, numbers and lists are written alike.
fn toml(value: &Value) -> String {
    let join = |all: Vec<String>| all.join(", ");
    match value {
        Value::Array(all) => format!("[{}]", join(all.iter().map(toml).collect())),
        Value::Object(all) => {
            let pair = |(key, value): (&String, &Value)| format!("{key} = {}", toml(value));
            format!("{{ {} }}", join(all.iter().map(pair).collect()))
        }
        other => other.to_string(),
    }
}

/// The policy that comes of it in both languages.
fn read_again(policy: &AudiencePolicy) -> [Result<AudiencePolicy, Vec<String>>; 2] {
    let entry = entry(policy);
    let issuers = GOOD.split("[[audiences]]").next().unwrap();
    let toml = format!("audiences = [{}]\n{issuers}", toml(&entry));
    let yaml = format!(
        "issuers: [{{name: prod, issuer: 'https://auth.example.com'}}]\naudiences: [{entry}]"
    );
    let folder = Folder::new().file("a.toml", toml).file("b.yaml", yaml);
    ["a.toml", "b.yaml"].map(|name| {
        let config = folder.load(&[name])?;
        Ok(config.audiences.into_iter().next().unwrap())
    })
}

fn assert_survives(policy: &AudiencePolicy) {
    for again in read_again(policy) {
        assert_eq!(again.as_ref(), Ok(policy), "{}", shown::policy(policy));
    }
}

#[test]
fn defaults_are_filled_in() {
    let shown = shown::policy(&policy(""));
    insta::assert_snapshot!(shown, @r#"
    {"name":"orders","accept":["https://api.example.com/orders"],"issuers":["prod"],"algorithms":["RS256","RS384","RS512","PS256","PS384","PS512","ES256","ES384","ES512","EdDSA","HS256","HS384","HS512"],"token_types":["at+jwt","JWT"],"leeway":"30s","required_scopes":[],"authorized_parties":null,"subjects":null,"required_claims":[],"max_audiences":null,"max_lifetime":null,"max_age":null,"require_expiry":true,"sender_constrained":"refuse","issuer_optional":false,"max_cacheable":"1m"}
    "#);
}

#[test]
fn every_key_is_there_in_the_order_of_the_documentation() {
    let shown = shown::policy(&policy(""));
    let mut rest = shown.as_str();
    for key in audiences::KEYS.known {
        let (_, after) = rest.split_once(&format!("\"{key}\":")).expect(key);
        rest = after;
    }
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(
        shown.as_object().unwrap().len(),
        audiences::KEYS.known.len()
    );
}

#[test]
fn units_and_kinds_are_those_of_the_configuration() {
    let policy = policy(
        r#"leeway = "90s"
        max_lifetime = "36h"
        sender_constrained = "caller-checks"
        subjects = ["a", { prefix = "repo:acme/" }]
        required_claims = [
            { name = "tid" },
            { path = ["realm_access", "roles"], any_of = ["a", 7, 1.5, 1e21, true] },
            { name = "amr", all_of = [-9223372036854775808, "$${X}"] },
        ]"#,
    );
    let shown: Value = serde_json::from_str(&shown::policy(&policy)).unwrap();
    let told = ["leeway", "max_lifetime", "sender_constrained"].map(|key| &shown[key]);
    assert_eq!(told, ["1m30s", "1d12h", "caller-checks"]);
    let subjects = r#"["a",{"prefix":"repo:acme/"}]"#;
    assert_eq!(shown["subjects"].to_string(), subjects);
    let claims = r#"[{"name":"tid"},{"any_of":["a",7,1.5,1e+21,true],"path":["realm_access","roles"]},{"all_of":[-9223372036854775808,"${X}"],"name":"amr"}]"#;
    assert_eq!(shown["required_claims"].to_string(), claims);
    assert_survives(&policy);
}

/// A string in quotes, as TOML has it.
fn text() -> impl Strategy<Value = String> {
    "[ -~äß€𝄞]{1,12}".prop_map(|text| Value::from(text.replace('$', "$$")).to_string())
}

fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        text(),
        any::<i64>().prop_map(|value| value.to_string()),
        (1..1_000_000_i32, 1..4_u32).prop_map(|(value, places)| {
            format!("{:?}", f64::from(value) / 10_f64.powi(places.cast_signed()))
        }),
        any::<bool>().prop_map(|value| value.to_string()),
    ]
}

fn list(of: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop::collection::vec(of, 1..4).prop_map(|all| format!("[{}]", all.join(", ")))
}

fn claim() -> impl Strategy<Value = String> {
    let place = prop_oneof![
        text().prop_map(|name| format!("name = {name}")),
        list(text()).prop_map(|path| format!("path = {path}")),
    ];
    let wanted = prop_oneof![
        Just(String::new()),
        list(scalar()).prop_map(|all| format!(", any_of = {all}")),
        list(scalar()).prop_map(|all| format!(", all_of = {all}")),
    ];
    (place, wanted).prop_map(|(place, wanted)| format!("{{ {place}{wanted} }}"))
}

/// Lines that set any of the keys with a default.
fn lines() -> impl Strategy<Value = String> {
    let quoted = |text: String| format!("\"{text}\"");
    let span = |low: u64, high: u64| (low..high).prop_map(|ms| format!("\"{ms}ms\""));
    let scope = "[!#-#%-Z^-~]{1,8}".prop_map(quoted);
    let algorithm =
        prop::sample::select(vec!["\"RS256\"", "\"ES512\"", "\"Ed25519\"", "\"HS256\""]);
    let subject = prop_oneof![
        text(),
        text().prop_map(|text| format!("{{ prefix = {text} }}"))
    ];
    let constrained = prop::sample::select(vec!["\"refuse\"", "\"caller-checks\""]);
    let all: Vec<BoxedStrategy<String>> = vec![
        list(algorithm.prop_map(std::borrow::ToOwned::to_owned))
            // One that the issuer has, too.
            .prop_map(|all| format!("algorithms = [\"PS384\", {}", &all[1..]))
            .boxed(),
        list(text())
            .prop_map(|all| format!("token_types = {all}"))
            .boxed(),
        span(0, 300_000)
            .prop_map(|span| format!("leeway = {span}"))
            .boxed(),
        list(scope)
            .prop_map(|all| format!("required_scopes = {all}"))
            .boxed(),
        list(text())
            .prop_map(|all| format!("authorized_parties = {all}"))
            .boxed(),
        list(subject)
            .prop_map(|all| format!("subjects = {all}"))
            .boxed(),
        list(claim())
            .prop_map(|all| format!("required_claims = {all}"))
            .boxed(),
        (1..1000_usize)
            .prop_map(|max| format!("max_audiences = {max}"))
            .boxed(),
        span(1000, 100_000_000)
            .prop_map(|span| format!("max_lifetime = {span}"))
            .boxed(),
        span(1000, 100_000_000)
            .prop_map(|span| format!("max_age = {span}"))
            .boxed(),
        any::<bool>()
            .prop_map(|value| format!("require_expiry = {value}"))
            .boxed(),
        constrained
            .prop_map(|word| format!("sender_constrained = {word}"))
            .boxed(),
        any::<bool>()
            .prop_map(|value| format!("issuer_optional = {value}"))
            .boxed(),
        span(0, 86_400_000)
            .prop_map(|span| format!("max_cacheable = {span}"))
            .boxed(),
    ];
    // Each key has its strategy: name, accept and issuers have no default.
    assert_eq!(all.len(), audiences::DEFAULTS.known.len());
    let count = all.len();
    (all, subsequence((0..count).collect::<Vec<_>>(), 0..=count)).prop_map(|(all, picked)| {
        let lines: Vec<&str> = picked.iter().map(|at| all[*at].as_str()).collect();
        lines.join("\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn what_is_shown_loads_as_the_same_policy(lines in lines(), accept in list(text())) {
        let config = GOOD.replace(r#"["https://api.example.com/orders"]"#, &accept) + &lines;
        let config = load_text(&config).unwrap();
        assert_survives(&config.audiences[0]);
    }
}
