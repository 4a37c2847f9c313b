#!/usr/bin/env bash
# Fast: format, lints for server and browser, boundaries, domain tests.
. "$(dirname "$0")/lib.sh"
scripts/setup.sh run
export RUSTFLAGS="--cfg erase_components"
say "format"; cargo fmt --check
say "lints, server"; cargo clippy --locked --workspace --exclude frontend --all-targets -- -D warnings
say "lints, browser"; cargo clippy --locked -p frontend --target wasm32-unknown-unknown -- -D warnings
scripts/boundaries.sh
say "texts"; node scripts/texts.mjs
say "scripts of the phone"; node --test --test-reporter=spec frontend/web/field/*.test.mjs >/dev/null
say "quick tests"; cargo test --locked -q -p domain --features tz -p i18n
