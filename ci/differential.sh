#!/usr/bin/env bash
# The same tokens before this service's own code, PyJWT, joserfc and jose; where they
# differ, tests/differential/rules.toml says why. `COUNT=510000 SEED=2 DOCS=docs/differential.md`
# makes the page.
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"

cargo build --quiet --locked --example differential
export PYTHONDONTWRITEBYTECODE=1
tokens=target/debug/examples/differential
judges=()
# judge NAME COMMAND...: reads tokens from a pipe of its name.
judge() {
    mkfifo "$work/$1"
    # shellcheck disable=SC2016  # for the inner shell: opening a pipe waits for its writer
    start "$1" sh -c 'pipe=$1; shift; exec "$@" <"$pipe"' sh "$work/$1" "${@:2}"
    judges+=("$pid")
}
judge pyjwt python3 tests/differential/judge_pyjwt.py
judge joserfc python3 tests/differential/judge_joserfc.py
judge jose node tests/differential/judge_jose.mjs
"$tokens" "${SEED:-1}" "${COUNT:-20000}" | tee "$work"/{pyjwt,joserfc,jose} >"$work/tokens"
wait "${judges[@]}"

code=0
python3 tests/differential/compare.py "$work"/{tokens,pyjwt.out,joserfc.out,jose.out} \
    --counts "$work/counts" ${DOCS:+--docs "$DOCS"} || code=$?
read -r passed failed <"$work/counts"
[ "$code" = 0 ] || [ "$failed" -gt 0 ] || fail "compare.py ended with $code"
