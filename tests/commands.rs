//! The real program at a command line: judging here, and what it tells when it cannot.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use audient::clock::{Clock as _, SystemClock};
use audient::dev::keys::{SigningKey, published, unpublished};
use audient::dev::mint::{Mint, MintRequest};
use serde_json::{Value, json};
use tempfile::TempDir;

const ISSUER: &str = "https://auth.example.com";
const ORDERS: &str = "https://api.example.com/orders";

/// What a run left.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|why| panic!("{why}: {}", self.out))
    }

    fn error(&self) -> Value {
        self.json()["error"].clone()
    }
}

/// Runs `audient` with nothing in its environment but this.
fn audient(args: &[&str], stdin: &str, environment: &[(&str, &str)]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_audient"))
        .args(args)
        .env_clear()
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its flags reads nothing.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A folder with a configuration and a key set, and an issuer that signs.
struct Desk {
    folder: TempDir,
    mint: Mint,
    now: i64,
}

impl Desk {
    /// `issuers`: their lines in the configuration.
    fn with(issuers: &str) -> Self {
        let mint = Mint {
            issuer: ISSUER.into(),
            audience: ORDERS.into(),
            published: published().unwrap(),
            unpublished: unpublished().unwrap(),
        };
        let desk = Self {
            folder: tempfile::tempdir().unwrap(),
            mint,
            now: SystemClock.now().wall.floor_seconds(),
        };
        desk.write(
            "audient.toml",
            &format!(
                r#"{issuers}
[[audiences]]
name = "orders"
accept = ["{ORDERS}"]
issuers = ["prod"]
"#
            ),
        );
        desk.write("keys.json", &desk.jwks().to_string());
        desk
    }

    /// Keys at an address where nobody is to come.
    fn offline() -> (Self, TcpListener) {
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
        nobody.set_nonblocking(true).unwrap();
        let at = nobody.local_addr().unwrap();
        let desk = Self::with(&format!(
            r#"
[[issuers]]
name = "prod"
issuer = "{ISSUER}"
jwks_uri = "https://{at}/jwks"
[[issuers]]
name = "staging"
issuer = "https://staging.example.com"
environment = "staging"
trusted = false
"#
        ));
        (desk, nobody)
    }

    fn jwks(&self) -> Value {
        let keys: Vec<_> = (self.mint.published.iter().map(|key: &SigningKey| &key.jwk)).collect();
        json!({ "keys": keys })
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn token(&self, request: &MintRequest) -> String {
        self.mint.token(request, self.now).unwrap()
    }

    fn good(&self) -> String {
        self.token(&MintRequest::default())
    }

    /// `audient introspect --config …` with more flags.
    fn introspect(&self, more: &[&str], token: &str) -> Ran {
        let config = self.path("audient.toml");
        let mut args = vec!["introspect", "--config", &config];
        if !more.contains(&"--audience") {
            args.extend(["--audience", "orders"]);
        }
        args.extend(more);
        audient(&args, token, &[])
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn keys(&self) -> String {
        self.path("keys.json")
    }
}

#[test]
fn with_keys_in_a_file_nobody_is_asked() {
    let (desk, nobody) = Desk::offline();
    let keys = desk.keys();
    let ran = desk.introspect(&["--jwks", &keys], &desk.good());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out.starts_with(&format!("active for {ORDERS}\n")),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains('\u{1b}'), "a pipe is no terminal");

    let ran = desk.introspect(
        &["--jwks", &keys, "--output", "json", "--claims"],
        &desk.good(),
    );
    let answer = ran.json();
    assert_eq!(answer["active"], true);
    assert_eq!(answer["keys"]["state"], "KEY_SET_STATE_STATIC");
    let claims = answer["claims_json"].as_str().unwrap();
    assert!(claims.contains("dev-user"), "{claims}");

    let broken = format!("{}x", desk.good());
    let ran = desk.introspect(&["--jwks", &keys], &broken);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.starts_with("inactive\n"), "{}", ran.out);
    // A kid that the file lacks is proven absent, without looking any further.
    let unknown = desk.token(&MintRequest {
        kid: Some("rotated-away".into()),
        ..MintRequest::default()
    });
    let ran = desk.introspect(&["--jwks", &keys], &unknown);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("key-not-found"), "{}", ran.out);
    let came = nobody.accept().unwrap_err();
    assert_eq!(came.kind(), ErrorKind::WouldBlock);
}

