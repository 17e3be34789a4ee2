//! Several files, folders, YAML, the environment and variables.

use super::{CERTIFICATE, Folder, GOOD, PUBLIC, load_text, only_problem};
use crate::jwks::source::KeySource;
use std::time::Duration;

const OTHER: &str = "
issuers:
  - name: other
    issuer: https://other.example
audiences:
  - name: payments
    accept: [https://api.example.com/payments]
    issuers: [other, prod]
    leeway: 10s
    max_audiences: 2
    require_expiry: false
    required_claims:
      - { name: tid, any_of: [1, a, true, 0.5] }
";

#[test]
fn files_join_and_the_later_scalar_wins() {
    let config = Folder::new()
        .file(
            "a.toml",
            format!("[server]\ndrain = '1s'\nmax_token_bytes = 2000\n{GOOD}"),
        )
        .file(
            "b.yaml",
            format!("server:\n  drain: 2s\n  disclosure: codes\n{OTHER}"),
        )
        .load(&["a.toml", "b.yaml"])
        .unwrap();
    assert_eq!(config.server.drain, Duration::from_secs(2));
    assert_eq!(config.server.max_token_bytes, 2000);
    let names: Vec<_> = config
        .issuers
        .iter()
        .map(|one| one.issuer.name.as_str())
        .collect();
    assert_eq!(names, ["prod", "other"]);
    let names: Vec<_> = config
        .audiences
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["orders", "payments"]);
    assert_eq!(config.audiences[1].issuers.len(), 2);
}

#[test]
fn the_order_of_paths_is_the_order_of_files() {
    let folder = Folder::new()
        .file("a.toml", format!("[server]\ndrain = '1s'\n{GOOD}"))
        .file("b.toml", "[server]\ndrain = '2s'\n");
    let drain = |names: &[&str]| folder.load(names).unwrap().server.drain.as_secs();
    assert_eq!(drain(&["a.toml", "b.toml"]), 2);
    assert_eq!(drain(&["b.toml", "a.toml"]), 1);
}

#[test]
fn a_value_that_is_replaced_is_not_read() {
    let folder = Folder::new()
        .file("a.toml", format!("[server]\nlisten = '${{NOPE}}'\n{GOOD}"))
        .file("b.toml", "[server]\nlisten = '127.0.0.1:7'\n");
    assert_eq!(
        folder
            .load(&["a.toml", "b.toml"])
            .unwrap()
            .server
            .listen
            .port(),
        7
    );
}

#[test]
fn a_folder_is_read_by_name() {
    let folder = Folder::new()
        .file("conf/20.toml", "[server]\ndrain = '20s'\n")
        .file(
            "conf/10.yaml",
            OTHER.replace(", prod", "") + "server: { drain: 10s }\n",
        )
        .file("conf/15.toml", GOOD)
        .file("conf/.hidden.toml", "what = 1")
        .file("conf/README.md", "[server]")
        .file("conf/30.toml.bak", "what = 1")
        .file("conf/sub/40.toml", "what = 1");
    let config = folder.load(&["conf"]).unwrap();
    assert_eq!(config.server.drain, Duration::from_secs(20));
    assert_eq!(config.issuers[0].issuer.name.as_str(), "other");
    let folder = folder.file("last.toml", "[server]\ndrain = '30s'\n");
    assert_eq!(
        folder
            .load(&["conf", "last.toml"])
            .unwrap()
            .server
            .drain
            .as_secs(),
        30
    );
}

