//! Everything that is wrong in one go, and names that are kept for later.

use super::super::{audiences, issuers, keys, load, server, source};
use super::{Folder, GOOD, good_with, load_text, only_problem};

#[test]
fn every_problem_of_several_files_in_one_go() {
    let folder = Folder::new()
        .file(
            "a.toml",
            r#"
verbose = true
[server]
listen = "0.0.0.0:50051"
lisen = "127.0.0.1:1"
max_token_bytes = "16k"
[keys]
max_stale = "31d"
[issuer_defaults]
algorithm = ["RS256"]
issuer = "https://auth.example.com"
[[issuers]]
name = "prod"
issuer = "http://auth.example.com"
[[issuers]]
name = "Staging"
algorithms = ["RS256", "RS265"]
jwks_file = "missing.json"
wait = "1s"
[[audiences]]
name = "orders"
accept = []
issuers = ["prod", "prd"]
leeway = 30
"#,
        )
        .file(
            "conf/b.yaml",
            r#"
cache:
  size: 1
server:
  tls: {}
issuers:
  - name: prod
    issuer: https://other.example
    jwks_url: https://other.example/keys
audiences:
  - accept: [a, ""]
    issuers: [prod]
    required_claims:
      - any_of: [~]
    tokentypes: [JWT]
  - name: "${TEAM}"
    accept: ["$1"]
    shadow: true
"#,
        )
        .variable("AUDIENT__SERVER__DRAIN", "soon")
        .variable("AUDIENT__ISSUERS__0__NAME", "x");
    let problems = folder.load(&["a.toml", "conf"]).unwrap_err();
    let duration = r#"write a duration with its unit (ms, s, m, h, d), such as "30s" or "1h30m""#;
    let wanted = r#"
a.toml: audiences[0].accept: is empty; list at least one value
a.toml: audiences[0].issuers[1]: no issuer is named "prd"; did you mean "prod"?
a.toml: audiences[0].leeway: found the integer 30; DURATION
a.toml: issuer_defaults.algorithm: unknown key; did you mean algorithms?
a.toml: issuer_defaults.issuer: differs from issuer to issuer; write it in each [[issuers]]
a.toml: issuers[0].issuer: "http://auth.example.com" is plain http; use https, or set [insecure] allow_http = true
a.toml: issuers[1].algorithms[1]: "RS265" is not implemented; did you mean RS256?
a.toml: issuers[1].issuer: missing; write the iss of its tokens, byte for byte
a.toml: issuers[1].jwks_file: "missing.json" is not there; a relative path starts at this file's folder
a.toml: issuers[1].name: "Staging" is no name; use a-z, 0-9 and . _ - after the first, at most 63, and neither "none" nor "unknown"
a.toml: issuers[1].wait: nothing is fetched, since the keys come from jwks_file; remove it
a.toml: keys.max_stale: "31d" is out of range; write 1m to 30d
a.toml: server.lisen: unknown key; did you mean listen?
a.toml: server.listen: would serve gRPC in plaintext on an address that is not loopback; listen on 127.0.0.1 or [::1], or set [insecure] plaintext = true
a.toml: server.max_token_bytes: found "16k"; write a whole number of bytes
a.toml: verbose: unknown key; remove it
conf/b.yaml: audiences[0].accept[1]: is empty; write a value, or leave it out
conf/b.yaml: audiences[0].name: missing; callers ask for an audience by its name
conf/b.yaml: audiences[0].required_claims[0]: names no claim; write name = "tid", or path = ["realm_access", "roles"]
conf/b.yaml: audiences[0].required_claims[0].any_of[0]: found nothing (null); write a string, a number or a boolean
conf/b.yaml: audiences[0].tokentypes: unknown key; did you mean token_types?
conf/b.yaml: audiences[1].accept[0]: holds a $ that begins no ${VAR}; write $$ for a dollar
conf/b.yaml: audiences[1].issuers: missing; list the issuers that may sign for it, by name
conf/b.yaml: audiences[1].name: the variable TEAM is not set; set it, or write ${TEAM:-default}
conf/b.yaml: audiences[1].shadow: a later version brings it; remove it until then
conf/b.yaml: cache: a later version brings it; remove it until then
conf/b.yaml: issuers[0].jwks_url: unknown key; did you mean jwks_uri?
conf/b.yaml: issuers[0].name: this name is used already, at a.toml: issuers[0].name; give one of them another name
conf/b.yaml: server.tls: a later version brings it; remove it until then
environment: AUDIENT__ISSUERS__0__NAME: sets nothing; variables are AUDIENT__SECTION__KEY in capitals, with the section SERVER, KEYS, CACHE or INSECURE
environment: AUDIENT__SERVER__DRAIN: found another value; DURATION
"#;
    let wanted = wanted.trim().replace("DURATION", duration);
    assert_eq!(problems.join("\n"), wanted);
}

