#!/usr/bin/env bash
# The gate: formatting, clippy, every test. The last line is "N passed, N failed", over all test binaries and doc tests.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! scripts/lint.sh; then
  echo "test: the tests were not run, because the form comes first"
  echo "0 passed, 1 failed"
  exit 1
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
cargo test --workspace --locked --no-fail-fast 2>&1 | tee "$log" || status=$?

# "test result: ok. 12 passed; 0 failed; 0 ignored; …", once for each binary.
read -r passed failed < <(awk '/^test result: / { passed += $4; failed += $6 } END { print passed + 0, failed + 0 }' "$log")
# A binary that does not compile or that crashes prints no result; cargo knows.
if ((status != 0 && failed == 0)); then
  failed=1
fi
if ((passed + failed == 0)); then
  echo "test: no test ran" >&2
  status=1
fi
echo "$passed passed, $failed failed"
((status == 0 && failed == 0))