#[test]
fn what_cannot_be_read_is_told_by_file() {
    let folder = Folder::new()
        .file("empty/notes.txt", "")
        .file("latin.toml", b"a = \"\xe9\"")
        .file("bad.toml", "[server]\nlisten = \n")
        .file("twice.toml", "[server]\ndrain = '1s'\ndrain = '2s'\n")
        .file("bad.yaml", "a: [1\n")
        .file("twice.yaml", "server:\n  drain: 1s\n  drain: 2s\n")
        .file("list.yaml", "- a\n")
        .file("two.yaml", "a: 1\n---\nb: 2\n")
        .file("conf.json", "{}");
    for (name, wanted) in [
        ("nope.toml", "nope.toml: is not there; check the path"),
        (
            "empty",
            "empty: holds no *.toml and no *.yaml; name a file, or another folder",
        ),
        ("latin.toml", "latin.toml: is not UTF-8; save it as UTF-8"),
        (
            "bad.toml",
            "bad.toml: cannot be read as it is written (TOML parse error at line 2, column 10: ",
        ),
        (
            "twice.toml",
            "(TOML parse error at line 3, column 1: duplicate key); correct the syntax",
        ),
        (
            "bad.yaml",
            "bad.yaml: cannot be read as it is written (while parsing a flow sequence",
        ),
        ("twice.yaml", "duplicated key in mapping"),
        (
            "list.yaml",
            "list.yaml: cannot be read as it is written (invalid type: sequence, expected a map",
        ),
        ("two.yaml", "Got 2 YAML documents, expected 1"),
        (
            "conf.json",
            "conf.json: is neither TOML nor YAML by its name; call it *.toml or *.yaml",
        ),
    ] {
        let problems = folder.load(&[name]).unwrap_err();
        let [problem] = problems.as_slice() else {
            panic!("{name}: {problems:#?}")
        };
        assert!(problem.contains(wanted), "{problem}\nwanted: {wanted}");
        assert!(!problem.contains('\n'), "{problem}");
    }
    assert_eq!(
        folder.load(&[]).unwrap_err(),
        ["configuration: no file is named; give a file or a folder of *.toml and *.yaml"]
    );
}

#[test]
fn a_name_twice_is_told_with_both_places() {
    let folder = Folder::new().file("a.toml", GOOD).file("b.toml", GOOD);
    assert_eq!(
        folder.load(&["a.toml", "b.toml"]).unwrap_err(),
        [
            "b.toml: audiences[0].name: this name is used already, at a.toml: audiences[0].name; give one of them another name",
            "b.toml: issuers[0].name: this name is used already, at a.toml: issuers[0].name; give one of them another name",
        ]
    );
    // An issuer and an audience are different things.
    load_text(&GOOD.replace("\"orders\"", "\"prod\"")).unwrap();
}

#[test]
fn nothing_is_configured() {
    assert_eq!(
        load_text("").unwrap_err(),
        [
            "a.toml: audiences: none is configured; say what callers ask for: [[audiences]]",
            "a.toml: issuers: none is configured; say who signs: [[issuers]]",
        ]
    );
    assert_eq!(
        load_text("issuers = []\naudiences = 7").unwrap_err(),
        ["a.toml: audiences: found the integer 7; write a list of tables, [[audiences]]",]
    );
}

#[test]
fn relative_paths_start_at_the_file_that_names_them() {
    let config = Folder::new()
        .file("conf/keys/prod.json", PUBLIC)
        .file(
            "conf/a.toml",
            GOOD.replace(
                "[[audiences]]",
                "jwks_file = 'keys/prod.json'\n[[audiences]]",
            ),
        )
        .file("other/ca.pem", CERTIFICATE)
        .file("other/b.toml", "[issuer_defaults]\nca_file = 'ca.pem'\n")
        .load(&["conf", "other/b.toml"])
        .unwrap();
    let KeySource::File { path, .. } = &config.issuers[0].keys else {
        panic!()
    };
    assert!(path.ends_with("conf/keys/prod.json"));
}

#[test]
fn the_environment_sets_scalars_of_some_sections() {
    let folder = Folder::new().file("a.toml", format!("[server]\ndrain = '1s'\n{GOOD}"));
    let config = folder
        .variable("AUDIENT__SERVER__DRAIN", "2s")
        .variable("AUDIENT__SERVER__LISTEN", "0.0.0.0:7")
        .variable("AUDIENT__SERVER__REFLECTION", "false")
        .variable("AUDIENT__SERVER__MAX_TOKEN_BYTES", "2000")
        .variable("AUDIENT__KEYS__WAIT", "3s")
        .variable("AUDIENT__INSECURE__PLAINTEXT", "true")
        .variable("AUDIENT_TOKEN", "not ours")
        .variable("AUDIENT_ADDR", "not ours")
        .variable("audient__server__drain", "not ours")
        .variable("LISTEN", "not ours")
        .load(&["a.toml"])
        .unwrap();
    assert_eq!(config.server.drain, Duration::from_secs(2));
    assert_eq!(config.server.listen.to_string(), "0.0.0.0:7");
    assert_eq!(config.server.max_token_bytes, 2000);
    assert!(!config.server.reflection && config.insecure.plaintext);
    let KeySource::Remote(remote) = &config.issuers[0].keys else {
        panic!()
    };
    assert_eq!(remote.timing.wait, Duration::from_secs(3));
}

