# What one can do here. `just` lists it; each line also works by hand.

_default:
    @just --list

# A service, an issuer, and lines to paste
dev *ARGS:
    cargo run --release -- dev {{ARGS}}

# The tests
test *ARGS:
    cargo test --locked {{ARGS}}

# Style and lints, as CI has them
lint:
    cargo fmt --all --check
    cargo clippy --locked --all-targets -- -D warnings

# Everything that CI does
check:
    .ci/run

# What ci/ needs, into .tools
tools:
    ci/tools.sh

# One step of CI with the debug build: just step grpcurl
step NAME: tools
    cargo build --locked
    BIN=target/debug/audient ci/{{NAME}}.sh

# Benchmarks
bench *ARGS:
    cargo bench {{ARGS}}

# Licenses, duplicates, sources and advisories (needs cargo-deny and the network)
deny:
    cargo deny check

# The documentation of the crate
doc:
    cargo doc --no-deps --document-private-items --open

# The image
image TAG="audient:latest":
    docker build -f deploy/Dockerfile -t {{TAG}} .
