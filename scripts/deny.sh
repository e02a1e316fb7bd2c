#!/usr/bin/env bash
# Licences, sources and the fences between crates, by cargo-deny where it is installed.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v cargo-deny >/dev/null; then
  echo "lint: cargo-deny is not installed, so deny.toml was not checked: cargo install cargo-deny --locked"
  exit 0
fi
cargo deny check bans licenses sources
