#!/usr/bin/env bash
# Every test: rules, texts, store on both databases, routes, browser.
. "$(dirname "$0")/lib.sh"
scripts/setup.sh test
passed=0 failed=0 skipped=0
work=$(mktemp -d); chmod 711 "$work" # PostgreSQL, another user, must get through
pg=$work/postgres
cleanup() { scripts/postgres.sh stop "$pg" >/dev/null 2>&1 || true; rm -rf "$work"; }
trap cleanup EXIT

# count LOG: adds up the lines of cargo's, Playwright's ("3 passed") and node's ("pass 3") runners. What passed
# only when tried again counts as passed, and is named by Playwright itself.
count() {
  # A runner that has none of a kind says nothing of it.
  sum() { { grep -oE "[0-9]+ ($1)\b" "$work/log" || true; } | awk '{s+=$1} END {print s+0}'; }
  of_node() { { grep -oE "^ℹ ($1) [0-9]+" "$work/log" || true; } | awk '{s+=$3} END {print s+0}'; }
  passed=$((passed + $(sum 'passed|flaky') + $(of_node 'pass'))) failed=$((failed + $(sum 'failed|did not run') + $(of_node 'fail|cancelled')))
  skipped=$((skipped + $(sum 'ignored|skipped') + $(of_node 'skipped|todo')))
}
run() {
  local name=$1 before=$failed; shift
  say "$name"
  if "$@" 2>&1 | tee "$work/log"; then count; return; fi
  # As the browser tests do: where machines are busy, what failed is tried once more, and told.
  if [ -n "${CI:-}" ] && grep -q "^failures:" "$work/log"; then
    say "tried once more, since these failed: $(sed -n 's/^test \(.*\) \.\.\. FAILED$/\1/p' "$work/log" | tr '\n' ' ')"
    if "$@" 2>&1 | tee "$work/log"; then count; return; fi
  fi
  count
  # It failed without counting a test: a build that broke, say.
  [ "$failed" -gt "$before" ] || failed=$((failed + 1))
}

[ -d target/debug ] || room 5000 "compiling the tests"
scripts/boundaries.sh
say "starting a throw-away PostgreSQL"
TEST_POSTGRES_URL=$(scripts/postgres.sh start "$pg")
export TEST_POSTGRES_URL WEIR_REQUIRE_POSTGRES=1

# As the builds have it, so that a checkout with a dev build compiles less.
export RUSTFLAGS="--cfg erase_components" LEPTOS_OUTPUT_NAME=weir
# What the next change of one package would save costs more disk than all that the tests are.
[ -d target/debug/incremental ] || export CARGO_INCREMENTAL=0
# The packages that the server is made of, as the tests and the server under the browser tests have them: one build.
of_server=(--locked -p store -p ui $(printf ' -p %s' "${SLICES[@]}") -p app -p server
  --features "ui/ssr$(printf ',%s/ssr' "${SLICES[@]}"),app/ssr")
run "scripts of the phone" node --test --test-reporter=spec frontend/web/field/*.test.mjs
run "rules and texts" cargo test --locked --no-fail-fast -p domain --features domain/tz -p i18n
say "compiling the server and its tests"
cargo build --quiet "${of_server[@]}" --bins --tests || stop "the server or its tests do not compile"
run "store on SQLite and PostgreSQL; pages and routes" cargo test --no-fail-fast "${of_server[@]}"
# The server of the tests with the site as it is served to people: docs/decisions/0037.
tested=target/tested
mkdir -p $tested
cp target/debug/weir $tested/weir
# On a small disk what the tests were compiled into makes room for the site.
if [ "$(free_mb)" -lt 4000 ]; then
  say "only $(free_mb) MB of disk are left: target/debug goes"
  rm -rf target/debug
fi
unset RUSTFLAGS
scripts/build.sh site || stop "the site does not compile"
cp target/release/hash.txt $tested/hash.txt
export WEIR_BIN=$PWD/$tested/weir WEIR_SITE=$PWD/target/site
run "browser" npx playwright test --config end2end/playwright.config.ts

echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
