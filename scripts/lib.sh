# Shared by every script: where tools live, how we speak, how we stop.
# Source it; it changes into the repository's root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD

# Pinned tools. Once per machine, outside the checkout, shared by every clone.
WASM_BINDGEN_VERSION=0.2.130
CARGO_LEPTOS_VERSION=0.3.10
TOOLS=${WEIR_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/weir}
export PATH="$TOOLS/wasm-bindgen-cli-$WASM_BINDGEN_VERSION/bin:$TOOLS/cargo-leptos-$CARGO_LEPTOS_VERSION/bin:$ROOT/node_modules/.bin:$PATH"
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
# The packages of pages.
SLICES=(pipeline funnel analysis tiers home customers contracts quotes visits satisfaction service field data team settings)
# A registry that does not answer once is asked again.
export CARGO_NET_RETRY=${CARGO_NET_RETRY:-6}

say() { printf '\033[36m==>\033[0m %s\n' "$*"; }
stop() { printf '\033[31mCannot go on:\033[0m %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# free_mb: what the disk below the checkout has left, in MB.
free_mb() { df -Pk "$ROOT" | awk 'NR == 2 {print int($4 / 1024)}'; }
# room MB WHAT: stop with a sentence, rather than with a compiler's error in the middle of a build.
room() { [ "$(free_mb)" -ge "$1" ] || stop "$2 needs about $(($1 / 1000)) GB of disk, and $ROOT has $(free_mb) MB left"; }

# as_root CMD…: run it as root, or explain what a person must install by hand.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif have sudo && sudo -n true 2>/dev/null; then sudo "$@"
  else return 1
  fi
}

# debian PACKAGE…: install from Debian's packages, or say exactly what is missing.
debian() {
  have apt-get || stop "please install these with your system's package manager: $*"
  say "installing from Debian's packages: $*"
  if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >"$TOOLS/apt.log" 2>&1; then
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update >"$TOOLS/apt.log" 2>&1 || true
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >>"$TOOLS/apt.log" 2>&1 \
      || stop "these packages could not be installed: $* (run: sudo apt-get update && sudo apt-get install $*; log: $TOOLS/apt.log)"
  fi
}
mkdir -p "$TOOLS"
