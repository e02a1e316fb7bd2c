#!/usr/bin/env bash
# Formatting and clippy, with warnings as errors.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! cargo fmt --all --check; then
  echo "lint: the code above is not formatted: run cargo fmt --all" >&2
  exit 1
fi
if ! cargo clippy --workspace --all-targets --locked -- --deny warnings; then
  echo "lint: clippy objects to the code above" >&2
  exit 1
fi
