//! Key sources, secrets, untrusted issuers and issuers that share an identifier.

use super::{CERTIFICATE, Folder, GOOD, PUBLIC, good_with, load_text, only_problem};
use crate::jwks::source::{KeySource, Location};

fn issuer_with(lines: &str) -> String {
    good_with("", lines, "")
}

fn urls(identifier: &str) -> Vec<String> {
    let text = format!(
        "[insecure]\nallow_http = true\n{}",
        GOOD.replace("https://auth.example.com", identifier)
    );
    match &load_text(&text).unwrap().issuers[0].keys {
        KeySource::Remote(remote) => match &remote.location {
            Location::Discovery { urls } => urls.iter().map(ToString::to_string).collect(),
            Location::JwksUri(url) => panic!("{url}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn discovery_starts_at_the_identifier() {
    let host = [
        "https://a.example/.well-known/openid-configuration",
        "https://a.example/.well-known/oauth-authorization-server",
    ];
    assert_eq!(urls("https://a.example"), host);
    assert_eq!(urls("https://a.example/"), host);
    let path = [
        "https://a.example:8443/t/v2/.well-known/openid-configuration",
        "https://a.example:8443/.well-known/oauth-authorization-server/t/v2",
        "https://a.example:8443/.well-known/openid-configuration/t/v2",
    ];
    assert_eq!(urls("https://a.example:8443/t/v2"), path);
    assert_eq!(urls("https://a.example:8443/t/v2/"), path);
    // One slash is dropped, not all.
    assert_eq!(
        urls("https://a.example//")[0],
        "https://a.example//.well-known/openid-configuration"
    );
    assert_eq!(
        urls("http://127.0.0.1:9")[0],
        "http://127.0.0.1:9/.well-known/openid-configuration"
    );
}

#[test]
fn with_another_source_an_identifier_is_any_string() {
    for source in [
        "jwks_uri = 'https://keys.example'",
        "jwks_file = 'jwks.json'",
        "discovery_url = 'https://a.example/meta'",
        "trusted = false",
    ] {
        let text = issuer_with(source).replace("https://auth.example.com", "any string?");
        let text = match source {
            "trusted = false" => format!(
                "{}\n[[issuers]]\nname = 'b'\nissuer = 'https://b.example'",
                text.replace("issuers = [\"prod\"]", "issuers = [\"b\"]")
            ),
            _ => text,
        };
        let folder = Folder::new().file("jwks.json", PUBLIC).file("a.toml", text);
        folder.load(&["a.toml"]).unwrap();
    }
    let config = load_text(&issuer_with("discovery_url = 'https://b.example/meta'")).unwrap();
    let KeySource::Remote(remote) = &config.issuers[0].keys else {
        panic!()
    };
    assert_eq!(
        remote.location,
        Location::Discovery {
            urls: vec!["https://b.example/meta".parse().unwrap()]
        }
    );
}

#[test]
fn keys_come_from_one_place() {
    let both = "jwks_uri = 'https://a.example'\ndiscovery_url = 'https://a.example'";
    assert_eq!(
        only_problem(&issuer_with(both)),
        "a.toml: issuers[0].discovery_url: keys come from one place; keep one of jwks_uri, jwks_file and discovery_url"
    );
    let folder = Folder::new().file("jwks.json", PUBLIC).file(
        "a.toml",
        issuer_with("jwks_uri = 'https://a.example'\njwks_file = 'jwks.json'"),
    );
    assert!(folder.load(&["a.toml"]).unwrap_err()[0].starts_with("a.toml: issuers[0].jwks_file: "));
}

#[test]
fn how_to_fetch_is_an_error_where_nothing_is_fetched() {
    let folder = Folder::new()
        .file("jwks.json", PUBLIC)
        .file("ca.pem", CERTIFICATE)
        .file(
            "a.toml",
            issuer_with(
                "jwks_file = 'jwks.json'\nmax_stale = '1h'\nwait = '1s'\nca_file = 'ca.pem'",
            ),
        );
    assert_eq!(folder.load(&["a.toml"]).unwrap_err(), ["ca_file", "max_stale", "wait"].map(|key| {
        format!("a.toml: issuers[0].{key}: nothing is fetched, since the keys come from jwks_file; remove it")
    }));
    // As a default it is for the other issuers.
    let folder = folder.file(
        "a.toml",
        good_with(
            "[issuer_defaults]\nmax_stale = '1h'\nca_file = 'ca.pem'",
            "jwks_file = 'jwks.json'",
            "",
        ),
    );
    let config = folder.load(&["a.toml"]).unwrap();
    assert_eq!(config.issuers[0].issuer.max_stale, None);
    let KeySource::File { keys, .. } = &config.issuers[0].keys else {
        panic!()
    };
    assert!(keys.has_usable());
}

#[test]
fn an_untrusted_issuer_has_no_keys_and_no_audience() {
    let untrusted = format!(
        "{GOOD}\n[[issuers]]\nname = 'staging'\nissuer = 'https://s.example'\nenvironment = 'staging'\ntrusted = false\n"
    );
    let config = load_text(&untrusted).unwrap();
    assert!(matches!(config.issuers[1].keys, KeySource::Untrusted));
    assert_eq!(
        (
            config.issuers[1].issuer.trusted,
            config.issuers[1].issuer.max_stale
        ),
        (false, None)
    );
    let beside = |line: &str| only_problem(&format!("{untrusted}{line}"));
    assert_eq!(
        beside("wait = '1s'"),
        "a.toml: issuers[1].wait: nothing is fetched, since trusted is false; remove it"
    );
    assert_eq!(
        beside("jwks_uri = 'https://s.example'"),
        "a.toml: issuers[1].jwks_uri: an issuer with trusted = false has no keys; remove one of the two"
    );
    assert_eq!(
        only_problem(&untrusted.replace("[\"prod\"]", "[\"prod\", \"staging\"]")),
        "a.toml: audiences[0].issuers[1]: \"staging\" is an issuer with trusted = false; remove it here, or give the issuer keys"
    );
}

#[test]
fn two_issuers_may_share_an_identifier_if_no_audience_lists_both() {
    let shared = format!(
        "{GOOD}\n[[issuers]]\nname = 'second'\nissuer = 'https://auth.example.com'\njwks_uri = 'https://keys.example'\n[[audiences]]\nname = 'payments'\naccept = ['p']\nissuers = ['second']\n"
    );
    load_text(&shared).unwrap();
    assert_eq!(
        only_problem(&shared.replace("['second']", "['second', 'prod']")),
        "a.toml: audiences[1].issuers[1]: \"prod\" and \"second\" have the same issuer identifier; list one of them"
    );
}

#[test]
fn issuer_optional_needs_exactly_one_issuer() {
    let two = "[[issuers]]\nname = 'b'\nissuer = 'https://b.example'\n";
    let text =
        good_with("", two, "issuer_optional = true").replace("[\"prod\"]", "[\"prod\", \"b\"]");
    let wanted = "a.toml: audiences[0].issuer_optional: whose is a token without iss, with more than one issuer? list exactly one in issuers; or leave it out";
    assert_eq!(only_problem(&text), wanted);
    let default = good_with("[audience_defaults]\nissuer_optional = true", two, "");
    load_text(&default).unwrap();
    assert_eq!(
        only_problem(&default.replace("[\"prod\"]", "[\"prod\", \"b\"]")),
        wanted
    );
    load_text(
        &good_with(
            "[audience_defaults]\nissuer_optional = true",
            two,
            "issuer_optional = false",
        )
        .replace("[\"prod\"]", "[\"prod\", \"b\"]"),
    )
    .unwrap();
}

/// A JWK Set of secrets: kid, bytes, and more members.
fn secrets(keys: &[(&str, usize, &str)]) -> String {
    let member = |(kid, bytes, more): &(&str, usize, &str)| {
        // Base64url of zero bytes, without padding.
        let value = "A".repeat((bytes * 4).div_ceil(3));
        format!(r#"{{"kty": "oct", "kid": "{kid}", "k": "{value}"{more}}}"#)
    };
    format!(
        r#"{{"keys": [{}]}}"#,
        keys.iter().map(member).collect::<Vec<_>>().join(",")
    )
}

#[test]
fn secrets_are_kept_apart() {
    let symmetric = |algorithms: &str, jwks: &str| {
        let lines = format!("algorithms = [{algorithms}]\njwks_file = 'jwks.json'");
        Folder::new()
            .file("jwks.json", jwks)
            .file("a.toml", issuer_with(&lines))
            .load(&["a.toml"])
    };
    let mixed = secrets(&[("s", 32, "")]).replace("]}", &format!(", {}", &PUBLIC[10..]));
    for (algorithms, jwks, wanted) in [
        ("'HS256'", secrets(&[("a", 32, ""), ("b", 64, "")]), ""),
        ("'HS256', 'HS512'", secrets(&[("a", 64, "")]), ""),
        (
            "'HS256', 'HS512'",
            secrets(&[("a", 32, r#", "alg": "HS256""#)]),
            "",
        ),
        (
            "'HS256'",
            secrets(&[("a", 32, ""), ("b", 1, r#", "use": "enc""#)]),
            "",
        ),
        ("'HS256'", secrets(&[("a", 32, ""), ("a", 32, "")]), ""),
        (
            "'HS256'",
            secrets(&[("a", 31, "")]),
            "holds keys that cannot be used: kid \"a\", ",
        ),
        (
            "'HS256', 'HS512'",
            secrets(&[("b", 64, ""), ("a", 63, "")]),
            "holds keys that cannot be used: kid \"a\", ",
        ),
        (
            "'HS256'",
            secrets(&[("a", 32, r#", "alg": "HS384""#)]),
            "holds keys that cannot be used",
        ),
        (
            "'HS256'",
            mixed.clone(),
            "holds keys that cannot be used: kid \"1\", ",
        ),
        (
            "'HS256'",
            PUBLIC.to_owned(),
            "holds keys that cannot be used",
        ),
        (
            "'HS256'",
            r#"{"keys": []}"#.to_owned(),
            "has no usable key: it has none",
        ),
        (
            "'HS256', 'ES256'",
            mixed.clone(),
            "mixes HS* with others; give HS* an issuer of its own",
        ),
        // Without HS*, a secret is no key and no harm.
        ("'ES256'", mixed, ""),
        (
            "'ES256'",
            secrets(&[("a", 32, "")]),
            "has no usable key: kid \"a\", ",
        ),
    ] {
        match symmetric(algorithms, &jwks) {
            Ok(_) => assert_eq!(wanted, "", "{algorithms} {jwks}"),
            Err(problems) => {
                let [problem] = problems.as_slice() else {
                    panic!("{problems:#?}")
                };
                assert!(
                    !wanted.is_empty() && problem.contains(wanted),
                    "{algorithms} {jwks}: {problem}"
                );
                assert!(!problem.contains("AAAA"), "{problem}");
            }
        }
    }
}

#[test]
fn a_key_file_is_read_within_bounds() {
    let padded = |bytes: usize| format!("{PUBLIC}{}", " ".repeat(bytes - PUBLIC.len()));
    let load = |content: String| {
        Folder::new()
            .file("k.json", content)
            .file("a.toml", issuer_with("jwks_file = 'k.json'"))
            .load(&["a.toml"])
    };
    load(padded(1 << 20)).unwrap();
    let problems = load(padded((1 << 20) + 1)).unwrap_err();
    assert!(
        problems[0].contains("is larger than 1048576 bytes"),
        "{problems:?}"
    );
}

#[test]
fn hs_may_come_from_the_defaults() {
    let text = good_with(
        "[issuer_defaults]\nalgorithms = ['HS256']",
        "jwks_file = 'k.json'",
        "",
    );
    let folder = Folder::new()
        .file("k.json", secrets(&[("a", 32, "")]))
        .file("a.toml", text);
    folder.load(&["a.toml"]).unwrap();
}
