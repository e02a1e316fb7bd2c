#!/bin/sh
# The register benchmark: durable appends against plain inserts of the same bytes, proofs at a million entries, and the
# verification of an export of a million entries against hashing it. Never part of `make test`: it takes some minutes.
#
#   HAVEN_MACHINE=…   how to describe this machine in the results: no names, no paths
#   run.sh [--rounds 7] [--entries 1000000] [--out FOLDER]
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
target=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/haven/bench-target}
export CARGO_TARGET_DIR="$target"

cargo build --release --locked --quiet --manifest-path "$here/Cargo.toml"
memory=$(awk '/MemTotal/ { printf "%d", $2 / 1048576 + 0.9 }' /proc/meminfo 2>/dev/null || echo "?")
mkdir -p "$target/bench-register"
exec "$target/release/bench-register" \
  --law "$here/../../law" --servers "$here/../../scripts/servers.sh" --scratch "$target/bench-register" --out "$here/results" \
  --date "$(date +%F)" --rustc "$(rustc --version | cut -d' ' -f2)" \
  --machine "${HAVEN_MACHINE:-$(getconf _NPROCESSORS_ONLN) cores, $memory GiB, shared machine}" "$@"
