#!/usr/bin/env bash
# Replace the demo company by a fresh one that reaches up to today.
. "$(dirname "$0")/lib.sh"
scripts/setup.sh run
scripts/build.sh
target/release/weir demo --reset
