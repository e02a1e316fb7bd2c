#!/usr/bin/env bash
# Servers for tests, each started privately: on a free port of this machine, reached from this machine only, with data of
# its own, and gone when whoever started it is gone.
#
#   scripts/servers.sh postgres|mariadb [--data FOLDER] [setting=value]...
#
# The first line printed is `<url> <process id>`. Then it serves until its input ends. A line `start` starts the server
# again after it was killed, on the same port and data; a line `database NAME` makes an empty one. Both print as above.
set -euo pipefail

# The server will not run as root.
if [[ $(id -u) == 0 ]]; then
  user=postgres
  id -u "$user" >/dev/null 2>&1 || user=nobody
  # By its text, because that user may not be allowed to read this folder.
  exec runuser -u "$user" -- bash -c "$(<"$0")" servers.sh "$@"
fi

fail() {
  echo "servers: $*" >&2
  exit 1
}

kind=${1:-nothing}
[[ $kind == postgres || $kind == mariadb ]] || fail "expected \`postgres\` or \`mariadb\`, found \`$kind\`"
shift
data=
if [[ ${1:-} == --data ]]; then
  data=$2
  shift 2
fi

# What differs between the servers: prepare makes the data, launch starts on a port, answers asks whether it is there and ours,
# create makes a database.
settings=()
if [[ $kind == postgres ]]; then
  scheme=postgres first=postgres end=QUIT made_mark=PG_VERSION
  for setting in "$@"; do
    settings+=(-c "$setting")
  done
  bin=$(command -v pg_ctl || printf '%s\n' /usr/lib/postgresql/*/bin/pg_ctl | sort -V | tail -n 1)
  [[ -x $bin ]] || fail "PostgreSQL is lacking: apt-get install postgresql"
  bin=$(dirname "$(readlink -f "$bin")")
  prepare() {
    "$bin/initdb" --pgdata="$data" --username=haven --auth=trust --encoding=UTF8 --no-locale --no-sync
  }
  launch() {
    # With shared memory in files of its data, nothing of a server that was killed stays behind.
    exec "$bin/postgres" -D "$data" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
      -c dynamic_shared_memory_type=mmap "${settings[@]}"
  }
  answers() {
    "$bin/psql" -qAtX -h 127.0.0.1 -p "$port" -U haven -d postgres -c 'SELECT 1' &&
      # Another server may hold the port; ours is there only if it is still running and the file names it.
      [[ $(head -n 1 "$data/postmaster.pid") == "$server" ]]
  }
  create() {
    "$bin/createdb" -h 127.0.0.1 -p "$port" -U haven "$1"
  }
else
  scheme=mysql first=haven end=TERM made_mark=mysql
  for setting in "$@"; do
    settings+=("--$setting")
  done
  # Debian keeps the server outside the path of most users.
  bin=$(PATH=$PATH:/usr/sbin command -v mariadbd) || fail "MariaDB is lacking: apt-get install mariadb-server"
  client() {
    # By its socket, which no other server has.
    mariadb --no-defaults --socket="$data.sock" --user=root "$@"
  }
  prepare() {
    mariadb-install-db --no-defaults --datadir="$data" --auth-root-authentication-method=normal --skip-test-db
  }
  launch() {
    exec "$bin" --no-defaults --datadir="$data" --port="$port" --bind-address=127.0.0.1 --socket="$data.sock" \
      --pid-file="$data.pid" --skip-name-resolve --character-set-server=utf8mb4 "${settings[@]}"
  }
  answers() {
    client --execute="CREATE USER IF NOT EXISTS haven@127.0.0.1; GRANT ALL ON *.* TO haven@127.0.0.1 WITH GRANT OPTION;
      CREATE DATABASE IF NOT EXISTS haven"
  }
  create() {
    client --execute="CREATE DATABASE \`$1\`"
  }
fi

server=
gone() {
  while kill -0 "$server" 2>/dev/null; do
    sleep 0.02
  done
}
finish() {
  trap - EXIT
  if [[ -n $server ]]; then
    kill "-$end" "$server" 2>/dev/null || true
    gone
  fi
  [[ -z ${made:-} ]] || rm -rf "$made"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

if [[ -z $data ]]; then
  made=$(mktemp -d)
  data=$made/data
fi
cd "$(dirname "$data")"
if [[ ! -e $data/$made_mark ]]; then
  prepare >"$data.log" 2>&1 || fail "$kind: its data could not be made: $(tail -n 3 "$data.log")"
fi

port=
begin() {
  local try
  for try in {1..20}; do
    [[ -n $port && $try -le 10 ]] || port=$((20000 + RANDOM % 12000))
    launch >>"$data.log" 2>&1 </dev/null &
    server=$!
    # The shell would report that it was killed, which is what some tests do.
    disown "$server"
    while kill -0 "$server" 2>/dev/null; do
      answers >/dev/null 2>&1 && return
      sleep 0.05
    done
    sleep 0.1
  done
  fail "$kind does not start: $(tail -n 3 "$data.log")"
}
say() {
  echo "$scheme://haven@127.0.0.1:$port/$1 $server"
}

begin
say "$first"
while read -r word name; do
  case $word in
    start)
      gone
      begin
      say "$first"
      ;;
    database)
      create "$name" >&2
      say "$name"
      ;;
    *) fail "expected \`start\` or \`database NAME\`, found \`$word\`" ;;
  esac
done
