//! The wire, as generated from `proto/`.
//!
//! `Debug` is written here for the messages that hold a token, claims or a
//! subject: what they print is safe to log.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::pedantic,
    clippy::large_enum_variant,
    reason = "generated code; the proto files are its documentation"
)]

use std::fmt;

tonic::include_proto!("audient.v1");

/// The file descriptor set that reflection serves.
pub const FILE_DESCRIPTOR_SET: &[u8] =
    include_bytes!(concat!(env!("OUT_DIR"), "/audient_descriptor.bin"));

impl fmt::Debug for IntrospectRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntrospectRequest")
            .field("token", &format_args!("[{} bytes]", self.token.len()))
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for IntrospectResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntrospectResponse")
            .field("active", &self.active)
            .field("rejections", &self.rejections.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for TokenInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenInfo")
            .field("issuer_name", &self.issuer_name)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ExplainRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExplainRequest")
            .field("token", &format_args!("[{} bytes]", self.token.len()))
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ExplainResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExplainResponse")
            .field("audiences", &self.audiences.len())
            .finish_non_exhaustive()
    }
}
