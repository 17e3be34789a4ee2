#!/usr/bin/env bash
# Crates: licenses, one version of each, only from the registry. (Advisories need the
# advisory database: `just deny`.)
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"

for what in licenses bans sources; do
    # A warning is an exception that is needed no more.
    if cargo-deny --locked check --deny warnings "$what" >"$work/log" 2>&1; then
        pass "cargo deny check $what"
    else
        fail "cargo deny check $what" "$(cat "$work/log")"
    fi
done
