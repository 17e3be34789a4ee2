#!/usr/bin/env bash
# A bounded load, by reflection: no errors, and the answers say yes.
# (ghz counts a refused token as OK: the bodies tell.)
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"
need_binary

calls=2000
start_dev dev
token=$(AUDIENT_ISSUER=$issuer "$BIN" mint)
# Verdicts for orders without a reason: active ones.
active() {
    http "http://$admin/metrics" |
        awk '/^audient_verdicts_total\{.*audience="orders".*reason="none"/ { n += $NF } END { print n + 0 }'
}
before=$(active)
report=$(ghz --insecure --call audient.v1.IntrospectionService.Introspect \
    -d "{\"token\":\"$token\",\"audience\":\"orders\"}" \
    -n "$calls" -c 10 --connections 2 --format json "$listen")
json "$calls calls, all OK" "$report" "a['count'] == $calls and a['statusCodeDistribution'] == {'OK': $calls} and not a['errorDistribution']"
equal "$calls verdicts were active" "$calls" "$(($(active) - before))"
call -d "{\"token\":\"$token\",\"audience\":\"orders\"}" "$listen" audient.v1.IntrospectionService/Introspect
json "a sample says active" "$out" "a['active'] is True and a['matchedAudience'] == 'https://api.example.com/orders'"
python3 -c 'import json, sys; a = json.loads(sys.stdin.read()); print("calls per second: %.0f, average: %.2f ms" % (a["rps"], a["average"] / 1e6))' <<<"$report"