#[test]
fn the_time_can_be_moved() {
    let (desk, _nobody) = Desk::offline();
    let keys = desk.keys();
    let token = desk.good();
    let at = |seconds: i64| {
        let at = seconds.to_string();
        desk.introspect(&["--jwks", &keys, "--at", &at], &token)
    };
    // It lives for an hour; leeway is 30 s.
    assert_eq!(at(desk.now).code, 0);
    assert_eq!(at(desk.now + 3629).code, 0);
    let late = at(desk.now + 3630);
    assert_eq!(late.code, 1);
    assert!(late.out.contains("\n  expired: "), "{}", late.out);
    let early = at(desk.now - 31);
    assert_eq!(early.code, 1);
    assert!(early.out.contains("issued-in-future"), "{}", early.out);
    assert!(early.out.contains("\n  again "), "{}", early.out);

    let rfc3339 = ["--jwks", &keys, "--at", "2020-01-01T00:00:00Z"];
    assert_eq!(desk.introspect(&rfc3339, &token).code, 1);
    let nonsense = ["--jwks", &keys, "--at", "yesterday"];
    assert_eq!(desk.introspect(&nonsense, &token).code, 2);
}

#[test]
fn an_untrusted_issuer_stays_untrusted() {
    let (desk, _nobody) = Desk::offline();
    let token = desk.token(&MintRequest {
        iss: Some("https://staging.example.com".into()),
        ..MintRequest::default()
    });
    let ran = desk.introspect(&["--jwks", &desk.keys()], &token);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("issuer-not-allowed"), "{}", ran.out);
    assert!(ran.out.contains("signature  not checked"), "{}", ran.out);
}

#[test]
fn a_wrong_question_is_told_with_the_nearest_name() {
    let (desk, _nobody) = Desk::offline();
    let keys = desk.keys();
    let flags = ["--jwks", &keys, "--audience", "order"];
    let ran = desk.introspect(&flags, &desk.good());
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert_eq!(
        ran.err,
        "audient: no audience \"order\" is configured; did you mean \"orders\"? (AUDIENCE_NOT_CONFIGURED)\n"
    );
    let with_json = [&flags[..], &["--output", "json"]].concat();
    let error = desk.introspect(&with_json, &desk.good()).error();
    assert_eq!(error["code"], "NOT_FOUND");
    assert_eq!(error["reason"], "AUDIENCE_NOT_CONFIGURED");
    assert_eq!(error["metadata"]["audience"], "order");
    assert_eq!(error["exit_code"], 2);

    let ran = desk.introspect(&["--jwks", &keys, "--scope", "two words"], &desk.good());
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("FIELD_INVALID"), "{}", ran.err);
}

#[test]
fn every_problem_of_a_configuration_is_told() {
    let desk = Desk::with("[server]\nlisen = \"127.0.0.1:1\"\n");
    let ran = desk.introspect(&[], &desk.good());
    assert_eq!(ran.code, 78);
    for part in ["server.lisen", "audiences[0].issuers[0]"] {
        assert!(ran.err.contains(part), "{part}: {}", ran.err);
    }
    let error = desk.introspect(&["--output", "json"], &desk.good()).error();
    assert_eq!(error["code"], "CONFIGURATION");
    let problems = error["problems"].as_array().unwrap();
    assert_eq!(problems.len(), ran.err.lines().count());
}

