//! What stands on which port.

use std::collections::BTreeSet;

use audient::server::Exposure;
use tokio_stream::StreamExt as _;
use tonic::transport::Channel;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{ServerReflectionRequest, ServerReflectionResponse};
use tonic_reflection::pb::v1alpha;

use crate::support::{INTROSPECT, Setup, in_time, ready, ready_with};

const HEALTH: &str = "grpc.health.v1.Health";
const REFLECTION: [&str; 2] = [
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
];

async fn reflected(channel: &Channel, ask: MessageRequest) -> ServerReflectionResponse {
    let request = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(ask),
    };
    let mut client = ServerReflectionClient::new(channel.clone());
    let answers = client.server_reflection_info(tokio_stream::once(request));
    let mut answers = in_time(answers).await.unwrap().into_inner();
    in_time(answers.next()).await.unwrap().unwrap()
}

async fn listed(channel: &Channel) -> BTreeSet<String> {
    let ask = MessageRequest::ListServices(String::new());
    match reflected(channel, ask).await.message_response {
        Some(MessageResponse::ListServicesResponse(list)) => {
            list.service.into_iter().map(|one| one.name).collect()
        }
        other => panic!("{other:?}"),
    }
}

/// The same, as older tools ask.
async fn listed_by_alpha(channel: &Channel) -> BTreeSet<String> {
    use v1alpha::server_reflection_request::MessageRequest;
    use v1alpha::server_reflection_response::MessageResponse;
    let request = v1alpha::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut client =
        v1alpha::server_reflection_client::ServerReflectionClient::new(channel.clone());
    let answers = client.server_reflection_info(tokio_stream::once(request));
    let mut answers = in_time(answers).await.unwrap().into_inner();
    match in_time(answers.next())
        .await
        .unwrap()
        .unwrap()
        .message_response
    {
        Some(MessageResponse::ListServicesResponse(list)) => {
            list.service.into_iter().map(|one| one.name).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn with_common(own: &[&str]) -> BTreeSet<String> {
    let common = [HEALTH].into_iter().chain(REFLECTION);
    (own.iter().copied().chain(common))
        .map(str::to_owned)
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reflection_lists_what_the_port_serves() {
    const OWN: [&str; 3] = [
        "audient.v1.IntrospectionService",
        "audient.v1.DiagnosticsService",
        "audient.v1.AdminService",
    ];
    for (exposure, listen, admin) in [
        (Exposure::Split, &OWN[..1], &OWN[1..]),
        (Exposure::Everywhere, &OWN[..], &OWN[..]),
    ] {
        let setup = Setup {
            exposure,
            ..Setup::default()
        };
        let (_, service) = ready_with(setup).await;
        for (channel, own) in [(&service.channel, listen), (&service.admin_channel, admin)] {
            assert_eq!(listed(channel).await, with_common(own), "{exposure:?}");
            assert_eq!(
                listed_by_alpha(channel).await,
                with_common(own),
                "{exposure:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_listed_and_the_details_of_errors_can_be_described() {
    let (_, service) = ready().await;
    let listed = listed(&service.channel).await;
    let details = ["ErrorInfo", "RetryInfo", "BadRequest"].map(|one| format!("google.rpc.{one}"));
    for symbol in listed.into_iter().chain(details) {
        let ask = MessageRequest::FileContainingSymbol(symbol.clone());
        let answer = reflected(&service.channel, ask).await.message_response;
        let described = matches!(answer, Some(MessageResponse::FileDescriptorResponse(_)));
        assert!(described, "{symbol}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plain_http_reaches_the_probes_and_nothing_else() {
    let (_, service) = ready().await;
    for (path, status) in [
        ("/livez", 200),
        ("/readyz", 200),
        ("/metrics", 200),
        ("/", 404),
        ("/favicon.ico", 404),
    ] {
        assert_eq!(service.page(path).await.0, status, "{path}");
    }
    // A gRPC method without gRPC is no method.
    let client = reqwest::Client::new();
    let explain = "/audient.v1.DiagnosticsService/Explain";
    let url = format!("http://{}{explain}", service.admin);
    assert_eq!(client.post(url).send().await.unwrap().status(), 404);

    let client = reqwest::Client::builder()
        .http2_prior_knowledge()
        .build()
        .unwrap();
    let url = format!("http://{}{INTROSPECT}", service.listen);
    assert_eq!(client.post(&url).send().await.unwrap().status(), 415);
    let json = client.post(url).header("content-type", "application/json");
    assert_eq!(json.send().await.unwrap().status(), 415);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn off_this_machine_the_admin_port_has_nothing_to_operate() {
    let setup = Setup {
        exposure: Exposure::Everywhere,
        admin: "0.0.0.0:0",
        ..Setup::default()
    };
    let (_, service) = ready_with(setup).await;
    assert_eq!(service.page("/livez").await.0, 200);
    for (name, known) in [
        (HEALTH, true),
        ("audient.v1.AdminService", false),
        (REFLECTION[0], false),
    ] {
        let found = service.health(&service.admin_channel, name).await;
        assert_eq!(found.is_ok(), known, "{name}");
    }
    let request = ServerReflectionRequest::default();
    let mut client = ServerReflectionClient::new(service.admin_channel.clone());
    let answer = client.server_reflection_info(tokio_stream::once(request));
    let status = in_time(answer).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::Unimplemented);
}
