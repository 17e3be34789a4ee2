//! Good, bad and edge values of every key.

use super::super::{audiences, issuers, keys, server};
use super::{CERTIFICATE, Folder, GOOD, PUBLIC};

const OK: &str = "";

/// Key, value, and a part of the only problem; empty for none.
type Row = (&'static str, &'static str, &'static str);

const SERVER: &[Row] = &[
    ("listen", r#""127.0.0.1:1""#, OK),
    ("listen", r#""[::1]:50051""#, OK),
    ("listen", r#""127.9.9.9:0""#, OK),
    ("listen", r#""[::ffff:127.0.0.1]:1""#, OK),
    (
        "listen",
        r#""0.0.0.0:50051""#,
        "not loopback; listen on 127.0.0.1 or [::1], or set [insecure] plaintext = true",
    ),
    ("listen", r#""[::]:1""#, "not loopback"),
    ("listen", r#""10.0.0.1:1""#, "not loopback"),
    (
        "listen",
        r#""localhost:50051""#,
        r#"found "localhost:50051"; write an IP address with a port"#,
    ),
    ("listen", r#"":50051""#, "write an IP address with a port"),
    (
        "listen",
        r#""127.0.0.1""#,
        "write an IP address with a port",
    ),
    (
        "listen",
        r#""127.0.0.1:65536""#,
        "write an IP address with a port",
    ),
    (
        "listen",
        "50051",
        "found the integer 50051; write an IP address with a port",
    ),
    ("listen", r#""""#, "is empty"),
    (
        "listen",
        r#""127.0.0.1:50052""#,
        "listen and admin_listen are one address",
    ),
    ("admin_listen", r#""0.0.0.0:9""#, OK),
    ("admin_listen", r#""127.0.0.1:0""#, OK),
    ("admin_listen", r#""[::1]:50051""#, OK),
    (
        "admin_listen",
        r#""127.0.0.1:50051""#,
        "listen and admin_listen are one address",
    ),
    (
        "admin_listen",
        r#""0.0.0.0:50051""#,
        "listen and admin_listen are one address",
    ),
    (
        "admin_listen",
        r#""[::]:50051""#,
        "listen and admin_listen are one address",
    ),
    (
        "admin_listen",
        "true",
        "found the boolean true; write an IP address",
    ),
    ("reflection", "false", OK),
    (
        "reflection",
        r#""no""#,
        r#"found "no"; write true or false"#,
    ),
    (
        "reflection",
        "1",
        "found the integer 1; write true or false",
    ),
    ("disclosure", r#""codes""#, OK),
    ("disclosure", r#""details""#, OK),
    (
        "disclosure",
        r#""Codes""#,
        r#"found "Codes"; write "details" or "codes""#,
    ),
    (
        "disclosure",
        "[]",
        r#"found a list; write "details" or "codes""#,
    ),
    ("max_token_bytes", "1024", OK),
    ("max_token_bytes", "1048576", OK),
    (
        "max_token_bytes",
        "1023",
        "the integer 1023 is out of range; write 1024 to 1048576 bytes",
    ),
    ("max_token_bytes", "1048577", "is out of range"),
    ("max_token_bytes", "-1", "is out of range"),
    (
        "max_token_bytes",
        "16384.0",
        "found the number 16384.0; write a whole number of bytes",
    ),
    (
        "max_token_bytes",
        r#""16KiB""#,
        r#"found "16KiB"; write a whole number of bytes"#,
    ),
    ("drain", r#""0s""#, OK),
    ("drain", r#""10m""#, OK),
    (
        "drain",
        r#""10m1ms""#,
        r#""10m1ms" is out of range; write 0s to 10m"#,
    ),
    (
        "drain",
        "25",
        "found the integer 25; write a duration with its unit",
    ),
    (
        "drain",
        r#""25""#,
        r#"found "25"; write a duration with its unit"#,
    ),
    ("drain", r#""-1s""#, "write a duration"),
];

const TIMING: &[Row] = &[
    ("refresh_interval", r#""100ms""#, OK),
    ("refresh_interval", r#""30d""#, OK),
    ("refresh_interval", r#""99ms""#, "write 100ms to 30d"),
    ("refresh_interval", r#""0s""#, "write 100ms to 30d"),
    ("refresh_interval", r#""31d""#, "write 100ms to 30d"),
    ("refresh_interval", r#""5 m""#, "write a duration"),
    ("max_stale", r#""1m""#, OK),
    ("max_stale", r#""30d""#, OK),
    (
        "max_stale",
        r#""59s""#,
        r#""59s" is out of range; write 1m to 30d"#,
    ),
    ("max_stale", r#""30d1ms""#, "write 1m to 30d"),
    (
        "max_stale",
        "true",
        "found the boolean true; write a duration",
    ),
    ("unknown_kid_cooldown", r#""100ms""#, OK),
    ("unknown_kid_cooldown", r#""1d""#, OK),
    ("unknown_kid_cooldown", r#""0s""#, "write 100ms to 1d"),
    (
        "unknown_kid_cooldown",
        "10",
        "found the integer 10; write a duration",
    ),
    ("wait", r#""0s""#, OK),
    ("wait", r#""1m""#, OK),
    ("wait", r#""61s""#, "write 0s to 1m"),
    ("wait", "0.5", "found the number 0.5; write a duration"),
];

const INSECURE: &[Row] = &[
    ("allow_http", "true", OK),
    ("allow_http", "false", OK),
    (
        "allow_http",
        r#""true""#,
        r#"found "true"; write true or false"#,
    ),
    ("plaintext", "true", OK),
    ("plaintext", "0", "found the integer 0; write true or false"),
];

const ISSUER: &[Row] = &[
    ("name", r#""Prod""#, r#""Prod" is no name; use a-z, 0-9"#),
    ("name", r#""""#, "is empty"),
    ("name", "7", "found the integer 7; write a string in quotes"),
    ("issuer", r#""https://a.example/tenant/""#, OK),
    ("issuer", r#""""#, "is empty"),
    ("issuer", "[]", "found a list; write a string in quotes"),
    (
        "issuer",
        r#""http://a.example""#,
        "is plain http; use https, or set [insecure] allow_http = true",
    ),
    ("issuer", r#""http://127.0.0.1:1""#, "is plain http"),
    (
        "issuer",
        r#""a.example""#,
        "is no URL (relative URL without a base); write https://host/path",
    ),
    ("issuer", r#""ftp://a.example""#, "is not https"),
    ("issuer", r#"" https://a.example""#, "holds a blank"),
    (
        "issuer",
        r#""https://u:p@a.example""#,
        "holds a user or a password",
    ),
    (
        "issuer",
        r#""https://a.example?x""#,
        "add discovery_url, jwks_uri or jwks_file",
    ),
    ("environment", r#""production""#, OK),
    ("environment", r#""""#, "is empty"),
    ("environment", "1", "write a string in quotes"),
    ("algorithms", r#"["RS256"]"#, OK),
    ("algorithms", r#"["Ed25519", "EdDSA", "ES384"]"#, OK),
    ("algorithms", "[]", "is empty; list at least one value"),
    (
        "algorithms",
        r#""RS256""#,
        r#"found "RS256"; write a list of algorithm names"#,
    ),
    (
        "algorithms",
        r#"["rs256"]"#,
        r#"algorithms[0]: "rs256" is not implemented; did you mean RS256?"#,
    ),
    (
        "algorithms",
        r#"["RS256", "ES256K"]"#,
        r#"algorithms[1]: "ES256K" is not implemented; did you mean ES256?"#,
    ),
    (
        "algorithms",
        r#"["none"]"#,
        "an unsigned token is never active",
    ),
    ("algorithms", r#"["ML-DSA-44"]"#, "use one of RS256, RS384"),
    (
        "algorithms",
        "[256]",
        "found the integer 256; write a string",
    ),
    (
        "algorithms",
        r#"["HS256"]"#,
        "HS* needs secrets from a file; add jwks_file",
    ),
    (
        "algorithms",
        r#"["HS256", "RS256"]"#,
        "mixes HS* with others",
    ),
    ("trusted", "true", OK),
    ("trusted", r#""false""#, "write true or false"),
    ("jwks_uri", r#""https://keys.example/jwks""#, OK),
    ("jwks_uri", r#""http://keys.example/jwks""#, "is plain http"),
    ("jwks_uri", r#""""#, "is empty"),
    ("jwks_uri", r#""keys.json""#, "is no URL"),
    ("jwks_file", r#""jwks.json""#, OK),
    (
        "jwks_file",
        r#""nope.json""#,
        r#""nope.json" is not there; a relative path starts at this file's folder"#,
    ),
    ("jwks_file", r#"".""#, "is not a regular file"),
    ("jwks_file", r#""ca.pem""#, "is no JWK Set"),
    ("jwks_file", "{}", "found a table; write a string"),
    (
        "discovery_url",
        r#""https://a.example/x/.well-known/openid-configuration?v=1""#,
        OK,
    ),
    ("discovery_url", r#""http://a.example/""#, "is plain http"),
    ("ca_file", r#""ca.pem""#, OK),
    (
        "ca_file",
        r#""jwks.json""#,
        "holds no certificate that can be read; write PEM",
    ),
    (
        "ca_file",
        r#""broken.pem""#,
        "holds no certificate that can be read",
    ),
    ("ca_file", r#""nope.pem""#, "is not there"),
];

const AUDIENCE: &[Row] = &[
    ("name", r#""none""#, r#""none" is no name"#),
    ("name", r#""a-very.long_name-0""#, OK),
    ("accept", r#"["a", "https://b.example"]"#, OK),
    ("accept", "[]", "is empty; list at least one"),
    ("accept", r#"["a", ""]"#, "accept[1]: is empty"),
    ("accept", r#""a""#, r#"found "a"; write a list of strings"#),
    (
        "accept",
        r#"["a", 1]"#,
        "accept[1]: found the integer 1; write a string",
    ),
    ("issuers", r#"["prod", "prod"]"#, OK),
    ("issuers", "[]", "is empty"),
    (
        "issuers",
        r#"["prodd"]"#,
        r#"issuers[0]: no issuer is named "prodd"; did you mean "prod"?"#,
    ),
    (
        "issuers",
        r#"["staging"]"#,
        r#"no issuer is named "staging"; add it to [[issuers]]"#,
    ),
    ("issuers", r#"["Prod"]"#, r#"did you mean "prod"?"#),
    ("issuers", "7", "write a list of issuer names"),
    ("algorithms", r#"["ES256"]"#, OK),
    (
        "algorithms",
        r#"["HS256"]"#,
        r#"issuers[0]: "prod" signs with RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, and this audience takes HS256; let them share one"#,
    ),
    (
        "algorithms",
        r#"["NONE"]"#,
        "an unsigned token is never active",
    ),
    ("algorithms", "[]", "is empty"),
    ("token_types", r#"["at+jwt", "application/JWT"]"#, OK),
    ("token_types", r#"[""]"#, "token_types[0]: is empty"),
    ("token_types", r#""JWT""#, "write a list of strings"),
    ("leeway", r#""0s""#, OK),
    ("leeway", r#""5m""#, OK),
    (
        "leeway",
        r#""5m1s""#,
        r#""5m1s" is out of range; write 0s to 5m"#,
    ),
    (
        "leeway",
        "30",
        "found the integer 30; write a duration with its unit (ms, s, m, h, d), such as \"30s\" or \"1h30m\"",
    ),
    ("required_scopes", r#"["orders:read", "!#[]~"]"#, OK),
    (
        "required_scopes",
        r#"["a b"]"#,
        r#"required_scopes[0]: found "a b"; write one scope, without spaces"#,
    ),
    ("required_scopes", r#"['a"b']"#, "write one scope"),
    ("required_scopes", r"['a\b']", "write one scope"),
    ("required_scopes", r#"["ä"]"#, "write one scope"),
    ("required_scopes", "[]", "is empty"),
    ("required_scopes", r#""a""#, "write a list of scopes"),
    ("authorized_parties", r#"["client-1", "client 2"]"#, OK),
    ("authorized_parties", "[]", "is empty"),
    (
        "authorized_parties",
        "[true]",
        "authorized_parties[0]: found the boolean true",
    ),
    ("subjects", r#"["alice", { prefix = "repo:acme/" }]"#, OK),
    (
        "subjects",
        r#"[{ prefix = "" }]"#,
        "subjects[0].prefix: is empty",
    ),
    (
        "subjects",
        "[{}]",
        "subjects[0].prefix: missing; write how the subject begins",
    ),
    (
        "subjects",
        r#"[{ prefix = "a", suffix = "b" }]"#,
        "subjects[0].suffix: unknown key; remove it",
    ),
    (
        "subjects",
        "[1]",
        "found the integer 1; write a string, or { prefix",
    ),
    ("subjects", "[]", "is empty"),
    ("required_claims", r#"[{ name = "tid" }]"#, OK),
    (
        "required_claims",
        r#"[{ path = ["a", "b"], any_of = ["x", 1, -2.5, true, 9223372036854775807] }]"#,
        OK,
    ),
    (
        "required_claims",
        r#"[{ name = "tid", all_of = [0.1, 123456789012345.0] }]"#,
        OK,
    ),
    (
        "required_claims",
        "[{}]",
        "required_claims[0]: names no claim; write name = \"tid\", or path",
    ),
    (
        "required_claims",
        r#"[{ any_of = ["x"] }]"#,
        "names no claim",
    ),
    (
        "required_claims",
        r#"[{ name = "a", path = ["a"] }]"#,
        "has both name and path",
    ),
    (
        "required_claims",
        r#"[{ name = "a", any_of = [1], all_of = [1] }]"#,
        "has both any_of and all_of",
    ),
    (
        "required_claims",
        r#"[{ name = "" }]"#,
        "required_claims[0].name: is empty",
    ),
    (
        "required_claims",
        "[{ path = [] }]",
        "required_claims[0].path: is empty",
    ),
    (
        "required_claims",
        r#"[{ path = ["a", ""] }]"#,
        "required_claims[0].path[1]: is empty",
    ),
    (
        "required_claims",
        r#"[{ name = "a", any_of = [] }]"#,
        "required_claims[0].any_of: is empty",
    ),
    (
        "required_claims",
        r#"[{ name = "a", all_of = [""] }]"#,
        "required_claims[0].all_of[0]: is empty",
    ),
    (
        "required_claims",
        r#"[{ name = "a", any_of = [[1]] }]"#,
        "found a list; write a string, a number or a boolean",
    ),
    (
        "required_claims",
        r#"[{ name = "a", any_of = [nan] }]"#,
        "cannot be kept exactly",
    ),
    (
        "required_claims",
        r#"[{ name = "a", any_of = [inf] }]"#,
        "cannot be kept exactly",
    ),
    (
        "required_claims",
        r#"[{ name = "a", any_of = [1.2345678901234567] }]"#,
        "write one of at most 15 digits",
    ),
    (
        "required_claims",
        r#"[{ name = "a", values = [1] }]"#,
        "required_claims[0].values: unknown key",
    ),
    (
        "required_claims",
        r#"["tid"]"#,
        r#"found "tid"; write a table"#,
    ),
    (
        "required_claims",
        r#"{ name = "tid" }"#,
        "found a table; write a list of claims",
    ),
    ("max_audiences", "1", OK),
    (
        "max_audiences",
        "0",
        "the integer 0 is out of range; write at least 1",
    ),
    ("max_audiences", "-1", "write at least 1"),
    ("max_audiences", r#""1""#, "write a whole number"),
    ("max_lifetime", r#""1s""#, OK),
    ("max_lifetime", r#""3650d""#, OK),
    ("max_lifetime", r#""0s""#, "write 1s to 3650d"),
    ("max_age", r#""24h""#, OK),
    ("max_age", r#""999ms""#, "write 1s to 3650d"),
    ("require_expiry", "false", OK),
    ("require_expiry", r#""false""#, "write true or false"),
    ("sender_constrained", r#""refuse""#, OK),
    ("sender_constrained", r#""caller-checks""#, OK),
    (
        "sender_constrained",
        r#""allow""#,
        r#"found "allow"; write "refuse" or "caller-checks""#,
    ),
    ("issuer_optional", "true", OK),
    ("issuer_optional", "1", "write true or false"),
    ("max_cacheable", r#""0s""#, OK),
    ("max_cacheable", r#""1d""#, OK),
    (
        "max_cacheable",
        r#""25h""#,
        r#""25h" is out of range; write 0s to 1d"#,
    ),
];

fn check(rows: &[Row], document: impl Fn(&str, &str) -> String) {
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let folder = Folder::new()
        .file("jwks.json", PUBLIC)
        .file("ca.pem", CERTIFICATE)
        .file("broken.pem", broken);
    for (key, value, wanted) in rows {
        let folder_path = folder.dir.path().join("a.toml");
        std::fs::write(folder_path, document(key, value)).unwrap();
        match (folder.load(&["a.toml"]), *wanted) {
            (Ok(_), OK) => {}
            (Ok(_), wanted) => panic!("{key} = {value} is let through: {wanted}"),
            (Err(problems), OK) => panic!("{key} = {value}: {problems:#?}"),
            (Err(problems), wanted) => {
                let [problem] = problems.as_slice() else {
                    panic!("{key} = {value}: {problems:#?}")
                };
                assert!(
                    problem.contains(wanted),
                    "{key} = {value}: {problem}\nwanted: {wanted}"
                );
                assert!(
                    problem.contains(';') || problem.contains('?'),
                    "no fix: {problem}"
                );
                assert!(!problem.contains('\n'), "{problem}");
            }
        }
    }
}

/// In a table at the top.
fn section(name: &'static str) -> impl Fn(&str, &str) -> String {
    move |key, value| format!("[{name}]\n{key} = {value}\n{GOOD}")
}

/// In the entry of a list; a key that is there is replaced.
fn entry(header: &'static str) -> impl Fn(&str, &str) -> String {
    move |key, value| {
        let (before, after) = GOOD.split_once(header).unwrap();
        let (entry, rest) = match after.split_once("[[") {
            Some((entry, rest)) => (entry, format!("[[{rest}")),
            None => (after, String::new()),
        };
        let kept: Vec<_> = entry
            .lines()
            .filter(|line| !line.starts_with(&format!("{key} =")))
            .collect();
        // An audience of another algorithm than its issuer's is another matter.
        format!(
            "{before}{header}{}\n{key} = {value}\n{rest}",
            kept.join("\n")
        )
    }
}

#[test]
fn server_values() {
    check(SERVER, section("server"));
}

#[test]
fn keys_values_in_every_place() {
    check(TIMING, section("keys"));
    check(TIMING, section("issuer_defaults"));
    check(TIMING, entry("[[issuers]]"));
}

#[test]
fn insecure_values() {
    check(INSECURE, section("insecure"));
}

#[test]
fn issuer_values() {
    let renamed = |row: &&Row| row.0 != "name";
    let rows: Vec<Row> = ISSUER.iter().filter(renamed).copied().collect();
    check(&rows, entry("[[issuers]]"));
    let names: Vec<Row> = ISSUER
        .iter()
        .filter(|row| row.0 == "name")
        .copied()
        .collect();
    check(&names, |key, value| {
        // Nobody lists it, so that nothing follows.
        format!("{GOOD}\n[[issuers]]\n{key} = {value}\nissuer = \"https://b.example\"\n")
    });
}

#[test]
fn issuer_default_values() {
    let rows: Vec<Row> = ISSUER
        .iter()
        .filter(|row| issuers::DEFAULTS.known.contains(&row.0))
        .copied()
        .collect();
    check(&rows, section("issuer_defaults"));
}

#[test]
fn audience_values() {
    check(AUDIENCE, entry("[[audiences]]"));
}

#[test]
fn audience_default_values() {
    let rows: Vec<Row> = AUDIENCE
        .iter()
        .filter(|row| audiences::DEFAULTS.known.contains(&row.0))
        .copied()
        .collect();
    check(&rows, section("audience_defaults"));
}

#[test]
fn no_key_is_left_out_of_these_tables() {
    for (rows, keys) in [
        (SERVER, server::KEYS),
        (TIMING, keys::KEYS),
        (INSECURE, server::INSECURE),
        (&[ISSUER, TIMING].concat(), issuers::KEYS),
        (AUDIENCE, audiences::KEYS),
    ] {
        for key in keys.known {
            let bad = rows.iter().any(|row| row.0 == *key && row.2 != OK);
            assert!(bad, "{key}");
        }
    }
}
