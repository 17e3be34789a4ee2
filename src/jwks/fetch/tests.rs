//! The real client before a real server on loopback.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::clock::SystemClock;
use crate::jwks::fault::FetchResult;
use crate::jwks::source::Timing;
use crate::keys::jwk_set::MAX_BYTES;
use crate::policy::Name;
use crate::token::algorithm::AlgorithmSet;

const KEYS: &str = r#"{"keys":[]}"#;

/// What the server says to a path.
#[derive(Clone)]
enum Reply {
    /// Status line, header fields and body, as they are.
    Says(String),
    /// Headers, then a byte now and then.
    Drips,
    /// Headers, then bytes without end.
    Floods,
    /// Reads the request and says nothing.
    Hangs,
    /// Closes in the middle of the body.
    BreaksOff,
}

fn says(status: u16, fields: &str, body: &str) -> Reply {
    let length = body.len();
    Reply::Says(format!(
        "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n{fields}\r\n{body}"
    ))
}

fn json(body: &str) -> Reply {
    says(200, "content-type: application/json\r\n", body)
}

fn moved(to: &str) -> Reply {
    says(302, &format!("location: {to}\r\n"), "")
}

/// A server whose replies may change; it keeps the requests it got.
#[derive(Clone)]
struct Server {
    origin: String,
    replies: Arc<Mutex<Vec<(String, Reply)>>>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            origin: format!("http://{}", listener.local_addr().unwrap()),
            replies: Arc::default(),
            requests: Arc::default(),
        };
        let its = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(its.clone().answer(stream));
            }
        });
        server
    }

    fn at(&self, path: &str, reply: Reply) -> &Self {
        let mut replies = self.replies.lock().unwrap();
        replies.retain(|(known, _)| known != path);
        replies.push((path.into(), reply));
        self
    }

    fn url(&self, path: &str) -> Url {
        format!("{}{path}", self.origin).parse().unwrap()
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// The paths asked for so far.
    fn paths(&self) -> Vec<String> {
        let path = |request: &String| request.split(' ').nth(1).unwrap().to_owned();
        self.requests().iter().map(path).collect()
    }

    async fn answer(self, mut stream: TcpStream) {
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            match stream.read_u8().await {
                Ok(byte) => request.push(byte),
                Err(_) => return,
            }
        }
        let request = String::from_utf8(request).unwrap();
        let path = request.split(' ').nth(1).unwrap().to_owned();
        self.requests.lock().unwrap().push(request);
        let found = {
            let replies = self.replies.lock().unwrap();
            (replies.iter().find(|(known, _)| *known == path)).map(|(_, reply)| reply.clone())
        };
        let reply = found.unwrap_or_else(|| says(404, "content-type: text/plain\r\n", "nothing"));
        let head: &[u8] = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
        // The client may leave at any point.
        let _ = match reply {
            Reply::Says(text) => stream.write_all(text.as_bytes()).await,
            Reply::Hangs => std::future::pending().await,
            Reply::BreaksOff => {
                let text = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"keys\"";
                stream.write_all(text).await
            }
            Reply::Floods => {
                let mut sent = stream.write_all(head).await;
                while sent.is_ok() {
                    sent = stream.write_all(&[b' '; 4096]).await;
                }
                sent
            }
            Reply::Drips => {
                let mut sent = stream.write_all(head).await;
                while sent.is_ok() {
                    sent = stream.write_all(b" ").await;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                sent
            }
        };
    }

    fn client(&self, location: Location) -> HttpFetch {
        client(&self.origin, location, true, Limits::default())
    }

    /// A client of the document at `/jwks`.
    fn jwks(&self) -> HttpFetch {
        self.client(Location::JwksUri(self.url("/jwks")))
    }

    /// A client that looks at `/openid`, then at `/oauth`.
    fn discovery(&self) -> HttpFetch {
        let urls = vec![self.url("/openid"), self.url("/oauth")];
        self.client(Location::Discovery { urls })
    }

    fn metadata(&self) -> Reply {
        metadata(&self.origin, &self.url("/jwks"))
    }
}

