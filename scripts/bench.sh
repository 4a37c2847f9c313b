#!/usr/bin/env bash
# Prints what is measured; nothing here passes or fails.
. "$(dirname "$0")/lib.sh"
scripts/setup.sh bench
scripts/build.sh
work=$(mktemp -d); chmod 711 "$work" # PostgreSQL, another user, must get through
trap 'scripts/postgres.sh stop "$work/postgres" >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
say "demo company, full size (budget: 15 s)"
env -u DATABASE_URL WEIR_LOG=warn WEIR_DATABASE="sqlite:$work/demo.db" target/release/weir demo --as-of 2026-06-30 | sed -n 1,2p
say "in the browser"; node end2end/bench/browser.mjs
say "on a phone"; node end2end/bench/phone.mjs
say "over HTTP"; node end2end/bench/http.mjs "$(scripts/postgres.sh start "$work/postgres" --durable)"
say "lists in and out"; node end2end/bench/transfer.mjs
say "figures over many deals"; BENCH_SCALES="${BENCH_SCALES:-0.85 8.5}" node end2end/bench/figures.mjs
