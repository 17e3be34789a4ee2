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