#[test]
fn what_the_environment_says_wrongly_is_told_without_its_value() {
    for (variable, value, wanted) in [
        (
            "AUDIENT__SERVER__LISTEN",
            "hunter2",
            "found another value; write an IP address",
        ),
        (
            "AUDIENT__SERVER__REFLECTION",
            "yes",
            "found another value; write true or false",
        ),
        ("AUDIENT__SERVER__REFLECTION", "TRUE", "write true or false"),
        (
            "AUDIENT__SERVER__MAX_TOKEN_BYTES",
            "16k",
            "write a whole number of bytes",
        ),
        (
            "AUDIENT__SERVER__MAX_TOKEN_BYTES",
            "99999999999999999999999",
            "is out of range",
        ),
        (
            "AUDIENT__SERVER__DRAIN",
            "25",
            "write a duration with its unit",
        ),
        ("AUDIENT__SERVER__DRAIN", "", "is empty"),
        (
            "AUDIENT__SERVER__LISEN",
            "x",
            "unknown key; did you mean AUDIENT__SERVER__LISTEN?",
        ),
        ("AUDIENT__SERVER__WORKERS", "x", "a later version brings it"),
        ("AUDIENT__CACHE__SIZE", "x", "a later version brings it"),
        ("AUDIENT__ISSUERS__0__NAME", "x", "sets nothing"),
        ("AUDIENT__SERVER", "x", "sets nothing"),
        ("AUDIENT__", "x", "sets nothing"),
        ("AUDIENT__server__listen", "x", "sets nothing"),
    ] {
        let folder = Folder::new().file("a.toml", GOOD).variable(variable, value);
        let problems = folder.load(&["a.toml"]).unwrap_err();
        let [problem] = problems.as_slice() else {
            panic!("{variable}: {problems:#?}")
        };
        assert!(
            problem.starts_with(&format!("environment: {variable}: ")),
            "{problem}"
        );
        assert!(problem.contains(wanted), "{problem}\nwanted: {wanted}");
        assert!(value.len() < 3 || !problem.contains(value), "{problem}");
    }
}

#[test]
fn variables_are_filled_in_and_never_told() {
    let text = GOOD.replace(
        "https://auth.example.com",
        "https://${HOST}/${TENANT:-main}",
    );
    let folder = Folder::new()
        .file("a.toml", &text)
        .variable("HOST", "secret.example");
    let config = folder.load(&["a.toml"]).unwrap();
    assert_eq!(
        &*config.issuers[0].issuer.identifier,
        "https://secret.example/main"
    );
    let folder = folder.variable("HOST", "secret example");
    assert_eq!(
        folder.load(&["a.toml"]).unwrap_err(),
        [
            r#"a.toml: issuers[0].issuer: "https://${HOST}/${TENANT:-main}" holds a blank; remove it"#
        ]
    );
    assert_eq!(
        only_problem(&text),
        "a.toml: issuers[0].issuer: the variable HOST is not set; set it, or write ${HOST:-default}"
    );
}

#[test]
fn no_value_of_a_variable_is_in_any_problem() {
    let folder = Folder::new()
        .variable("S", "s3cr3t")
        .file("s3cr3tX", "no keys")
        .file(
            "a.toml",
            r#"
[server]
listen = "${S}"
disclosure = "${S}"
drain = "${S}"
reflection = "${S}"
[[issuers]]
name = "${S}!"
issuer = "${S}"
algorithms = ["${S}"]
ca_file = "${S}"
[[issuers]]
name = "${S}a"
issuer = "${S}"
jwks_file = "${S}X"
[[issuers]]
name = "${S}a"
issuer = "x"
jwks_uri = "http://${S}"
discovery_url = "${S}"
[[issuers]]
name = "plain-${S}"
issuer = "https://${S}"
trusted = false
[[issuers]]
name = "b-${S}"
issuer = "https://${S}"
[[issuers]]
name = "c-${S}"
issuer = "https://${S}"
[[audiences]]
name = "${S}."
accept = ["${S}"]
issuers = ["${S}b", "plain-${S}"]
required_scopes = ["${S} x"]
subjects = [1]
sender_constrained = "${S}"
[[audiences]]
name = "${S}."
accept = ["${S}"]
issuers = ["b-${S}", "c-${S}"]
algorithms = ["HS256"]
"#,
        );
    let problems = folder.load(&["a.toml"]).unwrap_err();
    assert!(problems.len() > 18, "{problems:#?}");
    for problem in problems {
        assert!(!problem.contains("s3cr3t"), "{problem}");
    }
}
