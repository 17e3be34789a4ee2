//! What a person has at hand: the program, a configuration, keys, tokens.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use audient::clock::{Clock as _, SystemClock};
use audient::dev::keys::{SigningKey, published, unpublished};
use audient::dev::mint::{Mint, MintRequest};
use serde_json::{Value, json};
use tempfile::TempDir;

pub const ISSUER: &str = "https://auth.example.com";
pub const ORDERS: &str = "https://api.example.com/orders";

/// What a run left.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|why| panic!("{why}: {}", self.out))
    }

    pub fn error(&self) -> Value {
        self.json()["error"].clone()
    }
}

/// Runs `audient` with nothing in its environment but this.
pub fn audient(args: &[&str], stdin: &str, environment: &[(&str, &str)]) -> Ran {
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
pub struct Desk {
    pub folder: TempDir,
    pub mint: Mint,
    pub now: i64,
}

impl Desk {
    /// `issuers`: their lines in the configuration.
    pub fn with(issuers: &str) -> Self {
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
    pub fn offline() -> (Self, TcpListener) {
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

    pub fn jwks(&self) -> Value {
        let keys: Vec<_> = (self.mint.published.iter().map(|key: &SigningKey| &key.jwk)).collect();
        json!({ "keys": keys })
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn token(&self, request: &MintRequest) -> String {
        self.mint.token(request, self.now).unwrap()
    }

    pub fn good(&self) -> String {
        self.token(&MintRequest::default())
    }

    /// `audient introspect --config …` with more flags.
    pub fn introspect(&self, more: &[&str], token: &str) -> Ran {
        let config = self.path("audient.toml");
        let mut args = vec!["introspect", "--config", &config];
        if !more.contains(&"--audience") {
            args.extend(["--audience", "orders"]);
        }
        args.extend(more);
        audient(&args, token, &[])
    }

    pub fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    pub fn keys(&self) -> String {
        self.path("keys.json")
    }
}
