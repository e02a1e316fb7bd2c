#!/bin/sh
# The law benchmark: Haven's evaluator against Cedar, plain Python and regorus on the same requests, interleaved.
# Never part of `make test`: it needs time and, for ratios worth quoting, several rounds.
#
#   HAVEN_BIN=…       the release binary to measure; built here if unset, left out if empty
#   HAVEN_MACHINE=…   how to describe this machine in the results: no names, no paths
#   run.sh [--rounds 7] [--requests 200000] [--sample 20000] [--seed 2173] [--out FOLDER]
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
target=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/haven/bench-target}
export CARGO_TARGET_DIR="$target"

cargo build --release --locked --quiet --manifest-path "$here/Cargo.toml"
if [ -z "${HAVEN_BIN+set}" ]; then
  cargo build --release --locked --quiet --manifest-path "$here/../../Cargo.toml" --package haven --bin haven
  HAVEN_BIN=$target/release/haven
fi
memory=$(awk '/MemTotal/ { printf "%d", $2 / 1048576 + 0.9 }' /proc/meminfo 2>/dev/null || echo "?")
mkdir -p "$target/bench-law"
exec "$target/release/bench-law" \
  --law "$here/../../law" --peer "$here/peer.py" --scratch "$target/bench-law" --out "$here/results" \
  --binary "$HAVEN_BIN" --date "$(date +%F)" --rustc "$(rustc --version | cut -d' ' -f2)" \
  --machine "${HAVEN_MACHINE:-$(getconf _NPROCESSORS_ONLN) cores, $memory GiB, shared machine}" "$@"
