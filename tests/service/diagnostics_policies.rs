//! What a person is told about audiences and the process, and on which port.

use std::time::Duration;

use audient::pb::diagnostics_service_client::DiagnosticsServiceClient;
use audient::pb::{
    AudienceInfo, GetServerInfoRequest, GetServerInfoResponse, ListAudiencesRequest,
};
use audient::policy::Name;
use audient::server::Exposure;
use tonic::Code;

use crate::issuer::{Issuer, Mode};
use crate::support::{ORDERS, Service, Setup, failure, in_time, now, ready, ready_with, until};

async fn info(service: &Service) -> GetServerInfoResponse {
    let mut client = service.diagnostics();
    let answer = in_time(client.get_server_info(GetServerInfoRequest {})).await;
    answer.unwrap().into_inner()
}

async fn page(service: &Service, size: i32, token: &str) -> (Vec<AudienceInfo>, String) {
    let request = ListAudiencesRequest {
        page_size: size,
        page_token: token.into(),
        ..ListAudiencesRequest::default()
    };
    let mut client = service.diagnostics();
    let answer = in_time(client.list_audiences(request)).await.unwrap();
    let answer = answer.into_inner();
    (answer.audiences, answer.next_page_token)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_audiences_come_in_pages() {
    let setup = Setup {
        change: Box::new(|config| {
            let one = config.audiences[0].clone();
            let name = |index| Name::new(&format!("a{index:03}")).unwrap();
            // Told in the order of names, however they are configured.
            config.audiences = (0..120)
                .rev()
                .map(name)
                .map(|name| {
                    let mut audience = one.clone();
                    audience.name = name;
                    audience
                })
                .collect();
        }),
        ..Setup::default()
    };
    let (_, service) = ready_with(setup).await;
    let mut seen = Vec::new();
    let mut sizes = Vec::new();
    let mut token = String::new();
    loop {
        let (told, next) = page(&service, 50, &token).await;
        sizes.push(told.len());
        seen.extend(told);
        if next.is_empty() {
            break;
        }
        token = next;
    }
    assert_eq!(sizes, [50, 50, 20]);
    let names: Vec<_> = seen.iter().map(|one| one.name.clone()).collect();
    let expected: Vec<_> = (0..120).map(|index| format!("a{index:03}")).collect();
    assert_eq!(names, expected);
    assert!(
        seen.iter()
            .all(|one| one.decidable && one.issuers == ["prod"])
    );
    // Unless something is said, 100; and never more than 1000.
    assert_eq!(page(&service, 0, "").await.0.len(), 100);
    assert_eq!(page(&service, i32::MAX, "").await.0.len(), 120);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_audience_is_decidable_while_its_issuer_has_keys() {
    let down = Issuer::start(Mode::Down).await;
    let service = Setup::short_cooldown().start(&down).await;
    let (told, _) = page(&service, 0, "").await;
    assert!(told.iter().all(|one| !one.decidable));
    down.set(Mode::Up);
    until(async || {
        let _ = service.ask(&down.good()).await;
        page(&service, 0, "")
            .await
            .0
            .iter()
            .all(|one| one.decidable)
    })
    .await;
    let (told, _) = page(&service, 0, "").await;
    let policy: serde_json::Value = serde_json::from_str(&told[0].policy_json).unwrap();
    assert_eq!(policy["name"], "orders");
    assert_eq!(policy["leeway"], "30s");
    assert_eq!(told[0].accept, [ORDERS]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn equal_replicas_have_equal_digests_and_one_with_another_leeway_has_not() {
    let before = now();
    let up = Issuer::start(Mode::Up).await;
    let one = Setup::default().start(&up).await;
    let other = Setup {
        exposure: Exposure::Everywhere,
        ..Setup::default()
    };
    let other = other.start(&up).await;
    let changed = Setup {
        change: Box::new(|config| config.audiences[1].leeway = Duration::from_secs(31)),
        ..Setup::default()
    };
    let changed = changed.start(&up).await;
    let told = info(&one).await;
    assert_eq!(told.config_digest.len(), 64);
    assert_eq!(info(&other).await.config_digest, told.config_digest);
    assert_ne!(info(&changed).await.config_digest, told.config_digest);
    assert_eq!(told.replica, "replica-1");
    assert_eq!(told.version, env!("CARGO_PKG_VERSION"));
    for at in [told.started_at, told.config_loaded_at] {
        assert!((before..=now()).contains(&at.unwrap().seconds));
    }
    assert!(told.config_problems.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_cannot_look_unless_everything_is_everywhere() {
    for (exposure, code) in [
        (Exposure::Split, Some(Code::Unimplemented)),
        (Exposure::Everywhere, None),
    ] {
        let (_, service) = ready_with(Setup {
            exposure,
            ..Setup::default()
        })
        .await;
        let mut client = DiagnosticsServiceClient::new(service.channel.clone());
        let answer = in_time(client.get_server_info(GetServerInfoRequest {})).await;
        assert_eq!(
            answer.err().map(|status| status.code()),
            code,
            "{exposure:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slip_of_a_name_is_told_what_it_should_be() {
    let (_, service) = ready().await;
    let mut client = service.diagnostics();
    let request = ListAudiencesRequest {
        name: "order".into(),
        ..ListAudiencesRequest::default()
    };
    let status = in_time(client.list_audiences(request)).await.unwrap_err();
    let (code, reason, details) = failure(&status);
    assert_eq!(
        (code, reason.as_str()),
        (Code::NotFound, "AUDIENCE_NOT_CONFIGURED")
    );
    assert_eq!(details.error_info().unwrap().metadata["audience"], "order");
    assert!(status.message().ends_with("did you mean \"orders\"?"));
}
