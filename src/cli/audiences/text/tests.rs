use anstream::adapter::strip_str;

use super::*;

fn audience(name: &str, decidable: bool) -> AudienceInfo {
    AudienceInfo {
        name: name.into(),
        accept: vec![format!("https://api.example.com/{name}")],
        issuers: vec!["prod".into()],
        decidable,
        ..AudienceInfo::default()
    }
}

#[test]
fn a_line_each() {
    let orders = AudienceInfo {
        accept: vec!["https://api.example.com/orders".into(), "оrders".into()],
        issuers: vec!["prod".into(), "partner-eu".into()],
        required_scopes: vec!["orders:read".into(), "orders:write".into()],
        ..audience("orders", true)
    };
    let text = table(&[orders, audience("payments", false)]);
    insta::assert_snapshot!(strip_str(&text).to_string(), @r#"
    NAME      DECIDABLE  ACCEPT                                        ISSUERS           SCOPES
    orders    yes        https://api.example.com/orders, \u{43e}rders  prod, partner-eu  orders:read, orders:write
    payments  no         https://api.example.com/payments              prod              -
    "#);
    assert!(text.contains("\u{1b}[32myes") && text.contains("\u{1b}[31mno"));
}

#[test]
fn a_whole_policy() {
    let orders = AudienceInfo {
        policy_json: r#"{"name":"orders","accept":["https://api.example.com/orders","b"],"leeway":"30s",
            "subjects":["a",{"prefix":"repo:acme/"}],"required_claims":[],"max_audiences":3,"max_age":null,
            "require_expiry":true}"#
            .into(),
        ..audience("orders", true)
    };
    let text = policies(&[orders]).unwrap();
    insta::assert_snapshot!(strip_str(&text).to_string(), @r#"
    name             orders
    decidable        yes
    accept           https://api.example.com/orders, b
    leeway           30s
    max_age          -
    max_audiences    3
    require_expiry   true
    required_claims  -
    subjects         a, {"prefix":"repo:acme/"}
    "#);
    let error = policies(&[audience("orders", true)]).unwrap_err();
    assert!(error.starts_with("policy_json of orders: "), "{error}");
}
