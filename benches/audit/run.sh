#!/usr/bin/env bash
# How fast logs are held against the law and the rules, beside DuckDB, pandas and Cedar. Never part of `make test`: it takes
# many minutes and some 15 GB of disk. Writes docs/benchmarks/audit.md.
#
#   ROUNDS=3  ROWS=20000000 (acts)  SEARCHES=50000000  HAVEN_MACHINE=…   how to describe this machine: no names, no paths
set -euo pipefail
cd "$(dirname "$0")/../.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/haven/bench-target}
cargo build --release --locked --quiet --package haven
cargo build --release --locked --quiet --manifest-path benches/audit/Cargo.toml
scratch=$CARGO_TARGET_DIR/bench-audit
mkdir -p "$scratch"
python=$scratch/python/bin/python3
if [[ ! -x $python ]]; then
  python3 -m venv "$scratch/python"
  "$scratch/python/bin/pip" install --quiet duckdb pandas pyarrow
fi
samples=${HAVEN_SAMPLES:-../shared}
memory=$(awk '/MemTotal/ { printf "%d", $2 / 1048576 + 0.9 }' /proc/meminfo)
{
  echo "# How fast logs are audited"
  echo
  echo "Written by \`make bench-audit\` on $(date +%F): ${HAVEN_MACHINE:-$(getconf _NPROCESSORS_ONLN) cores, $memory GiB, shared machine}," \
    "$(rustc --version | cut -d' ' -f1-2)."
  echo
  "$CARGO_TARGET_DIR/release/bench-audit" --law law --scratch "$scratch" --python "$python" --peer benches/audit/peer.py \
    --rows "${ROWS:-20000000}" --rounds "${ROUNDS:-3}"
  "$python" benches/audit/searches.py "$CARGO_TARGET_DIR/release/haven" "$scratch" "${SEARCHES:-50000000}" "${ROUNDS:-3}" "$samples"
} >"$scratch/audit.md"
mkdir -p docs/benchmarks
mv "$scratch/audit.md" docs/benchmarks/audit.md
cat docs/benchmarks/audit.md
