#!/usr/bin/env bash
# Other people's vectors of whole tokens through `serve`, with its clock where each
# vector wants it. AUDIENT_VECTORS names their folder.
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"

vectors=${AUDIENT_VECTORS:-../shared/vectors}
if [ ! -d "$vectors" ]; then
    echo "0 of 265 run: no vectors here"
    exit 0
fi
need_binary
if ! command -v faketime >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get install -y -qq faketime >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq faketime >/dev/null; } || true
fi
if ! command -v faketime >/dev/null; then
    echo "0 of 265 run: faketime is missing (apt-get install faketime)" >&2
    [ "${CI:-}" != true ] || exit 1
    exit 0
fi
# The library alone, without the program that starts others: a process we start is the one we end.
library=$(faketime -m -f '2020-01-01 00:00:00' printenv LD_PRELOAD)

python_client "$work/python"
mkdir "$work/vectors"
tally "vectors" env PYTHONPATH="$work/python" PYTHONDONTWRITEBYTECODE=1 \
    python3 tests/vectors/main.py "$vectors" "$BIN" "$library" "$work/vectors"
