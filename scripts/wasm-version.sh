#!/usr/bin/env bash
# cargo-leptos takes any wasm-bindgen on PATH; a wrong one fails late and oddly.
. "$(dirname "$0")/lib.sh"
locked=$(grep -A1 '^name = "wasm-bindgen"$' Cargo.lock | sed -n 's/^version = "\(.*\)"/\1/p')
[ "$locked" = "$WASM_BINDGEN_VERSION" ] || stop "Cargo.lock has wasm-bindgen $locked, scripts/lib.sh has $WASM_BINDGEN_VERSION: make them equal"
found=$(wasm-bindgen --version | cut -d' ' -f2)
[ "$found" = "$locked" ] || stop "wasm-bindgen on PATH is $found, wanted $locked: run 'make setup'"
