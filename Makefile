# SPDX-License-Identifier: MIT
# The front door: each name is one script. What serves or measures ends with make, even if that was killed.
.PHONY: run test bench lint format image clean help

help:   ## says what there is
	@sed -n 's/^\([a-z]*\): *## \(.*\)/make \1	\2/p' Makefile

run:    ## builds, starts a private PostgreSQL and serves London's schools on 127.0.0.1:8080; Ctrl-C stops
	@setpriv --pdeathsig TERM db/serve.sh

test:   ## builds and runs every test; the last line counts them
	@setpriv --pdeathsig TERM tests/run.sh

bench:  ## measures the service against PostgreSQL's own rate
	@setpriv --pdeathsig TERM tests/bench/run.sh

lint:   ## C, shell, SQL and the contract, by the linters
	@tests/lint.sh

format: ## lays out the C code
	@tests/lint.sh --format

image:  ## builds the container images, with Docker or podman
	@docker/image.sh

clean:  ## removes what was built, and this clone's databases
	@db/cluster.sh --remove
	@rm -rf build
