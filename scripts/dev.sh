#!/usr/bin/env bash
# Rebuild and reload on every change, with the demo company.
. "$(dirname "$0")/lib.sh"
scripts/setup.sh run
scripts/wasm-version.sh
export WEIR_DATABASE=${WEIR_DATABASE:-sqlite:data/dev.db}
cargo leptos build --split
target/debug/weir demo --keep
exec cargo leptos watch --split -- serve
