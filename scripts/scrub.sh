#!/usr/bin/env bash
# Scrubs a hundred thousand bodies made from seeds, holds what comes of them against the five properties, and writes the table
# into docs/reliability-guard.md. A shorter run is part of `make test`.
#
#   scripts/scrub.sh [BODIES [FIRST-SEED]]
set -euo pipefail
cd "$(dirname "$0")/.."

commit=$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
git diff --quiet HEAD -- crates guard phrases 2>/dev/null || commit="$commit and changes to it"
HAVEN_GUARD_BODIES=${1:-100000} HAVEN_GUARD_FROM=${2:-1000} HAVEN_GUARD_INTO=docs/reliability-guard.md \
  HAVEN_GUARD_ABOUT="$(date +%F), $(getconf _NPROCESSORS_ONLN) cores, commit $commit." \
  cargo test --locked --package haven-guard --test it -- --nocapture seeded
