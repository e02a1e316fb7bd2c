#!/usr/bin/env bash
# Makes the sample city's logs anew: scripts/city-audit.sh HAVEN FOLDER, where HAVEN is the program. The same seeds give the same bytes.
set -euo pipefail
haven=$1 folder=$2

make() { "$haven" audit generate --layout "$1" --rows "$2" --seed "$3" --out "$folder/$4"; }

make network-audit 1500 3 network-audit.csv
make hot-list-actions 200 3 hot-list.csv
make sharing-list 300 3 sharing.csv
make agreements 150 3 287g.csv
make declarations 120 3 declarations.csv
