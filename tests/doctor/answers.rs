//! How an issuer answers: not at all, slowly, by another clock.

use std::sync::Arc;
use std::time::Duration;

use audient::clock::SystemClock;
use audient::doctor::report::{Check, Outcome, Report, Verdict};
use audient::doctor::{Subject, Unconfigured, examine};
use audient::jwks::fetch::Limits;
use serde_json::json;

use crate::command::{doctor, examined};
use crate::issuer::{Issuer, JWKS, OPENID, Reply, dated, json_reply, rsa, says};

/// An examination that is quick to lose patience.
async fn impatient(issuer: &Issuer) -> Report {
    let limits = Limits {
        connect: Duration::from_millis(300),
        total: Duration::from_millis(300),
    };
    let how = Unconfigured {
        allow_http: true,
        ..Unconfigured::default()
    };
    let subject = Subject::of_identifier(&issuer.origin, how).unwrap();
    examine(&subject, limits, Arc::new(SystemClock)).await
}

fn failed(report: &Report) -> (Check, &str) {
    let failed: Vec<_> = report.failures().collect();
    let [step] = failed[..] else {
        panic!("{report:?}")
    };
    (step.check, &step.found)
}

#[tokio::test]
async fn an_issuer_that_hangs() {
    let issuer = Issuer::http().await;
    issuer.at(OPENID, Reply::Hangs);
    let report = impatient(&issuer).await;
    let (check, found) = failed(&report);
    assert_eq!(check, Check::Connection);
    assert!(found.contains("no answer within 0.3 s"), "{found}");
    assert_eq!(report.verdict(), Verdict::CannotTell);

    // Somebody was there: that is a finding.
    let issuer = Issuer::http().await;
    issuer.at(JWKS, Reply::Hangs);
    let report = impatient(&issuer).await;
    let (check, found) = failed(&report);
    assert_eq!(check, Check::KeySet);
    assert!(found.contains("no answer within 0.3 s"), "{found}");
    assert_eq!(report.verdict(), Verdict::Failed);
}

#[tokio::test]
async fn nobody_is_there() {
    let free = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let seen = examined(&format!("http://{free}"), &[]).await;
    seen.fails(
        3,
        "connection",
        &["connection refused", "is the issuer running?"],
    );
    let seen = examined("http://nobody.invalid", &[]).await;
    seen.fails(3, "address", &["nobody.invalid", "DNS"]);
    let ran = doctor(&["http://nobody.invalid", "--allow-http"]).await;
    assert!(
        ran.out
            .ends_with("\ncannot tell: nobody was reached (address); 1 warning: identifier\n"),
        "{}",
        ran.out
    );

    // Keys nobody serves are a finding about an issuer that was reached.
    let issuer = Issuer::http().await;
    issuer.keys_at(&format!("http://{free}/jwks.json"));
    examined(&issuer.origin, &[])
        .await
        .fails(1, "key_set", &["connection refused"]);
    issuer.keys_at("http://nobody.invalid/jwks.json");
    examined(&issuer.origin, &[])
        .await
        .fails(1, "jwks_address", &["nobody.invalid"]);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_told() {
    let issuer = Issuer::http().await;
    issuer.at(
        JWKS,
        says(
            200,
            "content-encoding: x\r\ntransfer-encoding: chunked\r\n",
            "zz",
        ),
    );
    examined(&issuer.origin, &[])
        .await
        .fails(1, "key_set", &["broke off"]);
}

#[tokio::test]
async fn clocks_that_differ() {
    let issuer = Issuer::http().await;
    let set = json!({ "keys": [rsa("a")] });
    issuer.at(JWKS, dated(&set, -3600));
    let seen = examined(&issuer.origin, &[]).await;
    seen.fails(
        1,
        "clock",
        &["ahead of the issuer's", "tokens expire too early", "NTP"],
    );
    assert!(
        seen.step("clock")["found"]
            .as_str()
            .unwrap()
            .contains("360")
    );
    issuer.at(JWKS, dated(&set, 3600));
    examined(&issuer.origin, &[])
        .await
        .fails(1, "clock", &["behind the issuer's"]);
    issuer.at(JWKS, dated(&set, 60));
    examined(&issuer.origin, &[])
        .await
        .passes("clock", "warning", &["behind the issuer's"]);
    issuer.at(JWKS, says(200, "", &set.to_string()));
    examined(&issuer.origin, &[])
        .await
        .passes("clock", "skipped", &["does not tell the time"]);
}

#[tokio::test]
async fn what_is_said_about_caching_is_told() {
    let issuer = Issuer::http().await;
    let set = json!({ "keys": [rsa("a")] });
    issuer.at(JWKS, json_reply(&set));
    let seen = examined(&issuer.origin, &[]).await;
    seen.passes("caching", "ok", &["Cache-Control: max-age=300, ETag"]);
    issuer.at(
        JWKS,
        says(
            200,
            "cache-control: no-store\r\nage: 7\r\n",
            &set.to_string(),
        ),
    );
    let seen = examined(&issuer.origin, &[]).await;
    seen.passes(
        "caching",
        "ok",
        &["Cache-Control: no-store, Age: 7, no ETag"],
    );
}

#[tokio::test]
async fn slower_than_a_call_waits() {
    let issuer = Issuer::http().await;
    let how = Unconfigured {
        allow_http: true,
        ..Unconfigured::default()
    };
    let mut subject = Subject::of_identifier(&issuer.origin, how).unwrap();
    if let audient::jwks::source::KeySource::Remote(remote) = &mut subject.keys {
        remote.timing.wait = Duration::ZERO;
    }
    let report = examine(&subject, Limits::default(), Arc::new(SystemClock)).await;
    let step = report
        .steps
        .iter()
        .find(|step| step.check == Check::Speed)
        .unwrap();
    assert_eq!(step.outcome, Outcome::Warning);
    assert_eq!(report.verdict(), Verdict::Well);
}

#[tokio::test]
async fn a_body_that_may_be_a_private_key_is_not_repeated() {
    const SECRET: &str = "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg";
    for body in [
        format!(r#"{{"d": "{SECRET}", "kty": "EC"}}"#),
        format!(r#"{{"k":"{SECRET}","kty":"oct"}}"#),
        format!(r#"[{{"d":"{SECRET}"}}]"#),
        format!(r#"{{"keys":[{{"d":"{SECRET}"}},]}}"#),
    ] {
        for status in [200, 404] {
            let issuer = Issuer::http().await;
            issuer.at(
                JWKS,
                says(status, "content-type: application/json\r\n", &body),
            );
            for output in ["text", "json"] {
                let ran = doctor(&[&issuer.origin, "--allow-http", "--output", output]).await;
                assert_eq!(ran.code, 1, "{}", ran.out);
                let cut = if output == "text" { "…" } else { "\\u2026" };
                assert!(ran.out.contains(cut), "{}", ran.out);
                for part in [&SECRET[..8], &SECRET[8..16], &SECRET[16..24]] {
                    assert!(
                        !ran.out.contains(part) && !ran.err.contains(part),
                        "{}",
                        ran.out
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn a_password_for_the_keys_is_not_sent() {
    let issuer = Issuer::http().await;
    let with_password = issuer.origin.replace("http://", "http://user:hunter2@");
    issuer.keys_at(&format!("{with_password}{JWKS}"));
    let examined = examined(&issuer.origin, &[]).await;
    examined.fails(1, "jwks_uri", &["a user or a password"]);
    assert!(!examined.json.to_string().contains("hunter2"));
    assert_eq!(issuer.asked(JWKS), 0);
}
