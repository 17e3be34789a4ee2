#!/usr/bin/env bash
# The commands, their answers and their exit codes; a second dev; `dev -- CMD`.
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"
need_binary

start_dev dev
dev=$pid
first_listen=$listen

echo "-- introspect, health, mint"
mint() { AUDIENT_ISSUER=$issuer "$BIN" mint "$@"; }
token=$(mint)
orders=(--addr "$listen" --audience orders)
asked 0 "introspect, active" env AUDIENT_TOKEN="$token" "$BIN" introspect "${orders[@]}"
asked 0 "introspect, JSON" env AUDIENT_TOKEN="$token" "$BIN" introspect "${orders[@]}" --output json
json "introspect, JSON: proto field names" "$out" "a['active'] is True and a['matched_audience'] and a['cacheable_for']"
asked 1 "introspect, inactive" env AUDIENT_TOKEN="${token}x" "$BIN" introspect "${orders[@]}"
asked 2 "introspect, unknown audience" env AUDIENT_TOKEN="$token" "$BIN" introspect --addr "$listen" --audience nobody
asked 3 "introspect, nobody there" env AUDIENT_TOKEN="$token" "$BIN" introspect --addr "127.0.0.1:$(free_port)" --audience orders
asked 0 "health" "$BIN" health --addr "$admin"
contains "health says SERVING" "$out" SERVING
asked 0 "health of an audience" "$BIN" health --addr "$admin" --service audience/orders
asked 1 "health, nobody there" "$BIN" health --addr "127.0.0.1:$(free_port)"
code_of() {
    out=$(mint "${@:2}" | "$BIN" introspect "${orders[@]}" --output json) || true
    json "mint ${*:2}: $1" "$out" "$(leads "$1")"
}
code_of audience-mismatch --aud https://API.example.com/orders
code_of audience-not-allowed --aud https://elsewhere.example
code_of issuer-unknown --iss https://elsewhere.example
code_of expired --exp -60
code_of possession-not-proven --claim 'cnf={"jkt":"x"}'
code_of claim-malformed --claim 'exp="soon"'
for alg in RS256 PS384 ES256 ES384 EdDSA; do
    asked 0 "mint --alg $alg" "$BIN" introspect "${orders[@]}" --token-file <(mint --alg "$alg")
done

echo "-- HTTP of admin_listen"
contains "/metrics" "$(http "http://$admin/metrics")" 'audient_verdicts_total{audience="orders"' 'audient_key_set_keys{issuer="dev"' grpc_server_handled_total
equal "/livez" ok "$(http "http://$admin/livez")"
contains "/readyz" "$(http "http://$admin/readyz")" ready "audience orders: decidable"

echo "-- a second dev beside the first"
start_dev second
json "it says where it is, in JSON" "$(cat "$work/second.out")" "len(a['examples']) == 6 and all(e['token'].count('.') == 2 for e in a['examples'])"
if [ "$listen" != "$first_listen" ]; then pass "it took a free port"; else fail "it took a free port" "$listen"; fi
asked 0 "it answers there" env AUDIENT_TOKEN="$(mint)" "$BIN" introspect --addr "$listen" --audience orders
stop "$pid"
equal "SIGTERM ends it with code 0" 0 "$code"
stop "$dev"
equal "SIGTERM ends the first with code 0" 0 "$code"

echo "-- dev -- CMD"
asked 7 "the command's code" "$BIN" dev -- sh -c 'exit 7'
# shellcheck disable=SC2016  # for the inner shell
asked 0 "the command finds token, service and issuer" "$BIN" dev -- \
    sh -c '"$0" introspect --audience orders && "$0" health && env -u AUDIENT_TOKEN "$0" mint >/dev/null' "$BIN"
asked 1 "a command that is not there" "$BIN" dev -- "$work/not-there"

echo "-- check-config"
asked 0 "config/audient.example.toml" "$BIN" check-config config/audient.example.toml
cat >"$work/broken.toml" <<'TOML'
[server]
lisen = "127.0.0.1:1"
[[issuers]]
name = "prod"
issuer = "http://auth.example.com"
[[audiences]]
name = "orders"
accept = []
issuers = ["prodd"]
TOML
asked 78 "a broken file" "$BIN" check-config "$work/broken.toml"
contains "every problem at once" "$out" lisen "audiences[0].accept" "audiences[0].issuers[0]" "issuers[0].issuer"
asked 78 "serve with a broken file" "$BIN" serve --config "$work/broken.toml"
asked 78 "a file that is not there" "$BIN" check-config "$work/not-there.toml"
asked 2 "an unknown command" "$BIN" nonsense
