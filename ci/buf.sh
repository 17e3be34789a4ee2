#!/usr/bin/env bash
# The wire: lint, and nothing that a caller relies on has changed. No network.
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"

# The agreed wire is a workspace of its own, so that its imports resolve.
mkdir -p "$work/wire"
cp -r third_party/wire "$work/wire/proto"
mkdir -p "$work/wire/third_party"
cp -r third_party/googleapis "$work/wire/third_party/googleapis"
cp buf.yaml "$work/wire/buf.yaml"

buf build . -o "$work/ours.binpb" --path proto/audient
buf build "$work/wire" -o "$work/agreed.binpb" --path "$work/wire/proto/audient"

check() {
    local title=$1
    shift
    if "$@" >"$work/log" 2>&1; then pass "$title"; else fail "$title" "$(cat "$work/log")"; fi
}

check "buf lint" buf lint .
check "buf format" buf format --diff --exit-code proto
check "buf breaking against third_party/wire" buf breaking "$work/ours.binpb" --against "$work/agreed.binpb"

bare=(--exclude-source-info --exclude-imports)
buf build . "${bare[@]}" -o "$work/ours.bare.binpb" --path proto/audient
buf build "$work/wire" "${bare[@]}" -o "$work/agreed.bare.binpb" --path "$work/wire/proto/audient"
check "the same descriptors as third_party/wire, comments aside" cmp "$work/ours.bare.binpb" "$work/agreed.bare.binpb"

# The check itself can fail: a field that changes its number is found.
sed -i 's/string audience = 2;/string audience = 20;/' "$work/wire/proto/audient/v1/introspection.proto"
buf build "$work/wire" -o "$work/other.binpb" --path "$work/wire/proto/audient"
if buf breaking "$work/other.binpb" --against "$work/agreed.binpb" >"$work/log" 2>&1; then
    fail "a changed field number is found"
else
    contains "a changed field number is found" "$(cat "$work/log")" 'Previously present field "2"'
fi
