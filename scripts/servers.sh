#!/usr/bin/env bash
# Servers for tests, each started privately: on a free port of this machine, reached from this machine only, with data of
# its own, and gone when whoever started it is gone.
#
#   scripts/servers.sh postgres [--data FOLDER] [setting=value]...
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

[[ ${1:-} == postgres ]] || fail "expected \`postgres\`, found \`${1:-nothing}\`"
shift
data=
if [[ ${1:-} == --data ]]; then
  data=$2
  shift 2
fi
settings=()
for setting in "$@"; do
  settings+=(-c "$setting")
done

bin=$(command -v pg_ctl || printf '%s\n' /usr/lib/postgresql/*/bin/pg_ctl | sort -V | tail -n 1)
[[ -x $bin ]] || fail "PostgreSQL is lacking: apt-get install postgresql"
bin=$(dirname "$(readlink -f "$bin")")

server=
gone() {
  while kill -0 "$server" 2>/dev/null; do
    sleep 0.02
  done
}
finish() {
  trap - EXIT
  if [[ -n $server ]]; then
    kill -QUIT "$server" 2>/dev/null || true
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
if [[ ! -e $data/PG_VERSION ]]; then
  "$bin/initdb" --pgdata="$data" --username=haven --auth=trust --encoding=UTF8 --no-locale --no-sync >"$data.log" 2>&1 ||
    fail "initdb failed: $(tail -n 3 "$data.log")"
fi

port=
begin() {
  local try
  for try in {1..20}; do
    [[ -n $port && $try -le 10 ]] || port=$((20000 + RANDOM % 12000))
    # With shared memory in files of its data, nothing of a server that was killed stays behind.
    "$bin/postgres" -D "$data" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
      -c dynamic_shared_memory_type=mmap "${settings[@]}" >>"$data.log" 2>&1 </dev/null &
    server=$!
    # The shell would report that it was killed, which is what some tests do.
    disown "$server"
    while kill -0 "$server" 2>/dev/null; do
      if "$bin/psql" -qAtX -h 127.0.0.1 -p "$port" -U haven -d postgres -c 'SELECT 1' >/dev/null 2>&1; then
        # Another server may hold the port; ours is there only if it is still running and the file names it.
        [[ $(head -n 1 "$data/postmaster.pid" 2>/dev/null) == "$server" ]] && return
      fi
      sleep 0.05
    done
    sleep 0.1
  done
  fail "PostgreSQL does not start: $(tail -n 3 "$data.log")"
}
say() {
  echo "postgres://haven@127.0.0.1:$port/$1 $server"
}

begin
say postgres
while read -r word name; do
  case $word in
    start)
      gone
      begin
      say postgres
      ;;
    database)
      "$bin/createdb" -h 127.0.0.1 -p "$port" -U haven "$name" >&2
      say "$name"
      ;;
    *) fail "expected \`start\` or \`database NAME\`, found \`$word\`" ;;
  esac
done
