//! The claims: absent, malformed or a value.

use crate::token::claims::{Claim, Claims, Client, Confirmation};
use crate::token::form::{Part, Problem};
use crate::token::json::Value;
use crate::token::numeric_date::NumericDate;

fn claims(json: &str) -> Claims {
    match Claims::parse(json.as_bytes()) {
        Ok(claims) => claims,
        Err(fault) => panic!("{json}: {fault:?}"),
    }
}

fn path(names: &[&str]) -> Vec<Box<str>> {
    names.iter().map(|name| (*name).into()).collect()
}

#[test]
fn absent_malformed_and_value_are_three_things() {
    assert_eq!(claims("{}").iss, Claim::Absent);
    assert_eq!(claims(r#"{"iss":null}"#).iss, Claim::Malformed);
    assert_eq!(claims(r#"{"iss":""}"#).iss, Claim::Value("".into()));
    assert_eq!(claims("{}").exp, Claim::Absent);
    for wrong in ["null", "false", r#""1""#, "[1]", "{}", "-1", "1e400"] {
        let claims = claims(&format!(r#"{{"exp":{wrong},"nbf":{wrong},"iat":{wrong}}}"#));
        assert_eq!(claims.exp, Claim::Malformed, "{wrong}");
        assert_eq!(
            (claims.nbf, claims.iat),
            (Claim::Malformed, Claim::Malformed)
        );
    }
    let date = |seconds| Claim::Value(NumericDate::from_seconds(seconds));
    assert_eq!(claims(r#"{"exp":1.7e9}"#).exp, date(1_700_000_000));
    assert_eq!(claims(r#"{"exp":0}"#).exp, date(0));
    // Only exp is rounded down.
    let fine = claims(r#"{"exp":0.0000000001,"nbf":0.0000000001,"iat":0.0000000001}"#);
    let nanos = |claim: &Claim<NumericDate>| claim.value().map(|date| date.nanos());
    assert_eq!(nanos(&fine.exp), Some(0));
    assert_eq!((nanos(&fine.nbf), nanos(&fine.iat)), (Some(1), Some(1)));
}

#[test]
fn audiences_are_a_string_or_a_list_of_strings() {
    let aud = |json: &str| claims(&format!(r#"{{"aud":{json}}}"#)).aud;
    assert_eq!(aud(r#""a""#), Claim::Value(path(&["a"])));
    assert_eq!(aud(r#"["a","a"]"#), Claim::Value(path(&["a", "a"])));
    assert_eq!(aud("[]"), Claim::Value(Vec::new()));
    for wrong in [
        r#""""#,
        r#"["a",""]"#,
        "7",
        r#"["a",7]"#,
        "null",
        r#"[["a"]]"#,
        "{}",
    ] {
        assert_eq!(aud(wrong), Claim::Malformed, "{wrong}");
    }
}

#[test]
fn scopes_are_of_both_claims_each_once() {
    let both = claims(r#"{"scope":" a  b a","scp":["b","c d",""]}"#);
    assert_eq!(both.scopes(), ["a", "b", "c d", ""]);
    let wrong = claims(r#"{"scope":7,"scp":"a"}"#);
    assert_eq!(wrong.scope, Claim::Malformed);
    assert_eq!(wrong.scopes(), ["a"]);
}

#[test]
fn faults_are_told_in_the_order_of_their_row() {
    use Problem::{OutOfRangeMilliseconds, WrongType};
    let all = claims(
        r#"{"scp":1,"scope":1,"client_id":1,"azp":1,"jti":1,"iat":"","nbf":"","exp":1800000000000,"aud":1,"sub":1,"iss":1}"#,
    );
    let told: Vec<_> = (all.faults().iter())
        .map(|fault| {
            assert_eq!(fault.part, Part::Payload);
            (fault.member.as_deref().unwrap(), fault.problem)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("iss", WrongType),
            ("sub", WrongType),
            ("aud", WrongType),
            ("exp", OutOfRangeMilliseconds),
            ("nbf", WrongType),
            ("iat", WrongType),
            ("jti", WrongType),
            ("azp", WrongType),
            ("client_id", WrongType),
            ("scope", WrongType),
            ("scp", WrongType),
        ]
    );
    assert_eq!(all.faults()[3].presented.as_deref(), Some("1800000000000"));
    assert_eq!(all.faults()[0].offset, all.json().offset("iss"));
}

#[test]
fn a_payload_with_a_name_twice_is_none() {
    let fault = Claims::parse(br#"{"b":1,"a":1,"a":2,"b":2}"#)
        .err()
        .unwrap();
    assert_eq!(fault.problem, Problem::DuplicateMember);
    // The first that is met for the second time.
    assert_eq!((fault.member.as_deref(), fault.offset), (Some("a"), 13));
    let escaped = Claims::parse(br#"{"exp":1,"\u0065xp":2}"#).err().unwrap();
    assert_eq!(escaped.member.as_deref(), Some("exp"));
    assert!(Claims::parse(br#"{"a":{"x":1,"x":2}}"#).is_ok());
    for (json, problem) in [
        ("[]", Problem::NotJsonObject),
        (r#"{"a":NaN}"#, Problem::NotJsonObject),
        (r#"{"a":"\ud800"}"#, Problem::NotUtf8),
    ] {
        let fault = Claims::parse(json.as_bytes()).err().unwrap();
        assert_eq!((fault.problem, fault.member), (problem, None));
    }
}

#[test]
fn the_client_is_of_the_first_claim_present() {
    let of = |json: &str| match claims(json).client() {
        Client::Absent => "absent".to_owned(),
        Client::Malformed { claim, text } => format!("{claim} malformed {text}"),
        Client::Value { claim, client } => format!("{claim} {client}"),
    };
    assert_eq!(of("{}"), "absent");
    assert_eq!(
        of(r#"{"appid":"4","cid":"3","azp":"2","client_id":"1"}"#),
        "client_id 1"
    );
    assert_eq!(of(r#"{"appid":"4","cid":"3","azp":"2"}"#), "azp 2");
    assert_eq!(of(r#"{"appid":"4","cid":"3"}"#), "cid 3");
    assert_eq!(of(r#"{"appid":"4"}"#), "appid 4");
    assert_eq!(
        of(r#"{"client_id":null,"azp":"2"}"#),
        "client_id malformed null"
    );
}

#[test]
fn confirmation_is_what_it_says_or_other() {
    let of = |cnf: &str| claims(&format!(r#"{{"cnf":{cnf}}}"#)).confirmation();
    let confirmation = |jkt: Option<&str>, x5t: Option<&str>, other| {
        Some(Confirmation {
            jwk_thumbprint: jkt.map(Into::into),
            certificate_thumbprint: x5t.map(Into::into),
            other,
        })
    };
    assert_eq!(claims("{}").confirmation(), None);
    assert_eq!(of(r#"{"jkt":"a"}"#), confirmation(Some("a"), None, false));
    assert_eq!(
        of(r#"{"x5t#S256":"b"}"#),
        confirmation(None, Some("b"), false)
    );
    assert_eq!(
        of(r#"{"jkt":"a","x5t#S256":"b"}"#),
        confirmation(Some("a"), Some("b"), false)
    );
    assert_eq!(
        of(r#"{"jkt":"a","kid":"k"}"#),
        confirmation(Some("a"), None, true)
    );
    for other in [
        "null",
        "7",
        "[]",
        "{}",
        r#"{"jwk":{}}"#,
        r#"{"jkt":7}"#,
        r#"{"jkt":"a","jkt":"a"}"#,
        r#"{"jkt":"a","\u006akt":"b"}"#,
        r#"{"jkt":"a","x":1,"x":2}"#,
    ] {
        assert_eq!(of(other), confirmation(None, None, true), "{other}");
    }
}

#[test]
fn a_path_leads_through_objects_and_names_that_are_there_once() {
    let claims = claims(r#"{"a":{"b":{"c":1},"d":[{"e":2}],"f":null,"g":1,"g":1,"":3},"a.b":4}"#);
    let at = |names: &[&str]| claims.at(&path(names)).map(Value::text);
    assert_eq!(at(&["a", "b", "c"]), Some("1"));
    assert_eq!(at(&["a", "b"]), Some(r#"{"c":1}"#));
    assert_eq!(at(&["a", "f"]), Some("null"));
    assert_eq!(at(&["a", ""]), Some("3"));
    assert_eq!(at(&["a.b"]), Some("4"));
    for nowhere in [
        &[][..],
        &["x"],
        &["a", "x"],
        &["a", "f", "x"],
        &["a", "d", "e"],
        &["a", "d", "0"],
        &["a", "g"],
        &["a", "b", "c", "d"],
    ] {
        assert_eq!(at(nowhere), None, "{nowhere:?}");
    }
}
