//! The four header parameters.

use crate::token::algorithm::Algorithm;
use crate::token::form::{FormFault, Part, Problem};
use crate::token::header::{Header, MAX_FAULTS, NamedAlgorithm, media_type};

fn faults(json: &str) -> Vec<FormFault> {
    match Header::parse(json.as_bytes()) {
        Err(faults) => faults,
        Ok(_) => panic!("{json} was read"),
    }
}

fn told(json: &str) -> Vec<(Problem, String)> {
    (faults(json).into_iter())
        .map(|fault| {
            assert_eq!(fault.part, Part::Header);
            (fault.problem, fault.member.unwrap_or_default().into())
        })
        .collect()
}

#[test]
fn what_is_there_is_read() {
    let json = br#"{"alg":"ES256","kid":"","typ":"at+jwt","crit":["b64"],"x":null}"#;
    let Ok(header) = Header::parse(json) else {
        panic!()
    };
    assert_eq!(header.alg.as_deref(), Some("ES256"));
    assert_eq!(header.kid.as_deref(), Some(""));
    assert_eq!(header.typ.as_deref(), Some("at+jwt"));
    assert_eq!(header.crit, [Box::from("b64")]);
    let Ok(empty) = Header::parse(b"{}") else {
        panic!()
    };
    assert_eq!((empty.alg.as_deref(), empty.kid.as_deref()), (None, None));
    assert_eq!(empty.algorithm(), NamedAlgorithm::Missing);
    assert_eq!(empty.media_type(), "application/jwt");
}

#[test]
fn one_fault_a_name_in_a_fixed_order() {
    use Problem::{DuplicateMember, WrongType};
    let pairs = |expected: &[(Problem, &str)]| -> Vec<(Problem, String)> {
        (expected.iter())
            .map(|(problem, name)| (*problem, (*name).to_owned()))
            .collect()
    };
    for (json, expected) in [
        (
            r#"{"crit":[],"typ":1,"kid":null,"alg":{}}"#,
            &[
                (WrongType, "alg"),
                (WrongType, "kid"),
                (WrongType, "typ"),
                (WrongType, "crit"),
            ][..],
        ),
        // Twice and ill-typed is told once, as twice.
        (
            r#"{"alg":1,"alg":2,"z":1,"b":1,"z":2,"b":2,"kid":1}"#,
            &[
                (DuplicateMember, "alg"),
                (WrongType, "kid"),
                (DuplicateMember, "b"),
                (DuplicateMember, "z"),
            ],
        ),
        (r#"{"alg":"x","\u0061lg":"x"}"#, &[(DuplicateMember, "alg")]),
        (r#"{"crit":["a",1]}"#, &[(WrongType, "crit")]),
        (r#"{"crit":null}"#, &[(WrongType, "crit")]),
        (r#"{"crit":"b64"}"#, &[(WrongType, "crit")]),
        (
            r#"{"é":1,"é":2,"Z":1,"Z":2}"#,
            &[(DuplicateMember, "Z"), (DuplicateMember, "é")],
        ),
    ] {
        assert_eq!(told(json), pairs(expected), "{json}");
    }
    let fault = faults(r#"{"kid": [1, 2]}"#).remove(0);
    assert_eq!(fault.presented.as_deref(), Some("[1, 2]"));
    assert_eq!(fault.offset, 8);
    let twice = faults(r#"{"a":1, "a":2}"#).remove(0);
    assert_eq!(twice.offset, 8);
}

#[test]
fn so_many_faults_are_told_and_no_more() {
    let twice: Vec<String> = (0..10_000)
        .map(|at| format!(r#""{at}":0,"{at}":0"#))
        .collect();
    let json = format!(r#"{{{},"crit":1,"alg":1}}"#, twice.join(","));
    let faults = faults(&json);
    assert_eq!(faults.len(), MAX_FAULTS);
    let first: Vec<_> = (faults.iter().take(3))
        .map(|fault| fault.member.as_deref())
        .collect();
    assert_eq!(first, [Some("alg"), Some("crit"), Some("0")]);
}

#[test]
fn a_text_that_is_no_object_is_one_fault() {
    for (json, problem) in [
        ("[]", Problem::NotJsonObject),
        ("", Problem::NotJsonObject),
        (r#"{"alg":1,"alg":2,}"#, Problem::NotJsonObject),
        (r#"{"alg":1,"x":"\ud800"}"#, Problem::NotUtf8),
    ] {
        assert_eq!(told(json), [(problem, String::new())], "{json}");
    }
    let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(32), "]".repeat(32));
    let fault = faults(&deep).remove(0);
    assert_eq!(fault.problem, Problem::TooDeep);
    let limit = fault.limit.unwrap();
    assert_eq!((limit.limit, limit.actual), (32, 33));
}

#[test]
fn algorithms_have_one_name_each_but_for_ed25519() {
    let named = |alg: &str| {
        let json = format!(r#"{{"alg":"{alg}"}}"#);
        Header::parse(json.as_bytes()).map_or(NamedAlgorithm::Missing, |header| header.algorithm())
    };
    for algorithm in Algorithm::ALL {
        assert_eq!(
            named(algorithm.name()),
            NamedAlgorithm::Implemented(algorithm)
        );
        assert_eq!(
            named(&algorithm.name().to_lowercase()),
            NamedAlgorithm::Unsupported
        );
    }
    assert_eq!(
        named("Ed25519"),
        NamedAlgorithm::Implemented(Algorithm::EdDsa)
    );
    for alg in ["none", "None", "NONE", "nOnE"] {
        assert_eq!(named(alg), NamedAlgorithm::None);
    }
    for alg in ["", " none", "none ", "ES256K", "Ed448", "ES521", "ED25519"] {
        assert_eq!(named(alg), NamedAlgorithm::Unsupported, "{alg}");
    }
}

#[test]
fn media_types_fold_ascii_only() {
    for (typ, expected) in [
        ("JWT", "application/jwt"),
        ("application/AT+JWT", "application/at+jwt"),
        ("", "application/"),
        ("a/B", "a/b"),
        ("\u{212a}", "application/\u{212a}"), // the Kelvin sign stays
    ] {
        assert_eq!(media_type(typ), expected);
    }
}
