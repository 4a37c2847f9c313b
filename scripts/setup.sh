#!/usr/bin/env bash
# Everything that building, and with `setup.sh test` or `bench` also testing or measuring, needs.
# Each step looks first and is silent when nothing is to do.
. "$(dirname "$0")/lib.sh"
want=${1:-run}

have cargo || stop "Rust is missing: install it from https://rustup.rs, then run this again"
have node && have npm || stop "Node.js 20 or newer is missing: install it (with npm), then run this again"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || stop "Node.js 20 or newer is needed, this is $(node --version)"
have cc || stop "a C compiler is missing (Debian: apt-get install build-essential)"
rustc --version >/dev/null 2>&1 || rustup toolchain install --no-self-update >/dev/null || stop "the Rust toolchain of rust-toolchain.toml is missing: run 'rustup toolchain install 1.95.0' while online"

scripts/wasm-target.sh
# What the lock file names for every platform: cargo-leptos asks for all of it, in the middle of a build.
cargo fetch --locked --quiet || stop "the crates of Cargo.lock could not be fetched: is this machine online?"

# cargo_tool NAME VERSION ARGS…: a pinned tool into its own folder of the cache.
# Unoptimised and without what debuggers want: it is built once and works for milliseconds.
# Two set-ups at once do not take each other's folder away.
cargo_tool() {
  local name=$1 version=$2 root="$TOOLS/$1-$2" build="$TOOLS/build-$$"; shift 2
  [ -x "$root/bin/${BIN:-$name}" ] && return
  say "installing $name $version, once for this machine (some minutes)"
  # From outside the checkout, so that no setting of this workspace is applied.
  (cd "$TOOLS" && RUSTUP_TOOLCHAIN=1.95.0 CARGO_TARGET_DIR="$build" CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_DEV_CODEGEN_UNITS=4 cargo install "$name" --version "$version" --debug --root "$root" "$@") \
    || { rm -rf "$build"; [ -x "$root/bin/${BIN:-$name}" ] || stop "$name $version could not be installed"; }
  rm -rf "$build"
}
BIN=wasm-bindgen cargo_tool wasm-bindgen-cli $WASM_BINDGEN_VERSION
cargo_tool cargo-leptos $CARGO_LEPTOS_VERSION --locked --features no_downloads

if [ ! -d node_modules ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  say "installing npm packages"
  npm ci --no-audit --no-fund --loglevel=error || stop "the npm packages could not be installed"
  touch node_modules/.package-lock.json
fi

if [ "$want" != run ]; then
  # Tests need no window; what is measured is measured in the browser that people have.
  if [ "$want" = bench ]; then have chromium || have google-chrome || debian chromium; fi
  have chromium-headless-shell || have chromium || have google-chrome || (debian chromium-headless-shell) 2>/dev/null || debian chromium
  fc-list 2>/dev/null | grep -qi 'cjk\|pingfang\|yahei' || { have apt-get && debian fonts-noto-cjk fontconfig || stop "a Chinese font is missing: install Noto Sans CJK"; }
  scripts/postgres.sh --check || debian postgresql
  scripts/postgres.sh --check || stop "PostgreSQL 15 or newer (initdb, pg_ctl) is missing: install it, the tests need it"
fi
