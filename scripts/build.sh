#!/usr/bin/env bash
# The optimised server and site: target/release/weir and target/site.
. "$(dirname "$0")/lib.sh"
scripts/wasm-version.sh
# Nothing to do if no source is newer than what was built last.
stamp=target/release/weir.built
if [ -x target/release/weir ] && [ -f "$stamp" ] \
  && [ -z "$(find app server frontend migrations style Cargo.toml Cargo.lock package-lock.json scripts/build.sh -newer "$stamp" -type f -print -quit)" ]; then
  say "the build is up to date"
  exit 0
fi
say "building server and site, optimised (the first time takes several minutes)"
# No incremental artefacts: they cost disk and bring nothing to a release.
CARGO_INCREMENTAL=0 cargo leptos build --release --split --precompress
rm -f target/site/pkg/*.d.ts target/site/pkg/*.d.ts.br target/site/pkg/*.d.ts.gz
touch "$stamp"
