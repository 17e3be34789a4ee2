//! grpc.health.v1, and the same over plain HTTP.

use tokio_stream::StreamExt as _;
use tonic::Code;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::issuer::{Issuer, Mode};
use crate::support::{Setup, in_time, ready};

const INTROSPECTION: &str = "audient.v1.IntrospectionService";
const DIAGNOSTICS: &str = "audient.v1.DiagnosticsService";

pub async fn watch(
    channel: &Channel,
    name: &str,
) -> tonic::Streaming<tonic_health::pb::HealthCheckResponse> {
    let request = HealthCheckRequest {
        service: name.into(),
    };
    let answer = HealthClient::new(channel.clone()).watch(request).await;
    answer.unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_port_knows_the_services_it_serves() {
    let (_, service) = ready().await;
    let (listen, admin) = (&service.channel, &service.admin_channel);
    for (channel, name, known) in [
        (listen, "", true),
        (listen, INTROSPECTION, true),
        (listen, "grpc.health.v1.Health", true),
        (listen, "grpc.reflection.v1.ServerReflection", true),
        (listen, "audience/orders", true),
        (listen, DIAGNOSTICS, false),
        (listen, "audience/nobody", false),
        (listen, "orders", false),
        (admin, "", true),
        (admin, DIAGNOSTICS, true),
        (admin, "audient.v1.AdminService", true),
        (admin, "audience/payments", true),
        (admin, INTROSPECTION, false),
    ] {
        let found = service.health(channel, name).await;
        match (found, known) {
            (Ok(ServingStatus::Serving), true) => {}
            (Err(status), false) => assert_eq!(status.code(), Code::NotFound),
            (found, _) => panic!("{name}: {found:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn before_there_are_keys_it_is_alive_and_not_ready() {
    let issuer = Issuer::start(Mode::Stalled).await;
    let service = Setup::default().start(&issuer).await;
    let mut whole = watch(&service.channel, "").await;
    let mut orders = watch(&service.admin_channel, "audience/orders").await;
    let mut unknown = watch(&service.channel, "nobody").await;
    let next = async |stream: &mut tonic::Streaming<_>| {
        let next: Option<Result<tonic_health::pb::HealthCheckResponse, _>> =
            in_time(stream.next()).await;
        next.unwrap().unwrap().status()
    };
    assert_eq!(next(&mut whole).await, ServingStatus::NotServing);
    assert_eq!(next(&mut unknown).await, ServingStatus::ServiceUnknown);
    assert_eq!(service.page("/livez").await, (200, "ok\n".into()));
    let (status, page) = service.page("/readyz").await;
    assert_eq!(status, 503);
    assert!(page.starts_with("not ready\n"), "{page}");

    issuer.set(Mode::Up);
    assert_eq!(next(&mut whole).await, ServingStatus::Serving);
    // The name is unknown until the state was first looked at.
    while next(&mut orders).await != ServingStatus::Serving {}
    let (status, page) = service.page("/readyz").await;
    assert_eq!(status, 200);
    assert_eq!(
        page,
        "ready\naudience orders: decidable\naudience payments: decidable\n"
    );
}