#[test]
fn a_key_file_is_checked_as_the_configuration_s() {
    let (desk, _nobody) = Desk::offline();
    let token = desk.good();
    let told = |file: &str, part: &str| {
        let ran = desk.introspect(&["--jwks", &desk.path(file)], &token);
        assert_eq!(ran.code, 78, "{file}: {}", ran.out);
        let line = ran.err.strip_prefix("audient: --jwks: ");
        assert!(
            line.is_some_and(|line| line.contains(part)),
            "{file}: {}",
            ran.err
        );
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    };
    told("missing.json", "is not there; check the path");
    desk.write("list.json", "[]");
    told("list.json", "is no JWK Set");
    desk.write("empty.json", r#"{"keys": []}"#);
    told("empty.json", "has no usable key");
    // A file of the configuration's is not even opened.
    let desk = Desk::with(&format!(
        "[[issuers]]\nname = \"prod\"\nissuer = \"{ISSUER}\"\njwks_file = \"nowhere.json\"\n"
    ));
    assert_eq!(desk.introspect(&[], &desk.good()).code, 78);
    assert_eq!(
        desk.introspect(&["--jwks", &desk.keys()], &desk.good())
            .code,
        0
    );
}

#[test]
fn secrets_and_public_keys_are_kept_apart_here_too() {
    let desk = Desk::with(&format!(
        "[[issuers]]\nname = \"prod\"\nissuer = \"{ISSUER}\"\nalgorithms = [\"HS256\"]\njwks_file = \"nowhere.json\"\n"
    ));
    let ran = desk.introspect(&["--jwks", &desk.keys()], &desk.good());
    assert_eq!(ran.code, 78);
    assert!(ran.err.contains("HS* needs oct keys alone"), "{}", ran.err);
    let secret = json!({ "keys": [{ "kty": "oct", "k": "A".repeat(43) }] });
    desk.write("secret.json", &secret.to_string());
    let ran = desk.introspect(&["--jwks", &desk.path("secret.json")], &desk.good());
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("algorithm-not-allowed"), "{}", ran.out);
}

#[test]
fn here_and_at_a_service_exclude_each_other() {
    let (desk, _nobody) = Desk::offline();
    let (keys, token) = (desk.keys(), desk.good());
    for flags in [
        &["--addr", "127.0.0.1:1"][..],
        &["--tls"],
        &["--server-name", "x"],
    ] {
        let ran = desk.introspect(&[flags, &["--jwks", &keys]].concat(), &token);
        assert_eq!(ran.code, 2, "{flags:?}");
        let both = ran.err.contains("--config") && ran.err.contains(flags[0]);
        assert!(both, "{}", ran.err);
    }
    // The environment's address is for other commands as well.
    let config = desk.path("audient.toml");
    let line = [
        "introspect",
        "--audience",
        "orders",
        "--config",
        &config,
        "--jwks",
        &keys,
    ];
    let ran = audient(&line, &token, &[("AUDIENT_ADDR", "127.0.0.1:1")]);
    assert_eq!(ran.code, 0, "{}", ran.err);

    for flags in [["--jwks", &keys], ["--at", "0"]] {
        let line = [&["introspect", "--audience", "orders"][..], &flags].concat();
        let ran = audient(&line, &token, &[]);
        assert_eq!(ran.code, 2, "{flags:?}");
        assert!(ran.err.contains("--config <PATH>"), "{}", ran.err);
        let line = [&line[..], &["--output", "json"]].concat();
        let error = audient(&line, &token, &[]).error();
        assert_eq!(
            (&error["code"], &error["exit_code"]),
            (&json!("USAGE"), &json!(2))
        );
    }
}

#[test]
fn no_token_is_a_question_and_a_hint() {
    let (desk, _nobody) = Desk::offline();
    let ran = desk.introspect(&["--jwks", &desk.keys()], "\n");
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("token-missing"), "{}", ran.out);
    assert!(ran.err.contains("AUDIENT_TOKEN"), "{}", ran.err);
    let ran = desk.introspect(&["--token-file", "/not/there", "--output", "json"], "");
    assert_eq!((ran.code, ran.error()["code"].as_str()), (2, Some("USAGE")));
}

/// Nobody listens on a port of the system's.
const CLOSED: &str = "127.0.0.1:1";

/// Answers one request with this document.
fn serve_once(listener: TcpListener, body: String) {
    std::thread::spawn(move || {
        let (mut peer, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            peer.read_exact(&mut byte).unwrap();
            request.push(byte[0]);
        }
        let length = body.len();
        write!(
            peer,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )
        .unwrap();
    });
}

