#!/usr/bin/env bash
# Callers in other languages, with code generated from proto/, against `dev`, against a
# service that has no keys, and against nobody.
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"
need_binary

# A service whose issuer is a closed port.
export OUTAGE_ADDR NOBODY_ADDR OUTAGE_ISSUER
OUTAGE_ADDR=127.0.0.1:$(free_port)
NOBODY_ADDR=127.0.0.1:$(free_port)
OUTAGE_ISSUER=http://127.0.0.1:$(free_port)
cat >"$work/outage.toml" <<TOML
[server]
listen = "$OUTAGE_ADDR"
admin_listen = "127.0.0.1:$(free_port)"
drain = "1s"

[[issuers]]
name = "down"
issuer = "$OUTAGE_ISSUER"

[[audiences]]
name = "orders"
accept = ["https://api.example.com/orders"]
issuers = ["down"]

[insecure]
allow_http = true
TOML
start outage "$BIN" serve --config "$work/outage.toml"
eventually grpcurl -plaintext "$OUTAGE_ADDR" list

# run NAME COMMAND...: a program that prints a line a check.
run() {
    local name=$1 good bad
    shift
    echo "-- $name"
    code=0
    "$BIN" dev -- "$@" >"$work/log" 2>&1 || code=$?
    cat "$work/log"
    good=$(grep -c '^ok ' "$work/log" || true)
    bad=$(grep -c '^FAILED ' "$work/log" || true)
    passed=$((passed + good))
    failed=$((failed + bad))
    equal "$name: $good checks, exit code" 0 "$code"
}

mkdir -p "$work/python"
python3 -m grpc_tools.protoc -I proto -I third_party/googleapis \
    --python_out="$work/python" --grpc_python_out="$work/python" \
    proto/audient/v1/{introspection,rejection,error}.proto \
    third_party/googleapis/google/rpc/{status,error_details}.proto
run Python env PYTHONPATH="$work/python" PYTHONDONTWRITEBYTECODE=1 python3 tests/clients/python/main.py

run Node node tests/clients/node/main.js

rm -rf tests/clients/go/gen
buf generate proto
(cd tests/clients/go && go vet ./... && go build -buildvcs=false -o "$work/client" .)
run Go "$work/client" tests/clients/service_config.json

echo "-- docs/calling.md"
if python3 ci/snippets.py; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