fn metadata(issuer: &str, jwks_uri: &Url) -> Reply {
    json(&format!(
        r#"{{"issuer":"{issuer}","jwks_uri":"{jwks_uri}"}}"#
    ))
}

fn client(identifier: &str, location: Location, allow_http: bool, limits: Limits) -> HttpFetch {
    let issuer = Issuer {
        name: Name::new("a").unwrap(),
        identifier: identifier.into(),
        environment: "test".into(),
        algorithms: AlgorithmSet::default(),
        trusted: true,
        max_stale: None,
    };
    let remote = Remote {
        location,
        timing: Timing::default(),
        ca: None,
        allow_http,
    };
    HttpFetch::new(&issuer, &remote, limits, Arc::new(SystemClock))
}

fn impatient() -> Limits {
    Limits {
        connect: Duration::from_millis(250),
        total: Duration::from_millis(250),
    }
}

async fn body(fetch: &HttpFetch) -> Result<Document, FetchError> {
    match fetch.fetch(None).await.result? {
        Fetched::Document(document) => Ok(document),
        Fetched::NotModified => panic!("nothing was held"),
    }
}

async fn error(fetch: &HttpFetch) -> FetchError {
    body(fetch).await.unwrap_err()
}

#[tokio::test]
async fn a_document_and_what_we_say_to_get_it() {
    let server = Server::start().await;
    server.at("/jwks", json(KEYS));
    let document = body(&server.jwks()).await.unwrap();
    assert_eq!(document.body, KEYS.as_bytes());
    assert_eq!(document.validator, None);
    let request = server.requests().pop().unwrap();
    let agent = concat!("user-agent: audient/", env!("CARGO_PKG_VERSION"), "\r\n");
    assert!(request.contains(agent), "{request}");
    assert!(!request.contains("accept-encoding"), "{request}");
}

#[tokio::test]
async fn any_other_status_is_told_with_its_body() {
    for status in [201, 204, 300, 304, 401, 403, 404, 410, 429, 500, 503] {
        let server = Server::start().await;
        let text = if [204, 304].contains(&status) {
            ""
        } else {
            "<p>no\nway</p>"
        };
        server.at("/jwks", says(status, "content-type: text/html\r\n", text));
        let error = error(&server.jwks()).await;
        assert_eq!(error.label(), FetchResult::Status, "{status}");
        let line = error.to_string();
        assert!(
            line.contains(&format!("/jwks: {status} text/html")),
            "{line}"
        );
        assert!(
            text.is_empty() || line.ends_with("13 bytes \"<p>no\\u{a}way</p>\""),
            "{line}"
        );
    }
}

