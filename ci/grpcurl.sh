#!/usr/bin/env bash
# `dev` as a person meets it: its printed lines, run as printed by a real grpcurl;
# reflection; errors of the request.
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"
need_binary

service=audient.v1.IntrospectionService
ask=$service/Introspect

echo "-- dev: what it prints, run as printed"
start dev "$BIN" dev
dev=$pid
eventually grep -q 'Without grpcurl' "$work/dev.out"
page=$(cat "$work/dev.out")
address() { sed -n "s/^$1 *\\([^ ]*\\).*/\\1/p" <<<"$page"; }
listen=$(address gRPC)
admin=$(address admin)
eventually "$BIN" health --addr "$admin"

# As printed: by a shell, from the page.
mapfile -t lines < <(grep '^grpcurl ' <<<"$page")
equal "six lines to paste" 6 "${#lines[@]}"
verified="a['signature'] == 'SIGNATURE_STATUS_VERIFIED'"
printed() {
    out=$(bash -c "${lines[$1 - 1]}" 2>&1) || true
    json "line $1: $2" "$out" "$3"
}
printed 1 "a good token" "a['active'] is True and a['matchedAudience'] == 'https://api.example.com/orders' and a['cacheableFor'] in ('60s', '59s') and $verified"
printed 2 "a slash too much" "$(leads audience-mismatch) and a['rejections'][0]['audience']['nearMisses'][0]['differences'] == ['DIFFERENCE_TRAILING_SLASH'] and $verified"
printed 3 "another service's token" "$(leads audience-mismatch) and a['rejections'][0]['audience']['intendedFor'] == ['payments']"
printed 4 "an expired token" "$(leads expired) and a['rejections'][0]['field'] == 'exp' and a['bearerChallenge']['httpStatus'] == 401"
printed 5 "an unpublished key" "$(leads key-not-found) and a['signature'] == 'SIGNATURE_STATUS_NOT_CHECKED'"
printed 6 "an unsigned token" "$(leads algorithm-none) and a['signature'] == 'SIGNATURE_STATUS_NOT_CHECKED'"
# The program's own line starts at the folder dev was started in.
without=$(sed -n '/^# Without grpcurl/{n;p;}' <<<"$page")
contains "the line without grpcurl" "$(bash -c "$without" 2>&1 || true)" "active for https://api.example.com/orders"
why=$(sed -n '/^# Why not/{n;p;}' <<<"$page")
contains "the line that explains" "$(bash -c "$why" 2>&1 || true)" "orders  inactive: audience-mismatch" "near miss: a slash at the end" "payments  inactive"

echo "-- reflection"
call "$listen" list
contains "list on listen" "$out" "$service" grpc.health.v1.Health
call "$admin" list
contains "list on admin_listen" "$out" grpc.health.v1.Health
call "$listen" describe "$service"
contains "describe the service" "$out" "rpc Introspect (" "rpc BatchIntrospect (" "rpc StreamIntrospect ("
call "$listen" describe audient.v1.IntrospectRequest
contains "describe a message" "$out" "string token = 1" "string audience = 2"
call "$listen" describe google.rpc.RetryInfo
contains "describe an error detail" "$out" "retry_delay = 1"
# Each version by its own name; the request is `list_services: ""` as it is encoded.
listed() {
    python3 - "$listen" "$1" <<'PY'
import sys, grpc
with grpc.insecure_channel(sys.argv[1]) as channel:
    method = channel.stream_stream(f"/grpc.reflection.{sys.argv[2]}.ServerReflection/ServerReflectionInfo")
    print(next(method(iter([b"\x3a\x00"]), timeout=5)))
PY
}
for version in v1 v1alpha; do
    contains "reflection $version" "$(listed $version 2>&1)" "$service"
done

