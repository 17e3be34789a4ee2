//! Compiles `proto/` in pure Rust (no `protoc`): messages and services for the
//! crate, and the descriptor set that reflection serves.

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
    println!("cargo::rerun-if-changed=third_party");

    let mut compiler = protox::Compiler::new(["proto", "third_party/googleapis"])?;
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files([
        "audient/v1/introspection.proto",
        "audient/v1/rejection.proto",
        "audient/v1/error.proto",
        "audient/v1/diagnostics.proto",
        "audient/v1/admin.proto",
        // A root of its own: without it, reflection does not know ErrorInfo, and
        // grpcurl prints error details as base64.
        "google/rpc/error_details.proto",
    ])?;

    let out = PathBuf::from(env::var("OUT_DIR")?);
    // Encoded by protox itself: converting to prost-types first loses `debug_redact`.
    fs::write(
        out.join("audient_descriptor.bin"),
        compiler.encode_file_descriptor_set(),
    )?;

    tonic_prost_build::configure()
        // Messages that hold a token, claims or a subject: prost's own Debug would
        // print them whatever `debug_redact` says.
        .skip_debug([
            "audient.v1.IntrospectRequest",
            "audient.v1.IntrospectResponse",
            "audient.v1.TokenInfo",
            "audient.v1.ExplainRequest",
            "audient.v1.ExplainResponse",
        ])
        .extern_path(".google.rpc", "::tonic_types::pb")
        .compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}