#[tokio::test]
async fn a_line_holds_no_secret_of_the_url_and_no_line_break() {
    let server = Server::start().await;
    let mut url = server.url("/jwks?key=hunter2#hunter2");
    url.set_username("hunter2").unwrap();
    url.set_password(Some("hunter2")).unwrap();
    for reply in [
        says(403, "content-type: \u{1b}[31m\r\n", &"\u{202e}".repeat(100)),
        moved("http://hunter2:hunter2@127.0.0.1:1/?hunter2"),
        Reply::BreaksOff,
    ] {
        server.at("/jwks?key=hunter2", reply);
        let line = error(&server.client(Location::JwksUri(url.clone())))
            .await
            .to_string();
        assert!(!line.contains("hunter2"), "{line}");
        assert!(
            line.bytes().all(|byte| (b' '..=b'~').contains(&byte)),
            "{line}"
        );
        assert!(line.contains(&server.origin), "{line}");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_cut() {
    let server = Server::start().await;
    server.at("/jwks", json(&" ".repeat(MAX_BYTES)));
    assert_eq!(body(&server.jwks()).await.unwrap().body.len(), MAX_BYTES);
    server.at("/jwks", json(&" ".repeat(MAX_BYTES + 1)));
    assert_eq!(error(&server.jwks()).await.label(), FetchResult::TooLarge);
    // Without a length, and without an end.
    server.at("/jwks", Reply::Floods);
    assert_eq!(error(&server.jwks()).await.label(), FetchResult::TooLarge);
}

#[tokio::test]
async fn a_slow_issuer_is_given_up() {
    let server = Server::start().await;
    for reply in [Reply::Hangs, Reply::Drips] {
        server.at("/jwks", reply);
        let location = Location::JwksUri(server.url("/jwks"));
        let error = error(&client("i", location, true, impatient())).await;
        assert_eq!(error.label(), FetchResult::Timeout, "{error}");
    }
}

#[tokio::test]
async fn nobody_there_and_half_an_answer() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/jwks", closed.local_addr().unwrap());
    drop(closed);
    let location = Location::JwksUri(url.parse().unwrap());
    let refused = error(&client("i", location, true, Limits::default())).await;
    assert_eq!(refused.label(), FetchResult::Connect);
    assert!(refused.to_string().contains("refused"), "{refused}");

    let server = Server::start().await;
    server.at("/jwks", Reply::BreaksOff);
    assert_eq!(
        error(&server.jwks()).await.label(),
        FetchResult::Interrupted
    );
    server.at("/jwks", Reply::Says("SSH-2.0\r\n\r\n".into()));
    assert_eq!(
        error(&server.jwks()).await.label(),
        FetchResult::Interrupted
    );
}

#[tokio::test]
async fn redirects_stay_within_the_origin_and_end() {
    let server = Server::start().await;
    server.at("/jwks", moved("/1")).at("/1", moved("/2"));
    server.at("/2", moved(server.url("/3").as_str()));
    server.at("/3", json(KEYS));
    assert_eq!(body(&server.jwks()).await.unwrap().body, KEYS.as_bytes());

    server.at("/3", moved("/4")).at("/4", json(KEYS));
    let four = error(&server.jwks()).await;
    assert_eq!(four.label(), FetchResult::Redirect);
    assert!(!server.paths().contains(&"/4".into()));

    let other = Server::start().await;
    other.at("/jwks", json(KEYS));
    server.at("/jwks", moved(other.url("/jwks").as_str()));
    let elsewhere = error(&server.jwks()).await;
    assert_eq!(elsewhere.label(), FetchResult::Redirect);
    assert!(elsewhere.to_string().contains(&other.origin), "{elsewhere}");
    // By way of the own origin, it is another one all the same.
    server.at("/jwks", moved("/1"));
    server.at("/1", moved(other.url("/jwks").as_str()));
    assert_eq!(error(&server.jwks()).await.label(), FetchResult::Redirect);
    assert_eq!(other.paths(), [""; 0]);
}

#[tokio::test]
async fn plain_http_is_not_even_tried_unless_allowed() {
    let server = Server::start().await;
    server.at("/jwks", json(KEYS));
    let location = Location::JwksUri(server.url("/jwks"));
    let fetch = client("i", location, false, Limits::default());
    error(&fetch).await;
    assert_eq!(server.paths(), [""; 0]);
}

#[tokio::test]
async fn the_etag_saves_a_body() {
    let server = Server::start().await;
    server.at("/jwks", says(200, "etag: W/\"7\"\r\n", KEYS));
    let fetch = server.jwks();
    let validator = body(&fetch).await.unwrap().validator.unwrap();
    assert_eq!(validator.etag, "W/\"7\"");

    server.at("/jwks", says(304, "", ""));
    let answer = fetch.fetch(Some(validator.clone())).await;
    assert!(matches!(answer.result, Ok(Fetched::NotModified)));
    let request = server.requests().pop().unwrap();
    assert!(request.contains("if-none-match: W/\"7\"\r\n"), "{request}");

    // That of another URL says nothing here.
    let elsewhere = Validator {
        url: "http://other.example/jwks".into(),
        ..validator
    };
    let answer = fetch.fetch(Some(elsewhere)).await;
    assert_eq!(answer.result.unwrap_err().label(), FetchResult::Status);
    let request = server.requests().pop().unwrap();
    assert!(!request.contains("if-none-match"), "{request}");
}

#[tokio::test]
async fn the_issuers_clock_is_compared_with_ours() {
    let server = Server::start().await;
    let date = "date: Thu, 01 Jan 1970 00:01:40 GMT\r\n";
    for reply in [says(200, date, KEYS), says(500, date, "")] {
        server.at("/jwks", reply);
        let before = SystemClock.now().wall.floor_seconds();
        let skew = server.jwks().fetch(None).await.clock_skew.unwrap();
        let after = SystemClock.now().wall.floor_seconds();
        assert!((before - 100..=after - 100).contains(&skew), "{skew}");
    }
    server.at("/jwks", says(200, "date: yesterday\r\n", KEYS));
    assert_eq!(server.jwks().fetch(None).await.clock_skew, None);
}

#[tokio::test]
async fn discovery_leads_to_the_keys() {
    let server = Server::start().await;
    server
        .at("/openid", server.metadata())
        .at("/jwks", json(KEYS));
    assert_eq!(
        body(&server.discovery()).await.unwrap().body,
        KEYS.as_bytes()
    );
    assert_eq!(server.paths(), ["/openid", "/jwks"]);
}

#[tokio::test]
async fn the_second_place_is_asked_if_there_is_nothing_at_the_first() {
    for nothing in [
        says(404, "", "{}"),
        json("<html>"),
        json("{}"),
        json(r#"{"error":"x"}"#),
    ] {
        let server = Server::start().await;
        server.at("/openid", nothing);
        server
            .at("/oauth", server.metadata())
            .at("/jwks", json(KEYS));
        assert!(body(&server.discovery()).await.is_ok());
        assert_eq!(server.paths(), ["/openid", "/oauth", "/jwks"]);
    }
    for (something, result) in [
        (says(500, "", ""), FetchResult::Status),
        (
            metadata(
                "https://other.example",
                &"https://a.example".parse().unwrap(),
            ),
            FetchResult::IssuerMismatch,
        ),
    ] {
        let server = Server::start().await;
        server.at("/openid", something);
        server
            .at("/oauth", server.metadata())
            .at("/jwks", json(KEYS));
        assert_eq!(error(&server.discovery()).await.label(), result);
        assert_eq!(server.paths(), ["/openid"]);
    }
}

#[tokio::test]
async fn with_metadata_nowhere_the_first_place_is_named() {
    let server = Server::start().await;
    server.at("/oauth", json("{}"));
    let error = error(&server.discovery()).await;
    assert!(error.to_string().contains("/openid: 404"), "{error}");
}

#[tokio::test]
async fn metadata_of_another_issuer_leads_nowhere() {
    let server = Server::start().await;
    server.at("/jwks", json(KEYS));
    for issuer in [format!("{}/", server.origin), server.origin.to_uppercase()] {
        server.at("/openid", metadata(&issuer, &server.url("/jwks")));
        let error = error(&server.discovery()).await;
        assert_eq!(error.label(), FetchResult::IssuerMismatch);
        let line = error.to_string();
        assert!(line.contains(&issuer), "{line}");
        assert_eq!(line.contains("trailing slash"), issuer.ends_with('/'));
    }
    assert!(!server.paths().contains(&"/jwks".into()));
}

#[tokio::test]
async fn the_last_jwks_uri_serves_while_metadata_is_down() {
    let server = Server::start().await;
    server
        .at("/openid", server.metadata())
        .at("/jwks", json(KEYS));
    let fetch = server.discovery();
    body(&fetch).await.unwrap();
    for down in [says(503, "", ""), says(404, "", ""), json("<html>")] {
        server.at("/openid", down);
        assert!(body(&fetch).await.is_ok());
    }
    // But not while it is wrong.
    server.at(
        "/openid",
        metadata("https://other.example", &server.url("/jwks")),
    );
    assert_eq!(error(&fetch).await.label(), FetchResult::IssuerMismatch);
    // And not before it was ever right.
    server.at("/openid", says(503, "", ""));
    assert_eq!(
        error(&server.discovery()).await.label(),
        FetchResult::Status
    );
}

#[tokio::test]
async fn a_ca_file_without_a_certificate() {
    let ca = |pem: &str| CaFile {
        path: "ca.pem".into(),
        pem: pem.into(),
    };
    for pem in [
        "",
        "no PEM",
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
    ] {
        let fault = check_ca(&ca(pem)).unwrap_err();
        assert_eq!(fault.label(), FetchResult::Client);
        assert!(fault.to_string().contains("ca.pem"), "{fault}");
    }
}