echo "-- errors of the request"
call -d '{"token":"x","audience":"order"}' "$listen" $ask
contains "an unknown audience: NOT_FOUND with a suggestion" "$out" "Code: NotFound" orders AUDIENCE_NOT_CONFIGURED
call -d '{"token":"x","audience":"https://api.example.com/orders"}' "$listen" $ask
contains "an accepted value as the name: NOT_FOUND with a suggestion" "$out" "Code: NotFound" orders AUDIENCE_NOT_CONFIGURED
call -d '{"token":"x"}' "$listen" $ask
contains "no audience: INVALID_ARGUMENT" "$out" "Code: InvalidArgument" AUDIENCE_REQUIRED google.rpc.BadRequest

echo "-- several questions"
token=$(AUDIENT_ISSUER=$(address issuer) "$BIN" mint)
good="{\"token\":\"$token\",\"audience\":\"orders\"}"
call -d "{\"requests\":[$good,{\"token\":\"\",\"audience\":\"orders\"},{\"audience\":\"nobody\"},$good]}" "$listen" "$service/BatchIntrospect"
json "a batch: results in order, an error per item" "$out" \
    "[r.get('response', {}).get('active') for r in a['results']] == [True, False, None, True] and a['results'][2]['error']['code'] == 5"
call -d '{}' "$listen" "$service/BatchIntrospect"
contains "an empty batch: INVALID_ARGUMENT" "$out" "Code: InvalidArgument" FIELD_INVALID
call -d "{\"id\":\"7\",\"request\":$good} {\"id\":\"8\",\"request\":{\"audience\":\"nobody\"}} {\"id\":\"9\",\"request\":$good}" "$listen" "$service/StreamIntrospect"
json "a stream: an answer each, an error does not end it" "[${out//$'}\n{'/$'},\n{'}]" \
    "{r['id']: r.get('response', {}).get('active') for r in a} == {'7': True, '8': None, '9': True} and [r['error']['code'] for r in a if 'error' in r] == [5]"

echo "-- diagnostics"
diagnostics=audient.v1.DiagnosticsService
late="{\"token\":\"$token\",\"at\":\"2100-01-01T00:00:00Z\"}"
for port in "$listen" "$admin"; do
    call -d "$late" "$port" "$diagnostics/Explain"
    json "Explain, at another time, on $port" "$out" \
        "a['audiences'][0]['audience'] == 'orders' and [c['name'] for c in a['audiences'][0]['checks'] if c['outcome'] == 'OUTCOME_FAILED'] == ['exp'] and 'expired' in a['summary'] and $verified"
done
call -d '{"name":"dev","includeKeys":true}' "$admin" "$diagnostics/ListIssuers"
json "ListIssuers, with keys" "$out" "len(a['issuers'][0]['keyInfos']) == 4 and a['issuers'][0]['keys']['state'] == 'KEY_SET_STATE_FRESH'"
call "$admin" "$diagnostics/ListAudiences"
json "ListAudiences, with policies" "$out" "[(o['name'], json.loads(o['policyJson'])['leeway']) for o in a['audiences']] == [('orders', '30s'), ('payments', '30s')]"
call "$admin" "$diagnostics/GetServerInfo"
json "GetServerInfo" "$out" "len(a['configDigest']) == 64 and a['version'] and a['startedAt']"
call -d '{"name":"dve"}' "$admin" "$diagnostics/ListIssuers"
contains "an unknown issuer: NOT_FOUND with a suggestion" "$out" "Code: NotFound" ISSUER_NOT_CONFIGURED 'did you mean "dev"'

echo "-- no token text in the log"
# Of each token that was asked about: its last two parts.
parts=$(grep -oE 'eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*' <<<"$page" | cut -d. -f2- | tr . '\n' | sort -u | grep .)
if grep -qF -e "$parts" "$work/dev.err"; then fail "the log holds a token"; else pass "the log holds no token"; fi
if grep -q '"level":"ERROR"\|panic' "$work/dev.err"; then fail "errors in the log" "$(grep '"level":"ERROR"\|panic' "$work/dev.err")"; else pass "no errors in the log"; fi
stop "$dev"
equal "SIGTERM ends dev with code 0" 0 "$code"
