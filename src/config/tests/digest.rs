//! Equal on equal replicas, and on no others.

use super::{CERTIFICATE, Folder, GOOD, PUBLIC, good_with};

fn digest(text: &str) -> String {
    digest_of(&Folder::new().file("a.toml", text))
}

fn digest_of(folder: &Folder) -> String {
    folder.load(&["a.toml"]).unwrap().digest()
}

#[test]
fn how_it_is_written_does_not_count() {
    let first = digest(GOOD);
    assert_eq!(first.len(), 64);
    assert!(
        first
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    );
    for text in [
        format!("# another\n\n{GOOD}\n"),
        good_with(
            "[keys]\nrefresh_interval = \"300s\"",
            "",
            "leeway = \"30s\"",
        ),
        good_with("[audience_defaults]\nmax_cacheable = \"1m\"", "", ""),
        good_with(
            "[server]\nlisten = \"127.0.0.1:7\"\nadmin_listen = \"127.0.0.1:8\"",
            "",
            "",
        ),
    ] {
        assert_eq!(digest(&text), first, "{text}");
    }
    let (issuers, audiences) = GOOD.split_once("[[audiences]]").unwrap();
    let other = "[[issuers]]\nname = \"b\"\nissuer = \"https://b.example.com\"\n";
    let audiences = format!("[[audiences]]{audiences}");
    let folders = [format!("{issuers}{other}"), format!("{other}{issuers}")].map(|all| {
        let folder = Folder::new().file("1.toml", all).file("2.toml", &audiences);
        let forth = folder.load(&["1.toml", "2.toml"]).unwrap().digest();
        let back = folder.load(&["2.toml", "1.toml"]).unwrap().digest();
        assert_eq!(forth, back);
        forth
    });
    assert_eq!(folders[0], folders[1]);
    assert_ne!(folders[0], first);
}

#[test]
fn whatever_it_means_counts() {
    let mut seen = vec![digest(GOOD)];
    let texts = [
        good_with("", "", "leeway = \"31s\""),
        good_with("", "", "issuer_optional = true"),
        good_with("", "", "required_claims = [{ name = \"a\" }]"),
        good_with("", "", "required_claims = [{ path = [\"a\"] }]"),
        good_with("", "environment = \"production\"", ""),
        good_with("", "algorithms = [\"RS256\"]", ""),
        good_with("", "jwks_uri = \"https://auth.example.com/jwks\"", ""),
        good_with("", "discovery_url = \"https://auth.example.com/other\"", ""),
        good_with("", "wait = \"2s\"", ""),
        good_with("[keys]\nmax_stale = \"2h\"", "", ""),
        good_with("[server]\ndisclosure = \"codes\"", "", ""),
        good_with("[server]\nmax_token_bytes = 2048", "", ""),
        good_with("[server]\nreflection = false", "", ""),
        good_with("[server]\ndrain = \"1s\"", "", ""),
        good_with("[insecure]\nallow_http = true", "", ""),
        good_with("[insecure]\nplaintext = true", "", ""),
    ];
    for text in texts {
        let digest = digest(&text);
        assert!(!seen.contains(&digest), "{text}");
        seen.push(digest);
    }
}

#[test]
fn files_count_by_what_they_hold() {
    let with_keys = |name: &str, keys: &str| {
        let text = good_with("", &format!("jwks_file = \"{name}\""), "");
        digest_of(&Folder::new().file("a.toml", text).file(name, keys))
    };
    let first = with_keys("x.json", PUBLIC);
    assert_eq!(with_keys("y.json", &PUBLIC.replace(' ', "\n")), first);
    assert_ne!(
        with_keys("x.json", &PUBLIC.replace("\"1\"", "\"2\"")),
        first
    );

    let with_ca = |name: &str, pem: &str| {
        let text = good_with("", &format!("ca_file = \"{name}\""), "");
        digest_of(&Folder::new().file("a.toml", text).file(name, pem))
    };
    let first = with_ca("x.pem", CERTIFICATE);
    assert_eq!(with_ca("y.pem", CERTIFICATE), first);
    assert_ne!(with_ca("x.pem", &CERTIFICATE.repeat(2)), first);
}

#[test]
fn a_secret_counts_and_is_not_in_it() {
    let digest = |secret: &str| {
        let keys = format!(r#"{{"keys": [{{"kty": "oct", "kid": "1", "k": "{secret}"}}]}}"#);
        let text = good_with("", "jwks_file = \"s.json\"\nalgorithms = [\"HS256\"]", "");
        digest_of(&Folder::new().file("a.toml", text).file("s.json", keys))
    };
    let (one, other) = ("A".repeat(43), format!("{}E", "A".repeat(42)));
    assert_eq!(digest(&one), digest(&one));
    assert_ne!(digest(&one), digest(&other));
}
