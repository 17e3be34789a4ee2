#!/usr/bin/env bash
# Installs what the other scripts use into .tools/ and tests/node_modules; what is
# there stays. Needs go, node with npm, and python3: without one of them it says so,
# and in CI (CI=true) fails.
#
# The Rust toolchain is the machine's. Nothing here is needed to build or to run
# `cargo test`.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$PWD/.tools
mkdir -p "$tools/bin"
missing=0

have() {
    command -v "$1" >/dev/null 2>&1 && return
    echo "missing  $1: $2"
    missing=1
    return 1
}

# go_tool NAME MODULE@VERSION
go_tool() {
    local stamp=$tools/bin/.$1
    if [ -x "$tools/bin/$1" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$2" ]; then
        echo "there    $1 (${2##*@})"
        return
    fi
    echo "install  $1 (${2##*@})"
    GOBIN=$tools/bin GOFLAGS=-buildvcs=false go install "$2"
    echo "$2" >"$stamp"
}

if have go "grpcurl, ghz and the Go client need it"; then
    go_tool grpcurl github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4
    go_tool ghz github.com/bojand/ghz/cmd/ghz@v0.93.0
    go_tool protoc-gen-go google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.12
    go_tool protoc-gen-go-grpc google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.6.2
fi

if have python3 "the Python client, the issuers' tests and the linters need it"; then
    if cmp -s ci/requirements.txt "$tools/venv/.requirements"; then
        echo "there    Python packages"
    else
        echo "install  Python packages"
        python3 -m venv --clear "$tools/venv"
        "$tools/venv/bin/pip" install --quiet --disable-pip-version-check -r ci/requirements.txt
        cp ci/requirements.txt "$tools/venv/.requirements"
    fi
fi

if have node "the Node client and the OpenID Provider need it" && have npm "it comes with node"; then
    if cmp -s tests/package-lock.json tests/node_modules/.lock; then
        echo "there    Node packages"
    else
        echo "install  Node packages"
        npm ci --prefix tests --ignore-scripts --no-audit --no-fund --loglevel=error
        cp tests/package-lock.json tests/node_modules/.lock
    fi
fi

if [ "$missing" = 1 ]; then
    echo "some tools cannot be installed: the steps that need them fail"
    [ "${CI:-}" != true ] || exit 1
fi
