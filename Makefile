# What people do with this tree, in one place. Each target is a script or a cargo command that also runs by hand.
#
# Rust links with lld by itself on x86-64 Linux, so no linker is configured here or in .cargo.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# One build folder for all working copies, outside the tree; set CARGO_TARGET_DIR to have another.
cache := $(if $(XDG_CACHE_HOME),$(XDG_CACHE_HOME),$(HOME)/.cache)
CARGO_TARGET_DIR ?= $(cache)/haven/target
export CARGO_TARGET_DIR
# A shell that did not read the profile finds cargo all the same.
export PATH := $(PATH):$(HOME)/.cargo/bin

.PHONY: help run test setup lint docs bench-law bench-register bench-serve bench-detect bench-scan bench-audit bench-guard crash scrub install

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build Haven, start it on http://localhost:2173 and say what to try
	@scripts/setup.sh
	@scripts/run.sh

test: ## check the form, then run every test; the last line is "N passed, N failed"
	@scripts/setup.sh test
	@scripts/test.sh

setup: ## install what the tests need; does nothing where all is there
	@scripts/setup.sh test
	@echo "setup: done"

lint: ## formatting, clippy and the fences of deny.toml
	@scripts/setup.sh
	@scripts/lint.sh
	@scripts/deny.sh

docs: ## refresh what is printed: the vocabulary in docs/law-packs.md, docs/api/openapi.json
	@scripts/setup.sh
	@scripts/docs.sh

bench-law: ## measure how fast the law answers
	@scripts/setup.sh
	@benches/law/run.sh

bench-register: ## measure how fast the register writes and the ledger is checked
	@scripts/setup.sh test
	@benches/register/run.sh

bench-serve: ## measure how the counter holds up under a steady load
	@scripts/setup.sh
	@benches/serve/run.sh

bench-detect: ## measure how fast text is searched, beside peers
	@scripts/setup.sh
	@benches/detect/run.sh

bench-scan: ## measure how much a scan reads in a second
	@scripts/setup.sh test
	@benches/scan/run.sh

bench-audit: ## measure how fast logs are audited, beside peers
	@scripts/setup.sh test
	@benches/audit/run.sh

bench-guard: ## measure what the gateway costs, beside nginx
	@scripts/setup.sh test
	@benches/guard/run.sh

crash: ## look for what a crash could lose, at a thousand points and more
	@scripts/setup.sh test
	@scripts/crash.sh

scrub: ## scrub a hundred thousand bodies with status in them, and see what comes through
	@scripts/setup.sh test
	@scripts/scrub.sh

install: ## put a release build of haven into ~/.cargo/bin
	@scripts/setup.sh
	cargo install --path crates/haven --locked
