#!/usr/bin/env bash
# The optimised server and site: target/release/weir and target/site. `build.sh site` makes only the site.
. "$(dirname "$0")/lib.sh"
want=${1:-all}
scripts/wasm-version.sh
node scripts/charts.mjs
# What cargo-leptos would say to the compiler, so that it finds the server built.
export LEPTOS_OUTPUT_NAME=weir
# No incremental artefacts: they cost disk and bring nothing to a release.
export CARGO_INCREMENTAL=0
mkdir -p target/release

# is_newer STAMP: no source is newer than the beginning of the build that left it.
is_newer() {
  [ -f "$1" ] && [ -z "$(find app server frontend migrations style Cargo.toml Cargo.lock package-lock.json scripts/build.sh -newer "$1" -type f -print -quit)" ]
}
# has_site: the files that the server will ask for are there.
has_site() {
  local hash
  is_newer target/site.built && [ -f target/release/hash.txt ] || return 1
  while read -r _ hash; do
    compgen -G "target/site/pkg/*.$hash.*" >/dev/null || return 1
  done <target/release/hash.txt
}
has_server() { is_newer target/release/weir.built && [ -x target/release/weir ]; }

# stamped STAMP CMD…: runs it, and remembers when it began.
stamped() {
  local stamp=$1; shift
  rm -f "$stamp"; touch "$stamp.new"
  "$@" && mv "$stamp.new" "$stamp"
}
server() { RUSTFLAGS="--cfg erase_components" cargo build --locked --quiet --package=server --bin=weir --no-default-features --release; }
site() {
  cargo leptos build --release --split --frontend-only || return 1
  rm -f target/site/pkg/*.d.*.ts
  node scripts/compress.mjs target/site
}

if has_site && { [ "$want" = site ] || has_server; }; then
  say "the build is up to date"
  exit 0
fi
say "building, optimised (the first time takes several minutes)"
# Beside each other: the last steps of the site use one core only.
beside=
[ "$want" = site ] || has_server || { stamped target/release/weir.built server & beside=$!; }
has_site || stamped target/site.built site
[ -z "$beside" ] || wait "$beside"
