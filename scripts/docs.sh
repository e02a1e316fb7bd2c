#!/usr/bin/env bash
# Refreshes what is printed into the documents: the vocabulary in docs/law-packs.md, the description of the API.
set -euo pipefail
cd "$(dirname "$0")/.."

page=docs/law-packs.md
begin='<!-- vocabulary:'
end='<!-- end -->'
if ! grep --quiet --fixed-strings "$begin" "$page" || ! grep --quiet --fixed-strings --line-regexp "$end" "$page"; then
  echo "docs: $page lacks the lines \`$begin …\` and \`$end\`" >&2
  exit 1
fi

cargo build --quiet --locked --package haven
printed=$(mktemp)
whole=$(mktemp)
trap 'rm -f "$printed" "$whole"' EXIT
# The law of this tree, whatever whoever runs this has configured.
env -u HAVEN_LAW -u HAVEN_JURISDICTION HAVEN_CONFIG=/dev/null "${CARGO_TARGET_DIR:-target}/debug/haven" law vocabulary >"$printed"
awk -v begin="$begin" -v end="$end" -v printed="$printed" '
  index($0, begin) == 1 { print; while ((getline line < printed) > 0) print line; skipping = 1; next }
  $0 == end { skipping = 0 }
  !skipping { print }
' "$page" >"$whole"
if cmp --silent "$whole" "$page"; then
  echo "docs: $page is up to date"
else
  cat "$whole" >"$page"
  echo "docs: $page is refreshed"
fi

mkdir -p docs/api
"${CARGO_TARGET_DIR:-target}/debug/haven" serve --openapi >"$printed"
if cmp --silent "$printed" docs/api/openapi.json; then
  echo "docs: docs/api/openapi.json is up to date"
else
  cat "$printed" >docs/api/openapi.json
  echo "docs: docs/api/openapi.json is refreshed"
fi
