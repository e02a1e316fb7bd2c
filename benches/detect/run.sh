#!/usr/bin/env bash
# How fast text is searched: Haven's engine and peers in Rust in turn on the same blocks of the same documents. Hyperscan (Debian's)
# and Presidio (pip) are fetched into a scratch folder; where that fails they are left out and the table says so.
# Never part of `make test`. Writes docs/benchmarks/detect.md.
#
#   ROUNDS=5  MEGABYTES=8 (of each part)  HAVEN_MACHINE=…   how to describe this machine: no names, no paths
set -euo pipefail
cd "$(dirname "$0")/../.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/haven/bench-target}
rounds=${ROUNDS:-5}
cargo build --release --locked --quiet --manifest-path benches/detect/Cargo.toml
scratch=$CARGO_TARGET_DIR/bench-detect
mkdir -p "$scratch/corpus"
MEGABYTES=${MEGABYTES:-8} python3 benches/detect/corpus.py "$scratch/corpus"

hyperscan() {
  if [[ ! -x $scratch/hyperscan ]]; then
    mkdir -p "$scratch/deb"
    (cd "$scratch/deb" && apt-get download -qq libhyperscan5 libhyperscan-dev && for deb in *.deb; do dpkg -x "$deb" .; done) || return
    local lib
    lib=$(dirname "$(find "$scratch/deb" -name 'libhs.so.5' | head -1)")
    cc -O2 -I"$scratch/deb/usr/include/hs" benches/detect/hyperscan.c -o "$scratch/hyperscan" -L"$lib" -l:libhs.so.5 -Wl,-rpath,"$lib" || return
  fi
  "$scratch/hyperscan" "$scratch/literals" "$rounds" "$scratch"/corpus/*.txt
}

presidio() {
  if [[ ! -d $scratch/presidio ]]; then
    python3 -m venv "$scratch/presidio" && "$scratch/presidio/bin/pip" install --quiet presidio-analyzer || return
  fi
  "$scratch/presidio/bin/python" benches/detect/presidio.py "$scratch/literals" "$scratch"/corpus/*.txt
}

memory=$(awk '/MemTotal/ { printf "%d", $2 / 1048576 + 0.9 }' /proc/meminfo)
{
  echo "# How fast text is searched"
  echo
  echo "Written by \`make bench-detect\` on $(date +%F): ${HAVEN_MACHINE:-$(getconf _NPROCESSORS_ONLN) cores, $memory GiB, shared machine}," \
    "$(rustc --version | cut -d' ' -f1-2). One core. The peers search the phrases of the packs that are plain literals; Haven" \
    "searches all patterns with gaps, stems and sets, folds case, accents and scripts, and judges the words around a match." \
    "All folded and regex over phrases are given 8 KB of each megabyte only; a 0 is less than half a MB/s. Hyperscan and Presidio run behind the others, not in turn with them. The goal of Haven is 1.6 × the DFA for phrases and identifiers together."
  echo
  "$CARGO_TARGET_DIR/release/bench-detect" phrases "$scratch"/corpus/*.txt --rounds "$rounds" --literals "$scratch/literals"
  echo
  hyperscan || echo "Hyperscan: not measured, it could not be fetched or built."
  echo
  presidio || echo "Presidio: not measured, it could not be installed."
} >"$scratch/detect.md"
mkdir -p docs/benchmarks
mv "$scratch/detect.md" docs/benchmarks/detect.md
cat docs/benchmarks/detect.md
