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

# What a team copies: its tests under `dev`, whose code is theirs, and nothing left behind.
echo "-- A team's tests"
# shellcheck disable=SC2016
team=(env PYTHONPATH="$work/python:tests/clients/python" PYTHONDONTWRITEBYTECODE=1 PLACES="$work/places"
    sh -c 'echo "$$ $AUDIENT_ADDR $AUDIENT_ADMIN_ADDR ${AUDIENT_ISSUER#http://}" >"$PLACES"; exec python3 -m unittest -v test_orders')
nothing_left() {
    local pid place places
    read -r pid places <"$work/places"
    for place in $places; do
        if (: <"/dev/tcp/${place%:*}/${place##*:}") 2>/dev/null; then
            fail "$1: nothing listens at $place any more"
            return
        fi
    done
    if kill -0 "$pid" 2>/dev/null; then fail "$1: its command ended"; else pass "$1: nothing stays running"; fi
}
asked 0 "tests that pass" "$BIN" dev -- "${team[@]}"
contains "tests that pass: all ran" "$out" "Ran 8 tests" "OK"
nothing_left "tests that pass"
# A service that takes itself for another one.
asked 1 "tests that fail" env ORDERS_AUDIENCE=payments "$BIN" dev -- "${team[@]}"
contains "tests that fail: they ran, and say so" "$out" "Ran 8 tests" "FAIL: test_a_good_token_is_served" "FAILED (failures="
nothing_left "tests that fail"

echo "-- Node"
tally Node "$BIN" dev -- node tests/clients/node/main.js

rm -rf tests/clients/go/gen
buf generate proto
(cd tests/clients/go && go vet ./... && go build -buildvcs=false -o "$work/client" .)
echo "-- Go"
tally Go "$BIN" dev -- "$work/client" tests/clients/service_config.json

echo "-- docs/calling.md"
if python3 ci/snippets.py; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
