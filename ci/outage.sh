#!/usr/bin/env bash
# An outage must never read as a bad token: the issuer is gone, and `serve` cannot tell.
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"
need_binary

ask=audient.v1.IntrospectionService/Introspect

down=$(free_port)
at=$(free_port)
admin_at=$(free_port)
outage_config "127.0.0.1:$at" "127.0.0.1:$admin_at" "http://127.0.0.1:$down" >"$work/outage.toml"
# A token of that issuer: everything about it is right but for the keys, which nobody has.
start_dev minter
mint() { AUDIENT_ISSUER=$issuer "$BIN" mint "$@"; }
undecidable=$(mint --iss "http://127.0.0.1:$down")
hopeless=$(mint --iss "http://127.0.0.1:$down" --exp -3600)
stop "$pid"
start outage "$BIN" serve --config "$work/outage.toml"
outage=$pid
eventually grpcurl -plaintext "127.0.0.1:$at" list
call -d "{\"token\":\"$undecidable\",\"audience\":\"orders\"}" "127.0.0.1:$at" $ask
contains "cannot tell: UNAVAILABLE, with details that people can read" "$out" \
    "Code: Unavailable" google.rpc.ErrorInfo '"reason": "KEYS_UNAVAILABLE"' '"domain": "audient"' \
    google.rpc.RetryInfo retryDelay '"issuer": "down"' '"audience": "orders"'
call -d "{\"token\":\"$hopeless\",\"audience\":\"orders\"}" "127.0.0.1:$at" $ask
json "a token that is bad anyway is inactive, not UNAVAILABLE" "$out" "$(leads expired)"
asked 3 "introspect" env AUDIENT_TOKEN="$undecidable" "$BIN" introspect --addr "127.0.0.1:$at" --audience orders
asked 1 "health is NOT_SERVING" "$BIN" health --addr "127.0.0.1:$admin_at"
call "127.0.0.1:$at" list
equal "listen lists what it serves to strangers" \
    "$(printf '%s\n' audient.v1.IntrospectionService grpc.health.v1.Health grpc.reflection.v1.ServerReflection grpc.reflection.v1alpha.ServerReflection)" "$out"
protos=(-import-path proto -import-path third_party/googleapis -proto audient/v1/diagnostics.proto)
call "${protos[@]}" "127.0.0.1:$at" audient.v1.DiagnosticsService/GetServerInfo
contains "what it does not serve to strangers is UNIMPLEMENTED" "$out" "Code: Unimplemented"
stop "$outage"
equal "SIGTERM ends serve with code 0" 0 "$code"
