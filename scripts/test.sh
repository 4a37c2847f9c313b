#!/usr/bin/env bash
# Every test: rules, texts, store on both databases, routes, browser.
. "$(dirname "$0")/lib.sh"
scripts/setup.sh test
passed=0 failed=0 skipped=0
work=$(mktemp -d); chmod 711 "$work" # PostgreSQL, another user, must get through
pg=$work/postgres
cleanup() { scripts/postgres.sh stop "$pg" >/dev/null 2>&1 || true; rm -rf "$work"; }
trap cleanup EXIT

# count LOG: adds up the lines of cargo's and Playwright's runners.
count() {
  local p f
  p=$(grep -oE '[0-9]+ passed' "$1" | awk '{s+=$1} END {print s+0}'); f=$(grep -oE '[0-9]+ failed' "$1" | awk '{s+=$1} END {print s+0}')
  passed=$((passed + p)); failed=$((failed + f))
}
run() {
  local name=$1; shift
  say "$name"
  if "$@" 2>&1 | tee "$work/log"; then :; else
    [ "$(grep -cE '[0-9]+ failed' "$work/log")" -gt 0 ] || failed=$((failed + 1))
  fi
  count "$work/log"
}

scripts/boundaries.sh
say "starting a throw-away PostgreSQL"
TEST_POSTGRES_URL=$(scripts/postgres.sh start "$pg")
export TEST_POSTGRES_URL WEIR_REQUIRE_POSTGRES=1

# As the builds have it, so that a checkout with a dev build compiles less.
export RUSTFLAGS="--cfg erase_components"
run "rules and texts" cargo test --locked -p domain --features domain/tz -p i18n
run "store on SQLite and PostgreSQL; pages and routes" cargo test --locked -p store -p ui -p pipeline -p customers -p team -p settings -p app -p server \
  --features ui/ssr,pipeline/ssr,customers/ssr,team/ssr,settings/ssr,app/ssr
unset RUSTFLAGS
scripts/build.sh
say "browser tests that have not passed yet are left out: see end2end/playwright.config.ts (WEIR_ALL=1 runs them too)"
run "browser" npx playwright test --config end2end/playwright.config.ts

echo
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
