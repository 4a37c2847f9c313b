#!/usr/bin/env bash
# The standard library for wasm32-unknown-unknown: by rustup where that works,
# else built from Debian's source package of the very same compiler version.
# WEIR_WASM_TARGET=source skips rustup (to try the second way).
. "$(dirname "$0")/lib.sh"

target=wasm32-unknown-unknown
libdir=$(rustc --print sysroot)/lib/rustlib/$target/lib
if compgen -G "$libdir/libcore-*.rlib" >/dev/null; then exit 0; fi

if [ "${WEIR_WASM_TARGET:-}" != source ] && have rustup; then
  say "adding the WASM target with rustup"
  if rustup target add $target; then exit 0; fi
  say "rustup could not fetch it; building it from source instead"
fi

version=$(rustc --version | cut -d' ' -f2)
have apt-get && have dpkg || stop "the WASM target is missing: run 'rustup target add $target' once while online"
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -f "$keyring" ] || stop "Debian's archive keyring is missing: apt-get install debian-archive-keyring"
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -m1 debian || echo http://deb.debian.org/debian)
# A private sources list: the system's own stays as it is.
echo "deb [signed-by=$keyring] $mirror trixie-backports main" >"$work/sources.list"
apt=(apt-get -qq -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
     -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)
say "fetching the compiler's source, version $version, from Debian's packages"
"${apt[@]}" update || stop "Debian's package lists could not be read"
(cd "$work" && "${apt[@]}" download "rust-src=$version*") \
  || stop "Debian has no rust-src $version; run 'rustup target add $target' once while online"
dpkg -x "$work"/rust-src_*.deb "$work/src"
# The compiler's own; its tests carry a mock of the same name.
sysroot=$(compgen -G "$work/src/usr/src/rustc-*/library/sysroot" | head -1)
[ -n "$sysroot" ] || stop "rust-src has no library/sysroot"
say "building the WASM standard library (half a minute)"
(cd "$sysroot" && RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Zforce-unstable-if-unmarked -Cembed-bitcode=yes" \
  CARGO_TARGET_DIR="$work/target" cargo build -q --release --locked --target $target \
  --no-default-features --features panic-unwind,compiler-builtins-mem)
mkdir -p "$libdir"
cp "$work/target/$target/release/deps/"*.rlib "$libdir/"
say "the WASM target is in place"
