//! Certificates that are not believed, told apart.

use std::path::PathBuf;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::command::{Examined, asked, doctor};
use crate::issuer::Issuer;

/// A CA, and the file that it is trusted by.
struct Ca {
    own: CertifiedIssuer<'static, KeyPair>,
    folder: tempfile::TempDir,
}

impl Ca {
    fn new() -> Self {
        Self::named("a CA of this test")
    }

    fn named(name: &str) -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let own = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), own.pem()).unwrap();
        Self { own, folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// An issuer whose certificate is as `bend` makes it.
    async fn issuer(&self, name: &str, bend: impl FnOnce(&mut CertificateParams)) -> Issuer {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        bend(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.own).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        Issuer::https(config).await
    }

    async fn ask(&self, issuer: &Issuer) -> Examined {
        asked(&[&issuer.origin, "--ca", self.file().to_str().unwrap()]).await
    }
}

#[tokio::test]
async fn a_certificate_that_is_trusted() {
    let ca = Ca::new();
    let issuer = ca.issuer("127.0.0.1", |_| {}).await;
    let seen = ca.ask(&issuer).await;
    seen.passes("connection", "ok", &["TLS with 127.0.0.1:"]);
    let entry = seen.json["configuration"].as_str().unwrap();
    assert!(
        entry.contains(&format!("ca_file = \"{}\"", ca.file().display())),
        "{entry}"
    );
    assert!(!entry.contains("allow_http"), "{entry}");
}

#[tokio::test]
async fn expired() {
    let ca = Ca::new();
    let issuer = ca
        .issuer("127.0.0.1", |params| {
            params.not_after = date_time_ymd(2020, 2, 1);
        })
        .await;
    let seen = ca.ask(&issuer).await;
    seen.fails(
        1,
        "connection",
        &[
            "has expired: it was valid until 2020-02-01T00:00:00Z",
            "renew",
        ],
    );
}

#[tokio::test]
async fn not_yet_valid() {
    let ca = Ca::new();
    let issuer = ca
        .issuer("127.0.0.1", |params| {
            params.not_before = date_time_ymd(4000, 2, 1);
        })
        .await;
    let seen = ca.ask(&issuer).await;
    seen.fails(
        1,
        "connection",
        &[
            "not valid yet: only from 4000-02-01T00:00:00Z",
            "clock is behind",
        ],
    );
}

#[tokio::test]
async fn for_another_name() {
    let ca = Ca::new();
    let issuer = ca.issuer("other.example", |_| {}).await;
    let seen = ca.ask(&issuer).await;
    seen.fails(1, "connection", &["for another name", "other.example"]);
}

#[tokio::test]
async fn by_a_ca_that_nobody_trusts() {
    let (ca, other) = (Ca::new(), Ca::named("another CA"));
    let issuer = other.issuer("127.0.0.1", |_| {}).await;
    ca.ask(&issuer).await.fails(
        1,
        "connection",
        &["not from a CA that is trusted here", "ca_file"],
    );
    let by_this_machine = asked(&[&issuer.origin]).await;
    by_this_machine.fails(
        1,
        "connection",
        &["not from a CA that is trusted here", "--ca FILE"],
    );
}

#[tokio::test]
async fn by_a_ca_that_was_made_anew() {
    let (old, new) = (Ca::new(), Ca::new());
    let issuer = new.issuer("127.0.0.1", |_| {}).await;
    let words = [
        "not signed by the CA of that name",
        "the CA of before a change",
    ];
    old.ask(&issuer).await.fails(1, "connection", &words);
}

#[tokio::test]
async fn no_tls_at_all() {
    let issuer = Issuer::http().await;
    let origin = issuer.origin.replace("http://", "https://");
    asked(&[&origin])
        .await
        .fails(1, "connection", &["does not speak TLS", "plain http"]);
}

#[tokio::test]
async fn keys_over_plain_http() {
    let ca = Ca::new();
    let issuer = ca.issuer("127.0.0.1", |_| {}).await;
    issuer.keys_at("http://127.0.0.1:1/jwks.json?key=secret");
    let seen = ca.ask(&issuer).await;
    seen.fails(
        1,
        "jwks_uri",
        &["\"http://127.0.0.1:1/jwks.json\"", "name an https URL"],
    );
    assert!(!seen.json.to_string().contains("secret"));
}

#[tokio::test]
async fn a_ca_file_that_holds_none() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, "no certificate").unwrap();
    let ran = doctor(&["https://a.example", "--ca", file.to_str().unwrap()]).await;
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("holds no PEM certificate"), "{}", ran.err);
}
