#!/usr/bin/env bash
# Builds Haven, says what to try, and serves until it is stopped.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --locked --package haven
haven=${CARGO_TARGET_DIR:-target}/debug/haven
address=${HAVEN_LISTEN:-localhost:2173}

cat <<TRY

Three things to try:

  1. In another terminal, ask from the command line:
     $haven ask continue_detention --agency CPD --fact basis=detainer

  2. Ask on the page:
     http://$address

  3. A traffic stop in 2020, with the law of that day:
     http://$address/try/2020-traffic-stop

Stop with Ctrl-C. Haven gives no legal advice and keeps no record of people.

TRY

exec "$haven" serve
