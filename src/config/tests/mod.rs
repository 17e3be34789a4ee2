//! A folder of configuration files, and what comes of loading them.

mod digest;
mod example;
mod issuers;
mod meant;
mod problems;
mod shown;
mod sources;
mod values;

use std::collections::BTreeMap;
use std::path::PathBuf;

use tempfile::TempDir;

use super::{Config, load};
use crate::token::numeric_date::NumericDate;

/// A good configuration, without `[server]`, `[keys]` and `[insecure]`.
const GOOD: &str = r#"
[[issuers]]
name = "prod"
issuer = "https://auth.example.com"
[[audiences]]
name = "orders"
accept = ["https://api.example.com/orders"]
issuers = ["prod"]
"#;

/// RFC 7517 appendix A.1.
const PUBLIC: &str = r#"{"keys": [{"kty": "EC", "crv": "P-256", "kid": "1",
"x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
"y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}"#;

const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----
MIIBezCCASGgAwIBAgIUS8XL+mXzbCMVYwsOrgJVYLgBZWkwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHVGVzdCBDQTAgFw0yNjExMjUwNzI5MjNaGA8yMTI2MTEwMTA3
MjkyM1owEjEQMA4GA1UEAwwHVGVzdCBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABPLxmJChdWA9zeYVO6fNusCLWfF5DJ/MUKT4+mKIho/uUY2a7PvSAiV46zwA
qu3an8cff2uXFZkBHcbfancPMMqjUzBRMB0GA1UdDgQWBBScaUvsVDkW/31R/8wQ
E5So9OYdEDAfBgNVHSMEGDAWgBScaUvsVDkW/31R/8wQE5So9OYdEDAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIHK6yUMjSk/MUnSG6i2mfXmZSWUl
cnpnHGK7WeUby/lmAiEAgNs0MiwVt3iX/1FerZC/R9ybsWsiDSpUdK/Bv6AC6mY=
-----END CERTIFICATE-----
";

struct Folder {
    dir: TempDir,
    environment: BTreeMap<String, String>,
}

impl Folder {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        Self {
            dir,
            environment: BTreeMap::new(),
        }
    }

    fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.into(), value.into());
        self
    }

    /// Loads these names; problems tell files as named here.
    fn load(&self, names: &[&str]) -> Result<Config, Vec<String>> {
        let paths: Vec<PathBuf> = names
            .iter()
            .map(|name| self.dir.path().join(name))
            .collect();
        let prefix = format!("{}/", self.dir.path().display());
        load(&paths, &self.environment, NumericDate::from_seconds(1)).map_err(|problems| {
            assert!(!problems.is_empty());
            problems
                .iter()
                .map(|problem| problem.to_string().replace(&prefix, ""))
                .collect()
        })
    }
}

/// Loads one file.
fn load_text(text: &str) -> Result<Config, Vec<String>> {
    Folder::new().file("a.toml", text).load(&["a.toml"])
}

/// The only problem of one file.
fn only_problem(text: &str) -> String {
    let problems = load_text(text).expect_err("a problem");
    assert_eq!(problems.len(), 1, "{problems:#?}");
    problems.into_iter().next().unwrap()
}

/// The good configuration with lines added to its issuer and its audience.
fn good_with(top: &str, issuer: &str, audience: &str) -> String {
    format!(
        "{top}\n{}",
        GOOD.replace("[[audiences]]", &format!("{issuer}\n[[audiences]]")) + audience
    )
}
