# Shared by the scripts of this folder: sourced, never run.
#
# BIN is the program under test. Every process a script starts is started with
# `start`, and ended by its id when the script ends, however it ends.
# shellcheck shell=bash
# Variables set here are read by the scripts:
# shellcheck disable=SC2034

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
tools=$root/.tools
BIN=${BIN:-target/release/audient}
# A program of the environment must not answer for the one under test.
export PATH="$tools/bin:$tools/venv/bin:$root/tests/node_modules/.bin:$PATH"
unset AUDIENT_ADDR AUDIENT_ADMIN_ADDR AUDIENT_ISSUER AUDIENT_TOKEN

work=$(mktemp -d)
passed=0
failed=0
pids=()

# Runs when the script ends: stops what was started, tells the counts.
finish() {
    local code=$? pid
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
    if [ $((passed + failed)) -gt 0 ]; then
        echo "$passed passed, $failed failed"
    fi
    [ "$failed" -eq 0 ] || code=1
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

need_binary() {
    [ -x "$BIN" ] || { echo "$BIN is missing: cargo build --release, or set BIN" >&2; exit 1; }
    BIN=$(realpath "$BIN")
}

# Starts a program in the background; its output goes to NAME.out and NAME.err in
# $work, its id to $pid.
start() {
    local name=$1
    shift
    "$@" >"$work/$name.out" 2>"$work/$name.err" &
    pid=$!
    pids+=("$pid")
}

# Stops one that was started, and leaves its exit code in $code.
stop() {
    kill -TERM "$1"
    code=0
    wait "$1" || code=$?
}

# Repeats a command until it succeeds, for at most 20 s.
eventually() {
    local _
    for _ in $(seq 200); do
        if "$@" >/dev/null 2>&1; then return 0; fi
        sleep 0.1
    done
    echo "never true: $*" >&2
    return 1
}

# A TCP port of loopback that was free a moment ago.
free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# http URL: the body of a good answer, without any proxy.
http() {
    python3 -c 'import sys, urllib.request as u; print(u.build_opener(u.ProxyHandler({})).open(sys.argv[1], timeout=5).read().decode())' "$1"
}

pass() {
    passed=$((passed + 1))
    echo "ok       $1"
}

fail() {
    failed=$((failed + 1))
    echo "FAILED   $1"
    [ $# -lt 2 ] || printf '%s\n' "$2" | cut -c1-2000 | sed 's/^/         | /'
}

# equal TITLE WANTED GOT
equal() {
    if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "wanted: $2"$'\n'"got:    $3"; fi
}

# contains TITLE TEXT PART...: every part is in the text.
contains() {
    local title=$1 text=$2 part
    shift 2
    for part in "$@"; do
        if [[ $text != *"$part"* ]]; then
            fail "$title" "lacks: $part"$'\n'"$text"
            return
        fi
    done
    pass "$title"
}

# json TITLE TEXT EXPRESSION: true of the JSON text, as `a` in Python.
json() {
    if printf '%s' "$2" | python3 -c 'import json, sys; a = json.load(sys.stdin); sys.exit(not eval(sys.argv[1]))' "$3" 2>"$work/json.err"; then
        pass "$1"
    else
        fail "$1" "not so: $3"$'\n'"$2"$'\n'"$(tail -n 1 "$work/json.err")"
    fi
}

# call ARG...: grpcurl; its answer in $out, its exit code in $code.
call() {
    code=0
    out=$(grpcurl -plaintext "$@" 2>&1) || code=$?
}

# asked CODE TITLE COMMAND...: it ends with this exit code; what it printed in $out.
asked() {
    local wanted=$1 title=$2
    shift 2
    code=0
    out=$("$@" 2>&1) || code=$?
    equal "$title: exit code $wanted" "$wanted" "$code"
}

# start_dev NAME ARG...: `audient dev`, ready; sets $listen, $admin, $issuer, $pid.
start_dev() {
    local name=$1
    shift
    start "$name" "$BIN" dev --output json "$@"
    eventually grep -q '^{"listen\|^{"admin' "$work/$name.out"
    listen=$(member "$name" listen)
    admin=$(member "$name" admin_listen)
    issuer=$(member "$name" issuer)
    eventually "$BIN" health --addr "$admin"
}

member() {
    python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$work/$1.out" "$2"
}

# Expressions for `json`.
leads() { echo "a['rejections'][0]['code'] == '$1' and a.get('active') is False"; }

# outage_config LISTEN ADMIN ISSUER: a configuration whose only issuer nobody answers for.
outage_config() {
    cat <<TOML
[server]
listen = "$1"
admin_listen = "$2"
drain = "1s"

[[issuers]]
name = "down"
issuer = "$3"

[[audiences]]
name = "orders"
accept = ["https://api.example.com/orders"]
issuers = ["down"]

[insecure]
allow_http = true
TOML
}

# python_client FOLDER: code for Python, generated from proto/.
python_client() {
    mkdir -p "$1"
    python3 -m grpc_tools.protoc -I proto -I third_party/googleapis \
        --python_out="$1" --grpc_python_out="$1" \
        proto/audient/v1/{introspection,rejection,error}.proto \
        third_party/googleapis/google/rpc/{status,error_details}.proto
}

# tally NAME COMMAND...: a program that prints a line a check, as `pass` and `fail` do.
tally() {
    local name=$1 good bad
    shift
    code=0
    "$@" >"$work/log" 2>&1 || code=$?
    cat "$work/log"
    good=$(grep -c '^ok ' "$work/log" || true)
    bad=$(grep -c '^FAILED ' "$work/log" || true)
    passed=$((passed + good))
    failed=$((failed + bad))
    equal "$name: $good checks, exit code" 0 "$code"
}
