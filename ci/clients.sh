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
outage_config "$OUTAGE_ADDR" "127.0.0.1:$(free_port)" "$OUTAGE_ISSUER" >"$work/outage.toml"
start outage "$BIN" serve --config "$work/outage.toml"
eventually grpcurl -plaintext "$OUTAGE_ADDR" list

python_client "$work/python"
echo "-- Python"
tally Python "$BIN" dev -- env PYTHONPATH="$work/python" PYTHONDONTWRITEBYTECODE=1 python3 tests/clients/python/main.py

echo "-- Node"
tally Node "$BIN" dev -- node tests/clients/node/main.js

rm -rf tests/clients/go/gen
buf generate proto
(cd tests/clients/go && go vet ./... && go build -buildvcs=false -o "$work/client" .)
echo "-- Go"
tally Go "$BIN" dev -- "$work/client" tests/clients/service_config.json

echo "-- docs/calling.md"
if python3 ci/snippets.py; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
