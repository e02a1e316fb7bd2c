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
  # On this machine whoever opens the page may ask, and the record says that nobody had signed in.
  export HAVEN_ASK_WITHOUT_LOGIN=true
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
    "$haven" staff add S-2173 --role supervisor --role auditor --role administrator --by S-2173 >/dev/null
    "$haven" ledger checkpoint >/dev/null
    touch "$sample/ready"
  fi
  # Another code each time, because a code is good once; the password before it is gone.
  code=$("$haven" staff code S-2173 --by S-2173 | grep -oE '[0-9a-z]{4}(-[0-9a-z]{4}){3}' | head -1)
fi

cat <<TRY

Things to try:

  1. Be an officer. ICE asks for help, and it is about immigration only: three taps.
     http://$address

  2. Be the supervisor: set a password for S-2173 with the code ${code:-that \`haven staff code\` prints}, then see what came in.
     http://$address/enrol
     http://$address/desk

  3. Be a family after a traffic stop in June 2020: was it lawful, and what can be done?
     http://$address/lawful
     http://$address/try/2020-traffic-stop

  4. Read the law, clause by clause, and tell a paper by its signs.
     http://$address/law
     http://$address/paper

  5. Ask from the command line, in another terminal:
     $haven ask continue_detention --agency CPD --fact basis=detainer

  6. A year of a sample city's register: four quarterly reports, a public page, the log behind them:
     http://$address/reports

  7. What is missing in it, and what is due:
     export HAVEN_REGISTER=$HAVEN_REGISTER HAVEN_KEY=${HAVEN_KEY:-haven.key}
     $haven register gaps
     $haven register duties --due 60d

  8. Was anything in it changed or taken out?
     $haven ledger verify

  9. Where do the city's forms and schemas ask for status, or keep it? And a database?
     $haven scan city/forms city/schemas
     $haven scan city/forms --format html --out report.html
     $haven scan --database sqlite:city/case-notes.db

 10. Who searched the cameras, who set alerts, who can see them, and was it lawful? Logs of October 2025, made up.
     lists="--agreements city/audit/287g.csv --declarations city/audit/declarations.csv --day 2025-11-01"
     $haven audit searches city/audit/network-audit.csv city/audit/hot-list.csv \$lists --out audit-report
     xdg-open audit-report/report.html
     $haven audit access city/audit/sharing.csv \$lists
     $haven audit decide audit/examples/stops.csv --map audit/examples/stops.toml
     $haven audit dispatch audit/examples/events.csv
     $haven audit policy --agency Elmdale --portal audit/examples/portal.csv --contract audit/examples/contract.toml --log audit-report

 11. Be a records officer: ICE asks for a filled-in form. What must not go, and where does it stand?
     $haven release check guard/examples/intake.docx --to ICE --class federal_immigration --purpose civil_immigration --authority none --agency CPD
     $haven release agreements guard/examples/agreements.toml
     The same on a page, signed in as S-2173, with the file guard/examples/intake.docx:
     http://$address/release

Stop with Ctrl-C. Haven gives no legal advice and keeps no record of people.

TRY

exec "$haven" serve
