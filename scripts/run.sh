#!/usr/bin/env bash
# Set up, build, load the demo company if the database is empty, serve.
. "$(dirname "$0")/lib.sh"
scripts/setup.sh run
scripts/build.sh
say "demo company (kept if it is there; 'make demo-reset' loads a fresh one)"
target/release/weir demo --keep
address=${WEIR_ADDRESS:-127.0.0.1:3000}
say "open http://$address — sign in with one click, or as admin@example.com with weir-demo-2026; Ctrl-C ends"
exec target/release/weir serve
