#!/usr/bin/env bash
# How the counter holds up: RATE questions a second for SECONDS, each answered and recorded on SQLite, with the service on
# one core and the load on another; beside it, in the same run, the same rate of requests that do nothing (/healthz), so
# that the figures are also a ratio. Then: was anything lost, how much memory, how long a start takes.
set -euo pipefail
cd "$(dirname "$0")/../.."
rate=${RATE:-500} seconds=${SECONDS_EACH:-60}

cargo build --release --locked --package haven
haven=${CARGO_TARGET_DIR:-target}/release/haven
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
export HAVEN_REGISTER=$folder/haven.db HAVEN_KEY=$folder/haven.key HAVEN_ASK_WITHOUT_LOGIN=true
# The load comes from one address.
export HAVEN_CONNECTIONS_PER_ADDRESS=512
"$haven" ledger init --name bench.invalid/log >/dev/null

# From the start of the program to its first line, five times.
for round in 1 2 3 4 5; do
  before=$(date +%s%N)
  coproc SERVE { exec taskset -c 0 "$haven" serve --listen 127.0.0.1:0; }
  read -r line <&"${SERVE[0]}"
  echo "start $round: $((($(date +%s%N) - before) / 1000000)) ms"
  server=$SERVE_PID
  [[ $round == 5 ]] || { kill "$server"; wait "$server" || true; }
done
address=${line#haven serve: }

taskset -c 1 node benches/serve/load.mjs "$address" "$rate" 5 page >/dev/null
for round in 1 2 3; do
  taskset -c 1 node benches/serve/load.mjs "$address" "$rate" $((seconds / 3)) health
  taskset -c 1 node benches/serve/load.mjs "$address" "$rate" $((seconds / 3)) page
done
echo "memory: $(awk '/VmHWM/ { print $2 / 1024 " MiB at most" }' "/proc/$server/status")"
asked=$((rate * 5 + rate * (seconds / 3) * 3))
echo "recorded: $("$haven" register list --jsonl | wc -l) of $asked"
"$haven" ledger verify | tail -1
