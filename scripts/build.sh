#!/usr/bin/env bash
# The optimised server and site: target/release/weir and target/site.
. "$(dirname "$0")/lib.sh"
scripts/wasm-version.sh
node scripts/charts.mjs
stamp=target/release/weir.built
# is_complete: the files that the server will ask for are there.
is_complete() {
  [ -x target/release/weir ] && [ -f target/release/hash.txt ] || return 1
  local hash
  while read -r _ hash; do
    compgen -G "target/site/pkg/*.$hash.*" >/dev/null || return 1
  done <target/release/hash.txt
}
# Nothing to do if no source is newer than the beginning of the last build.
if [ -f "$stamp" ] && is_complete \
  && [ -z "$(find app server frontend migrations style Cargo.toml Cargo.lock package-lock.json scripts/build.sh -newer "$stamp" -type f -print -quit)" ]; then
  say "the build is up to date"
  exit 0
fi
say "building server and site, optimised (the first time takes several minutes)"
mkdir -p target/release
rm -f "$stamp"
touch "$stamp.new"
# No incremental artefacts: they cost disk and bring nothing to a release.
export CARGO_INCREMENTAL=0
# The server beside the site, whose last steps use one core only. What cargo-leptos would
# say to the compiler, so that it finds the server built.
RUSTFLAGS="--cfg erase_components" LEPTOS_OUTPUT_NAME=weir cargo build --locked --quiet --package=server --bin=weir --no-default-features --release &
server=$!
cargo leptos build --release --split
wait "$server"
rm -f target/site/pkg/*.d.*.ts
node scripts/compress.mjs target/site
mv "$stamp.new" "$stamp"
