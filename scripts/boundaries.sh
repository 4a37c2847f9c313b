#!/usr/bin/env bash
# The direction of dependencies, as docs/ARCHITECTURE.md says it.
. "$(dirname "$0")/lib.sh"
say "boundaries"
tree=$(cargo tree --locked -p frontend --target wasm32-unknown-unknown -e normal --prefix none --no-dedupe | cut -d' ' -f1 | sort -u)
for crate in sea-orm sqlx-core axum tokio store migration; do
  if grep -qx "$crate" <<<"$tree"; then stop "the browser must not contain $crate"; fi
done
# wants PACKAGE ALLOWED…: which of our packages it may know.
wants() {
  local package=$1; shift
  local known
  known=$(cargo metadata --locked --no-deps --format-version 1 | node -e '
    const m = JSON.parse(require("fs").readFileSync(0)); const ours = new Set(m.packages.map((p) => p.name));
    const p = m.packages.find((p) => p.name === process.argv[1]);
    console.log(p.dependencies.filter((d) => ours.has(d.name) && d.kind === null).map((d) => d.name).sort().join(" "));' "$package")
  for name in $known; do
    [[ " $* " == *" $name "* ]] || stop "$package must not depend on $name"
  done
}
wants domain
wants i18n
wants migration
wants store domain migration
wants ui domain i18n store
for slice in home pipeline funnel analysis tiers customers contracts field data team settings; do wants $slice domain i18n ui store; done
if grep -rln 'sea_orm' app server --include='*.rs' | grep -v -e '^app/store/' -e '^server/src/tests/'; then stop "only the store names SeaORM"; fi
# Every address passes `with_plain`, which asks for its declared rule.
if [ "$(grep -rnE '\.(route|route_service|nest|nest_service|merge)\(' server/src --include='*.rs' | wc -l)" != 1 ]; then
  stop "addresses are given to the router in server/src/router.rs only, by with_plain"
fi
