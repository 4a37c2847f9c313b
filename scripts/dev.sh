#!/usr/bin/env bash
# Rebuild and reload on every change, with the demo company.
. "$(dirname "$0")/lib.sh"
scripts/setup.sh run
scripts/wasm-version.sh
node scripts/charts.mjs
# Apart from the optimised site, which `make run` and the tests serve.
export LEPTOS_SITE_ROOT=target/dev-site WEIR_SITE=target/dev-site
export WEIR_DATABASE=${WEIR_DATABASE:-sqlite:data/dev.db}
cargo leptos build --split
target/debug/weir demo --keep
exec cargo leptos watch --split -- serve
