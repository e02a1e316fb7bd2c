#!/usr/bin/env bash
# Builds Haven, gives it the sample city's register, says what to try, and serves until it is stopped.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --locked --package haven
haven=${CARGO_TARGET_DIR:-target}/debug/haven
address=${HAVEN_LISTEN:-localhost:2173}

# The sample city's register, made once; somebody's own is used where one is named.
if [[ -z ${HAVEN_REGISTER:-} ]]; then
  # Another one where the city or the tables are others.
  made_of=$(cat city/register/*.csv city/questions.jsonl crates/haven-register/migrations/sqlite/*.sql | sha256sum | cut -c 1-12)
  sample=${XDG_CACHE_HOME:-$HOME/.cache}/haven/sample-$made_of
  export HAVEN_REGISTER=$sample/haven.db HAVEN_KEY=$sample/haven.key
  export HAVEN_NOTICE="A sample city: everything in this register is made up."
  if [[ ! -e $sample/ready ]]; then
    echo "run: making the sample city's register in $sample"
    rm -rf "$sample"
    mkdir -p "$sample"
    "$haven" ledger init --name sample.invalid/haven-city >"$sample/public-key.txt"
    for table in city/register/*.csv; do
      "$haven" register import "$table"
    done
    # 0, 1 and 3 are answers; 2 is an error.
    "$haven" ask --jsonl --record --by S-2173 --station HQ <city/questions.jsonl >/dev/null || (($? != 2))
    "$haven" ledger checkpoint >/dev/null
    touch "$sample/ready"
  fi
fi

cat <<TRY

Things to try:

  1. In another terminal, ask from the command line:
     $haven ask continue_detention --agency CPD --fact basis=detainer

  2. Ask on the page, and look at a traffic stop in 2020 with the law of that day:
     http://$address
     http://$address/try/2020-traffic-stop

  3. A year of a sample city's register: four quarterly reports, a public page, the log behind them:
     http://$address/reports

  4. What is missing in it, and what is due:
     export HAVEN_REGISTER=$HAVEN_REGISTER HAVEN_KEY=${HAVEN_KEY:-haven.key}
     $haven register gaps
     $haven register duties --due 60d

  5. Was anything in it changed or taken out?
     $haven ledger verify

Stop with Ctrl-C. Haven gives no legal advice and keeps no record of people.

TRY

exec "$haven" serve