#[test]
fn kept_names_are_told_as_such() {
    let later = |text: String, path: &str| {
        let problem = only_problem(&text);
        assert_eq!(
            problem,
            format!("a.toml: {path}: a later version brings it; remove it until then")
        );
    };
    for name in source::LATER {
        later(format!("{name} = 1\n{GOOD}"), name);
    }
    for (section, known) in [
        ("server", server::KEYS),
        ("keys", keys::KEYS),
        ("issuer_defaults", issuers::DEFAULTS),
        ("audience_defaults", audiences::DEFAULTS),
    ] {
        for name in known.later {
            later(
                format!("[{section}]\n{name} = 1\n{GOOD}"),
                &format!("{section}.{name}"),
            );
        }
    }
    for name in issuers::KEYS.later {
        later(
            good_with("", &format!("{name} = 1"), ""),
            &format!("issuers[0].{name}"),
        );
    }
    for name in audiences::KEYS.later {
        later(
            good_with("", "", &format!("{name} = 1")),
            &format!("audiences[0].{name}"),
        );
    }
}

#[test]
fn a_key_in_both_files_is_unknown_in_both() {
    let folder = Folder::new()
        .file("a.toml", format!("[server]\nlisten_on = 1\n{GOOD}"))
        .file("b.toml", "[server]\nlisten_on = 1\n");
    let problems = folder.load(&["a.toml", "b.toml"]).unwrap_err();
    assert_eq!(problems.len(), 2, "{problems:#?}");
}

#[test]
fn entries_of_another_shape_are_told() {
    assert_eq!(
        load_text("server = 1\nkeys = []\nissuers = [1]\naudiences = ['a']\n").unwrap_err(),
        [
            r#"a.toml: audiences[0]: found "a"; write a table"#,
            "a.toml: issuers[0]: found the integer 1; write a table",
            "a.toml: keys: found a list; write a table",
            "a.toml: server: found the integer 1; write a table",
        ]
    );
}

#[test]
fn indices_are_in_order_and_odd_keys_are_quoted() {
    let audience = |index| {
        format!("[[audiences]]\nname = 'a{index}'\naccept = ['a']\nissuers = ['prod']\nx = 1\n")
    };
    let text = GOOD.replace("[[audiences]]", "[[audiences]]\n\"a.b\\u0007\" = 1")
        + &(0..10).map(audience).collect::<String>();
    let problems = load_text(&text).unwrap_err();
    assert_eq!(
        problems[0],
        r#"a.toml: audiences[0]."a.b\u{7}": unknown key; remove it"#
    );
    assert!(problems[9].contains("audiences[9].x"), "{problems:#?}");
    assert!(problems[10].contains("audiences[10].x"), "{problems:#?}");
}

#[test]
fn problems_print_a_line_each() {
    let folder = Folder::new().file("a.toml", "");
    let path = folder.dir.path().join("a.toml");
    let now = crate::token::numeric_date::NumericDate::from_seconds(1);
    let problems = load(&[path], &folder.environment, now).unwrap_err();
    let printed: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems.to_string().lines().collect::<Vec<_>>(), printed);
    assert_eq!(problems.len(), 2);
}

#[test]
fn what_a_url_may_hold_in_secret_is_in_no_problem() {
    for key in ["issuer", "jwks_uri", "discovery_url"] {
        for url in [
            "https://user:hunter2@a.example/p",
            "http://a.example/p?key=hunter2",
            "ftp://a.example/p?key=hunter2#hunter2",
            "https://a.example/?key=hunter2",
        ] {
            let text = match key {
                "issuer" => GOOD.replace("https://auth.example.com", url),
                _ => good_with("", &format!("{key} = \"{url}\""), ""),
            };
            if let Err(problems) = load_text(&text) {
                let told = problems.join("\n");
                assert!(!told.contains("hunter2"), "{key}: {told}");
            } else {
                // A query is no fault where it is no identifier.
                assert!(
                    key != "issuer" && url.starts_with("https://a.example/?"),
                    "{key} {url}"
                );
            }
        }
    }
}