fn over_http(at: &str, other: &str) -> String {
    format!(
        r#"
[insecure]
allow_http = true
[[issuers]]
name = "prod"
issuer = "{ISSUER}"
jwks_uri = "http://{at}/jwks"
[[issuers]]
name = "other"
issuer = "https://other.example.com"
jwks_uri = "http://{other}/jwks"
[[audiences]]
name = "payments"
accept = ["https://api.example.com/payments"]
issuers = ["other"]
"#
    )
}

#[test]
fn without_a_key_file_the_issuers_of_the_audience_are_asked() {
    let [issuer, nobody] = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    nobody.set_nonblocking(true).unwrap();
    let [at, other] = [&issuer, &nobody].map(|one| one.local_addr().unwrap().to_string());
    let desk = Desk::with(&over_http(&at, &other));
    serve_once(issuer, desk.jwks().to_string());
    let ran = desk.introspect(&[], &desk.good());
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("key set    fresh"), "{}", ran.out);
    assert_eq!(nobody.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn an_issuer_that_cannot_be_reached_is_no_verdict() {
    let desk = Desk::with(&over_http(CLOSED, CLOSED));
    let ran = desk.introspect(&["--output", "json"], &desk.good());
    assert_eq!(ran.code, 3, "{}", ran.err);
    let error = ran.error();
    assert_eq!(error["code"], "UNAVAILABLE");
    assert_eq!(error["reason"], "KEYS_UNAVAILABLE");
    assert_eq!(
        error["metadata"],
        json!({ "issuer": "prod", "audience": "orders" })
    );
    assert!(
        error["retry_after_s"]
            .as_u64()
            .is_some_and(|wait| wait >= 1),
        "{error}"
    );
    // Why, for the person who can mend it.
    let notes = error["notes"].as_array().unwrap();
    assert!(
        notes[0]
            .as_str()
            .unwrap()
            .starts_with("keys of issuer prod: "),
        "{notes:?}"
    );
    assert!(ran.err.contains("keys of issuer prod: "), "{}", ran.err);
    // What is bad anyway needs no keys.
    let expired = desk.token(&MintRequest {
        expires_in: Some(-3600),
        ..MintRequest::default()
    });
    let ran = desk.introspect(&[], &expired);
    assert_eq!(ran.code, 1, "{}", ran.err);
}

#[test]
fn nobody_at_the_service_is_no_verdict_either() {
    let line = ["introspect", "--audience", "orders", "--output", "json"];
    let ran = audient(&line, "x", &[("AUDIENT_ADDR", CLOSED)]);
    assert_eq!(ran.code, 3);
    assert_eq!(ran.error()["code"], "UNAVAILABLE");
    let ran = audient(
        &["health", "--output", "json"],
        "",
        &[("AUDIENT_ADMIN_ADDR", CLOSED)],
    );
    assert_eq!(
        (ran.code, ran.error()["code"].as_str()),
        (1, Some("FAILED"))
    );
    let issuer = format!("http://{CLOSED}");
    let ran = audient(
        &["mint", "--output", "json"],
        "",
        &[("AUDIENT_ISSUER", &issuer)],
    );
    assert_eq!(
        (ran.code, ran.error()["code"].as_str()),
        (1, Some("FAILED"))
    );
}

#[test]
fn help_is_an_answer_and_a_slip_is_not() {
    let ran = audient(&["introspect", "--help"], "", &[]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    assert!(ran.out.contains("Exit codes:"));
    let ran = audient(&[], "", &[]);
    assert_eq!((ran.code, &*ran.out), (2, ""));
    let ran = audient(&["man", "introspec"], "", &[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("'introspect'"), "{}", ran.err);
    let ran = audient(&["completions", "fish", "--output", "json"], "", &[]);
    assert_eq!((ran.code, &ran.json()["shell"]), (0, &json!("fish")));
    let ran = audient(&["man", "serve", "--output", "json"], "", &[]);
    assert!(
        ran.json()["page"]
            .as_str()
            .unwrap()
            .contains(".TH AUDIENT-SERVE 1")
    );
}
