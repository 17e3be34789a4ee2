//! Services that the wire defines and that this version does not serve yet: they
//! answer UNIMPLEMENTED, as gRPC says for methods a server does not have.

use tonic::{Request, Response, Status};

use crate::pb;
use crate::pb::admin_service_server::AdminService;

/// Answers that it is not there.
#[derive(Clone, Copy, Debug)]
pub struct Unserved;

fn not_yet<T>() -> Result<Response<T>, Status> {
    Err(Status::unimplemented("this version does not serve it yet"))
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
