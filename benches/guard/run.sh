#!/usr/bin/env bash
# What the gateway costs: Haven and nginx in turn as reverse proxies before the same origin, each on one core, origin and load on
# the other. Never part of `make test`. Writes docs/benchmarks/guard.md.
#
#   ROUNDS=5  SECONDS_EACH=3  CSV_MB=200  HAVEN_MACHINE=…   how to describe this machine: no names, no paths
set -euo pipefail
cd "$(dirname "$0")/../.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/haven/bench-target}
for program in wrk nginx taskset; do
  PATH=$PATH:/usr/sbin command -v "$program" >/dev/null || { echo "bench-guard: $program is lacking: apt-get install wrk nginx-light util-linux" >&2; exit 1; }
done
cargo build --release --locked --quiet --package haven
memory=$(awk '/MemTotal/ { printf "%d", $2 / 1048576 + 0.9 }' /proc/meminfo)
out=$(mktemp)
{
  echo "# What the gateway costs"
  echo
  echo "Written by \`make bench-guard\` on $(date +%F): ${HAVEN_MACHINE:-$(getconf _NPROCESSORS_ONLN) cores, $memory GiB, shared machine}," \
    "$(rustc --version | cut -d' ' -f1-2)."
  echo
  PATH=$PATH:/usr/sbin python3 benches/guard/guard.py "$CARGO_TARGET_DIR/release/haven"
} >"$out"
mkdir -p docs/benchmarks
mv "$out" docs/benchmarks/guard.md
chmod 644 docs/benchmarks/guard.md
cat docs/benchmarks/guard.md
