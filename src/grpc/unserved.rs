//! Services that the wire defines and that this version does not serve yet: they
//! answer UNIMPLEMENTED, as gRPC says for methods a server does not have.

use tonic::{Request, Response, Status};

use crate::pb;
use crate::pb::admin_service_server::AdminService;
use crate::pb::diagnostics_service_server::DiagnosticsService;

/// Answers that it is not there.
#[derive(Clone, Copy, Debug)]
pub struct Unserved;

fn not_yet<T>() -> Result<Response<T>, Status> {
    Err(Status::unimplemented("this version does not serve it yet"))
}

#[tonic::async_trait]
impl DiagnosticsService for Unserved {
    async fn explain(
        &self,
        _: Request<pb::ExplainRequest>,
    ) -> Result<Response<pb::ExplainResponse>, Status> {
        not_yet()
    }

    async fn list_issuers(
        &self,
        _: Request<pb::ListIssuersRequest>,
    ) -> Result<Response<pb::ListIssuersResponse>, Status> {
        not_yet()
    }

    async fn list_audiences(
        &self,
        _: Request<pb::ListAudiencesRequest>,
    ) -> Result<Response<pb::ListAudiencesResponse>, Status> {
        not_yet()
    }

    async fn get_server_info(
        &self,
        _: Request<pb::GetServerInfoRequest>,
    ) -> Result<Response<pb::GetServerInfoResponse>, Status> {
        not_yet()
    }
}

#[tonic::async_trait]
impl AdminService for Unserved {
    async fn refresh_keys(
        &self,
        _: Request<pb::RefreshKeysRequest>,
    ) -> Result<Response<pb::RefreshKeysResponse>, Status> {
        not_yet()
    }

    async fn deny_key(
        &self,
        _: Request<pb::DenyKeyRequest>,
    ) -> Result<Response<pb::DenyKeyResponse>, Status> {
        not_yet()
    }

    async fn allow_key(
        &self,
        _: Request<pb::AllowKeyRequest>,
    ) -> Result<Response<pb::AllowKeyResponse>, Status> {
        not_yet()
    }

    async fn extend_staleness(
        &self,
        _: Request<pb::ExtendStalenessRequest>,
    ) -> Result<Response<pb::ExtendStalenessResponse>, Status> {
        not_yet()
    }
}
