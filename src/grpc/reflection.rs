//! Reflection, v1 and v1alpha: older grpcurl, Postman and Evans know only the latter.

use tonic::service::RoutesBuilder;
use tonic_reflection::server::{Builder, Error};

use crate::pb::FILE_DESCRIPTOR_SET;

/// Their full names.
pub const SERVICES: [&str; 2] = [
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
];

/// Adds both services, which list only what this port serves.
///
/// # Errors
/// The descriptor set, made at build time, cannot be read.
pub fn add(routes: &mut RoutesBuilder, services: &[&str]) -> Result<(), Error> {
    let builder = || {
        let builder = Builder::configure()
            .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            // Each knows the other too: a listed name that cannot be described is
            // an error in most tools.
            .register_encoded_file_descriptor_set(tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(
                tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
            );
        (services.iter()).fold(builder, |builder, name| builder.with_service_name(*name))
    };
    routes.add_service(builder().build_v1()?);
    routes.add_service(builder().build_v1alpha()?);
    Ok(())
}
