#!/usr/bin/env bash
# What is not Rust is right, too: scripts, Dockerfile, unit, manifest.
# (No image is built and no cluster asked: linters and schemas judge.)
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"
need_binary

check() {
    local title=$1
    shift
    if "$@" >"$work/log" 2>&1; then pass "$title"; else fail "$title" "$(cat "$work/log")"; fi
}

check "shellcheck" shellcheck .ci/run ci/*.sh
check "hadolint" hadolint --failure-threshold info deploy/Dockerfile
check "kubernetes-validate" kubernetes-validate --strict deploy/kubernetes.yaml

echo "-- the manifest's configuration"
python3 - "$work" <<'PY'
import sys, yaml
documents = list(yaml.safe_load_all(open("deploy/kubernetes.yaml")))
data = next(d for d in documents if d["kind"] == "ConfigMap")["data"]
open(f"{sys.argv[1]}/audient.toml", "w").write(data["audient.toml"])
PY
mkdir "$work/etc"
mv "$work/audient.toml" "$work/etc/"
asked 0 "check-config of the ConfigMap" "$BIN" check-config "$work/etc"
contains "what is insecure is said" "$out" insecure.plaintext

sed "s/plaintext = true/plaintext = false/" "$work/etc/audient.toml" >"$work/encrypted.toml"
asked 78 "gRPC without TLS beyond loopback must be asked for" "$BIN" check-config "$work/encrypted.toml"

echo "-- what the probes ask, while the issuer is gone"
# On loopback, and of nobody else's issuer.
listen_at=127.0.0.1:$(free_port)
admin_at=127.0.0.1:$(free_port)
sed -i "s/0.0.0.0:50051/$listen_at/; s/0.0.0.0:50052/$admin_at/; s#https://auth.example.com#http://127.0.0.1:$(free_port)#
        s/drain = .*/drain = \"1s\"/; s/plaintext = true/allow_http = true/" "$work/etc/audient.toml"
start probed "$BIN" serve --config "$work/etc"
served=$pid
eventually http "http://$admin_at/livez"
equal "alive" ok "$(http "http://$admin_at/livez")"
asked 1 "not ready" "$BIN" health --addr "$admin_at"
contains "it says so" "$out" NOT_SERVING
stop "$served"
equal "SIGTERM ends it with code 0" 0 "$code"

echo "-- the unit"
if command -v systemd-analyze >/dev/null; then
    # The program under test stands in for the installed one.
    sed "s#/usr/local/bin/audient#$BIN#" deploy/audient.service >"$work/audient.service"
    check "systemd-analyze verify" systemd-analyze verify --man=no "$work/audient.service"
    # 0 is locked in, 100 is wide open.
    check "systemd-analyze security: exposure at most 2.0" systemd-analyze security --offline=true --threshold=20 "$work/audient.service"
else
    echo "skipped  systemd-analyze is not on this machine"
fi
