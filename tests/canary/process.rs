//! The program itself at `RUST_LOG=trace`: its own filter, runtimes and panic hook.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStderr, Command, Stdio};

use audient::clock::{Clock as _, SystemClock};
use audient::pb::introspection_service_client::IntrospectionServiceClient;
use serde_json::Value;
use tempfile::TempDir;
use tonic::transport::Endpoint;

use crate::asked::together;
use crate::corpus;
use crate::draft::document;
use crate::minted::questions;
use crate::outputs::{Outputs, Pieces};

/// Ends with the test, however that ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const SERVICE: &str = r#"
[server]
listen = "127.0.0.1:0"
admin_listen = "127.0.0.1:0"

[[issuers]]
name = "prod"
issuer = "https://auth.example.com"
jwks_file = "dev.json"
"#;

/// Keys from a file, and as few audiences as the questions need.
fn configured(folder: &TempDir) {
    let keys = document("dev.json").unwrap().to_string();
    fs::write(folder.path().join("dev.json"), keys).unwrap();
    let audiences = [
        ("orders", "https://api.example.com/orders"),
        ("deploy", "urn:acme:deploy"),
        ("tenants", "urn:acme:tenants"),
        ("roles", "urn:acme:roles"),
        ("scopes", "urn:acme:scopes"),
        ("clients", "urn:acme:clients"),
    ]
    .map(|(name, accept)| {
        format!("[[audiences]]\nname = \"{name}\"\naccept = [\"{accept}\"]\nissuers = [\"prod\"]\n")
    });
    let config = format!("{SERVICE}{}", audiences.concat());
    fs::write(folder.path().join("audient.toml"), config).unwrap();
}

/// The program, the rest of its log, and where it listens.
fn start(folder: &TempDir) -> (Running, BufReader<ChildStderr>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_audient"))
        .args(["serve", "--config"])
        .arg(folder.path().join("audient.toml"))
        .env("RUST_LOG", "trace")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let running = Running(child);
    let mut line = String::new();
    while log.read_line(&mut line).unwrap() > 0 {
        let json: Value = serde_json::from_str(&line).unwrap_or_default();
        if json["message"] == "serving" {
            let listen = json["listen"].as_str().unwrap().to_owned();
            return (running, log, listen);
        }
        line.clear();
    }
    panic!("it does not serve");
}

#[tokio::test]
async fn the_program_writes_no_piece_of_a_token() {
    let folder = TempDir::new().unwrap();
    configured(&folder);
    let (mut running, mut log, listen) = start(&folder);
    // Read as it comes: a full pipe would hold up the program.
    let log = std::thread::spawn(move || {
        let mut text = Vec::new();
        log.read_to_end(&mut text).unwrap();
        String::from_utf8(text).unwrap()
    });
    let channel = Endpoint::from_shared(format!("http://{listen}")).unwrap();
    let client = IntrospectionServiceClient::new(channel.connect_lazy());
    let mut questions = questions(SystemClock.now().wall.floor_seconds());
    // Where the vectors are, they, too.
    let vectors = corpus::tokens().unwrap_or_default();
    questions.extend(
        vectors
            .into_iter()
            .map(|asked| ("orders".to_owned(), asked.token)),
    );

    let mut outputs = Outputs::default();
    together(&client, &questions, &mut outputs).await;
    running.0.kill().unwrap();
    let log = log.join().unwrap();
    outputs.add(&log);
    for captured in ["\"inactive\"", "\"TRACE\""] {
        assert!(log.contains(captured), "{captured} was not captured");
    }
    assert!(!log.contains("\"panic\""));
    let mut pieces = Pieces::default();
    for (_, token) in &questions {
        pieces.add(token);
    }
    assert_eq!(outputs.leaks(&pieces), Vec::<&str>::new());
}
