#!/usr/bin/env bash
# Tokens that others made: a certified OpenID Provider, PyJWT, joserfc, a SPIFFE bundle;
# against `serve`.
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"
need_binary

provider=$(free_port)
files=$(free_port)
listen=$(free_port)
admin=$(free_port)
mkdir "$work/issuers"
python3 tests/issuers/make.py "$work/issuers" "$provider" "$files" "$listen" "$admin"
start provider node tests/issuers/provider.js "$provider"
start files python3 -m http.server --bind 127.0.0.1 --directory "$work/issuers" "$files"
eventually python3 -c 'import socket, sys; [socket.create_connection(("127.0.0.1", int(p))) for p in sys.argv[1:]]' "$provider" "$files"

asked 0 "check-config" "$BIN" check-config "$work/issuers/audient.toml"
start serve "$BIN" serve --config "$work/issuers/audient.toml"
for name in orders joserfc svid; do
    eventually "$BIN" health --addr "127.0.0.1:$admin" --service "audience/$name"
done

python_client "$work/python"
tally "issuers" env PYTHONPATH="$work/python" PYTHONDONTWRITEBYTECODE=1 \
    python3 tests/issuers/main.py "$work/issuers" "127.0.0.1:$listen" "http://127.0.0.1:$provider"

# What is ignored in a set is told, and counted.
contains "keys that are no use are counted" "$(http "http://127.0.0.1:$admin/metrics")" 'audient_key_set_keys{issuer="joserfc",state="ignored"} 3' 'audient_key_set_keys{issuer="spire",state="ignored"} 1'

# The provider, looked at: as configured, by its identifier, and by one with a slash too much.
url=http://127.0.0.1:$provider
asked 0 "doctor, the provider" "$BIN" doctor "$url" --allow-http --output json
json "doctor: every step is well" "$out" "a['ok'] and all(s['outcome'] in ('ok', 'skipped') for s in a['steps'] if s['step'] != 'speed')"
json "doctor: three keys, each of use" "$out" "len(a['keys']) == 3 and all(k['verifies'] for k in a['keys'])"
json "doctor: an entry to paste" "$out" "'issuer = \"$url\"' in a['configuration']"
asked 1 "doctor, a slash too much" "$BIN" doctor "$url/" --allow-http
contains "doctor: what to write" "$out" "only the slash at the end differs" "write issuer = \"$url\"" "1 problem: issuer"
name=$(python3 -c 'import sys, tomllib; c = tomllib.load(open(sys.argv[1], "rb")); print(next(i["name"] for i in c["issuers"] if i["issuer"] == sys.argv[2]))' "$work/issuers/audient.toml" "$url")
asked 0 "doctor, by its configured name" "$BIN" doctor "$name" --config "$work/issuers/audient.toml"
asked 2 "doctor, a name that is none" "$BIN" doctor "${name}x" --config "$work/issuers/audient.toml"
contains "doctor: the name that was meant" "$out" "did you mean $name?"
