//! An issuer as a configuration has it.

use std::path::PathBuf;

use serde_json::json;

use crate::command::{asked, doctor};
use crate::issuer::{Issuer, JWKS, dated, elliptic, rsa};

struct Configuration {
    folder: tempfile::TempDir,
}

impl Configuration {
    fn new(issuers: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "{issuers}\n[[audiences]]\nname = \"orders\"\naccept = [\"orders\"]\nissuers = [\"shop\"]\n\
             leeway = \"10s\"\n\n[insecure]\nallow_http = true\n"
        );
        std::fs::write(folder.path().join("audient.toml"), text).unwrap();
        Self { folder }
    }

    fn of(issuer: &Issuer, more: &str) -> Self {
        let (origin, other) = (&issuer.origin, "trusted = false");
        Self::new(&format!(
            "[[issuers]]\nname = \"shop\"\nissuer = \"{origin}\"\n{more}\n\
             [[issuers]]\nname = \"staging\"\nissuer = \"https://staging.example\"\n{other}\n"
        ))
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("audient.toml")
    }

    fn path(&self) -> String {
        self.file().display().to_string()
    }
}

#[tokio::test]
async fn by_name_or_by_identifier() {
    let issuer = Issuer::http().await;
    let configuration = Configuration::of(&issuer, "");
    for wanted in ["shop", &issuer.origin] {
        let seen = asked(&[wanted, "--config", &configuration.path()]).await;
        seen.passes("issuer", "ok", &[]);
        assert_eq!(
            (&seen.json["name"], &seen.json["issuer"]),
            (&json!("shop"), &json!(issuer.origin))
        );
        // It is there already.
        assert!(seen.json.get("configuration").is_none());
    }
}

#[tokio::test]
async fn a_name_that_is_none() {
    let issuer = Issuer::http().await;
    let configuration = Configuration::of(&issuer, "");
    let ran = doctor(&["stagin", "--config", &configuration.path()]).await;
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(
        ran.err
            .contains("did you mean staging? configured: shop, staging"),
        "{}",
        ran.err
    );
    let ran = doctor(&["https://b.example", "--config", &configuration.path()]).await;
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("configured: shop, staging"), "{}", ran.err);
    assert!(!ran.err.contains("did you mean"), "{}", ran.err);
}

#[tokio::test]
async fn a_configuration_with_problems() {
    let configuration = Configuration::new("[[issuers]]\nname = \"shop\"\nisuer = \"x\"\n");
    let ran = doctor(&["shop", "--config", &configuration.path()]).await;
    assert_eq!((ran.code, ran.out.as_str()), (78, ""));
    assert!(ran.err.contains("did you mean issuer?"), "{}", ran.err);
}

#[tokio::test]
async fn its_algorithms_are_held_against_the_keys() {
    let issuer = Issuer::http().await;
    let path = Configuration::of(&issuer, "algorithms = [\"ES384\"]");
    let seen = asked(&["shop", "--config", &path.path()]).await;
    seen.fails(
        1,
        "algorithms",
        &["keys verify RS256, ES256", "one of ES384"],
    );
    let path = Configuration::of(&issuer, "algorithms = [\"ES256\"]");
    let seen = asked(&["shop", "--config", &path.path()]).await;
    seen.passes("algorithms", "ok", &["not listed here: RS256"]);
}

#[tokio::test]
async fn the_leeway_of_its_audiences_bounds_the_clocks() {
    let issuer = Issuer::http().await;
    issuer.at(JWKS, dated(&json!({ "keys": [rsa("a")] }), 60));
    let configuration = Configuration::of(&issuer, "");
    let seen = asked(&["shop", "--config", &configuration.path()]).await;
    seen.fails(
        1,
        "clock",
        &["behind the issuer's", "less than the leeway of 10 s"],
    );
}

#[tokio::test]
async fn an_issuer_of_a_file_and_one_without_keys() {
    let issuer = Issuer::http().await;
    let configuration = Configuration::of(&issuer, "jwks_file = \"keys.json\"");
    let keys = json!({ "keys": [elliptic("a"), rsa("b")] });
    std::fs::write(
        configuration.folder.path().join("keys.json"),
        keys.to_string(),
    )
    .unwrap();
    let seen = asked(&["shop", "--config", &configuration.path()]).await;
    seen.passes(
        "key_set",
        "ok",
        &["jwks_file", "keys.json, 2 keys", "nothing is fetched"],
    );
    assert_eq!(seen.json["keys"].as_array().unwrap().len(), 2);
    assert_eq!(issuer.asked(JWKS), 0);
    let seen = asked(&["staging", "--config", &configuration.path()]).await;
    seen.passes("key_set", "skipped", &["trusted = false"]);
}
