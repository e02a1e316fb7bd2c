#!/usr/bin/env bash
# The crash tests in their long form: thousands of crash points of the register, on SQLite and on PostgreSQL. It prints what
# came of each kind and writes it into docs/reliability.md.
#
#   scripts/crash.sh [--seed N] [--scale PERCENT]
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --locked --package haven-register --examples
commit=$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
git diff --quiet HEAD -- crates 2>/dev/null || commit="$commit and changes to it"
exec "${CARGO_TARGET_DIR:-target}/debug/examples/crash" --into docs/reliability.md \
  --about "$(date +%F), $(getconf _NPROCESSORS_ONLN) cores, commit $commit" "$@"
