#!/usr/bin/env bash
# How much a scan reads in a second: Haven and a peer in turn over the same input. Never part of `make test`. Writes
# docs/benchmarks/scan.md.
#
#   ROUNDS=3  MEGABYTES=64 (of each kind)  HAVEN_MACHINE=…   how to describe this machine: no names, no paths
set -euo pipefail
cd "$(dirname "$0")/../.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/haven/bench-target}
cargo build --release --locked --quiet --package haven
scratch=$CARGO_TARGET_DIR/bench-scan
mkdir -p "$scratch"
# Parquet is written and read by pyarrow; without it that line says so.
if [[ ! -d $scratch/python ]]; then
  python3 -m venv "$scratch/python" && "$scratch/python/bin/pip" install --quiet pyarrow || echo "bench: pyarrow is not to be had" >&2
fi
python=$scratch/python/bin/python3
[[ -x $python ]] || python=python3
memory=$(awk '/MemTotal/ { printf "%d", $2 / 1048576 + 0.9 }' /proc/meminfo)
{
  echo "# How much a scan reads"
  echo
  echo "Written by \`make bench-scan\` on $(date +%F): ${HAVEN_MACHINE:-$(getconf _NPROCESSORS_ONLN) cores, $memory GiB, shared machine}," \
    "$(rustc --version | cut -d' ' -f1-2). Medians of ${ROUNDS:-3} rounds by the clock, start of the program included, both cores. The peer only" \
    "reads: it looks for one word, or for nothing. Ratio: Haven's speed over the peer's. Memory is that of Haven's largest process."
  echo
  "$python" benches/scan/scan.py "$CARGO_TARGET_DIR/release/haven" scripts/servers.sh "$scratch"
} >"$scratch/scan.md"
mkdir -p docs/benchmarks
mv "$scratch/scan.md" docs/benchmarks/scan.md
cat docs/benchmarks/scan.md
