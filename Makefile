# Weir. `make run` opens the product with demo data, `make test` passes every
# test; both set up what is missing. The work is done by scripts/.
.DEFAULT_GOAL := help
.PHONY: help run test check dev build bench demo-reset setup fmt

help:  ## list what can be done
	@grep -hE '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 14

run:  ## set up, build optimised, load the demo company, serve on http://127.0.0.1:3000
	@scripts/run.sh

test:  ## set up and pass every test
	@scripts/test.sh

check:  ## fast: format, lints for server and browser, quick tests
	@scripts/check.sh

dev:  ## rebuild and reload on every change
	@scripts/dev.sh

build: setup  ## the optimised server and site only
	@scripts/build.sh

bench:  ## measure bytes, drags, requests, imports and exports, start-up, memory
	@scripts/bench.sh

demo-reset:  ## replace the demo company by a fresh one of today
	@scripts/demo-reset.sh

setup:
	@scripts/setup.sh run

fmt:  ## format the sources
	@cargo fmt
