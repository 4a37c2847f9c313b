#!/usr/bin/env bash
# A throw-away PostgreSQL for tests, fast and unsafe: it trusts every local
# connection and never waits for the disk.
#   postgres.sh --check     exit 0 if PostgreSQL's programs are here
#   postgres.sh start DIR   a cluster in DIR, made if missing; prints its address.
#                           With --durable it waits for the disk, for benches
#   postgres.sh stop DIR    stops it; DIR may then be removed
# For tests that need a database of their own on a server that is there:
#   postgres.sh create URL  a new one on the server of URL; prints its address
#   postgres.sh drop URL    drops one that `create` made, whoever is connected
caller=$PWD
. "$(dirname "$0")/lib.sh"

# Debian keeps initdb and pg_ctl out of PATH, a folder for each version.
programs() {
  if have initdb && have pg_ctl; then dirname "$(readlink -f "$(command -v initdb)")"; return; fi
  local bin
  for bin in $(compgen -G '/usr/lib/postgresql/*/bin' | sort -Vr); do
    if [ -x "$bin/initdb" ] && [ -x "$bin/pg_ctl" ]; then echo "$bin"; return; fi
  done
  return 1
}

# server CMD…: PostgreSQL refuses to be root; then it is its own user.
server() {
  if [ "$(id -u)" != 0 ]; then "$@"
  elif have setpriv; then setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
  elif have runuser; then runuser -u postgres -- "$@"
  else su postgres -s /bin/sh -c 'exec "$0" "$@"' -- "$@"
  fi
}

folder() {
  [ -n "${1:-}" ] || stop "which folder? usage: scripts/postgres.sh start|stop DIR"
  case $1 in /*) echo "$1" ;; *) echo "$caller/$1" ;; esac
}

running() { server "$bin/pg_ctl" -D "$data" status >/dev/null 2>&1; }
# The fourth line of its pid file is the port.
address() { echo "postgres://weir@127.0.0.1:$(server sed -n 4p "$data/postmaster.pid")/postgres"; }
is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

prepare() {
  mkdir -p "$dir"
  if [ "$(id -u)" = 0 ]; then
    id postgres >/dev/null 2>&1 || stop "the user postgres is missing: install PostgreSQL from your system's packages"
    chown postgres: "$dir"
    server test -w "$dir" || stop "the user postgres cannot reach $dir: choose a folder below one that everybody may enter, such as /tmp"
  fi
  [ -f "$data/PG_VERSION" ] && return
  server "$bin/initdb" -D "$data" -U weir --auth=trust --encoding=UTF8 --locale=C --no-sync >"$dir/initdb.log" 2>&1 \
    || stop "initdb failed: $(tail -n 3 "$dir/initdb.log")"
  rm -f "$dir/initdb.log"
}

start() {
  # The path of a socket has at most 107 characters; without one there is still TCP.
  local sockets=$dir port try haste='-c fsync=off -c synchronous_commit=off -c full_page_writes=off'
  [ "$durable" = --durable ] && haste=
  [ ${#dir} -le 80 ] || sockets=
  for try in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 12000))
    is_free $port || continue
    # Somebody may take the port just now: then another one.
    if server "$bin/pg_ctl" -D "$data" -l "$dir/server.log" -w -t 30 start -o "-p $port -c listen_addresses=127.0.0.1 \
      -c unix_socket_directories='$sockets' $haste -c max_connections=400 -c shared_buffers=64MB" >/dev/null 2>&1 </dev/null; then return; fi
  done
  stop "PostgreSQL did not start: $(server tail -n 3 "$dir/server.log" 2>/dev/null)"
}

# sql URL STATEMENT
sql() {
  local psql=psql
  have psql || psql=$(programs)/psql || stop "PostgreSQL's psql is missing: install it from your system's packages"
  "$psql" -X -q -v ON_ERROR_STOP=1 -d "$1" -c "$2"
}

create() {
  local name
  name=weir_browser_$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
  sql "$1" "CREATE DATABASE $name"
  echo "${1%/*}/$name"
}

drop() {
  local name=${1##*/}
  case $name in
    weir_browser_*) sql "${1%/*}/postgres" "DROP DATABASE IF EXISTS $name WITH (FORCE)" ;;
    *) stop "$name was not made here; it stays" ;;
  esac
}

case ${1:-} in
  create | drop)
    [ -n "${2:-}" ] || stop "which address? usage: scripts/postgres.sh create|drop URL"
    "$1" "$2"
    ;;
  --check) programs >/dev/null ;;
  start | stop)
    dir=$(folder "${2:-}") durable=${3:-}
    data=$dir/data
    bin=$(programs) || stop "PostgreSQL (initdb, pg_ctl) is missing: install it from your system's packages"
    cd / # the checkout may be closed to the server's user
    if [ "$1" = start ]; then
      prepare
      running || start
      address
    elif running; then
      server "$bin/pg_ctl" -D "$data" -m immediate -w stop >/dev/null 2>&1 || stop "PostgreSQL in $dir did not stop"
    fi
    ;;
  *) stop "usage: scripts/postgres.sh --check | start DIR | stop DIR | create URL | drop URL" ;;
esac
