# `make` alone lists the targets. Every target does its own set-up (scripts/setup.sh).
.DEFAULT_GOAL := help
.PHONY: help run ui test test-full bench lint fmt docs

help: ## List the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Build and serve the demo on http://localhost:8000 (PORT=9000 changes it)
	@scripts/setup.sh run
	@scripts/ui.sh build
	cargo run --locked -p optibid-server --bin optibid -- serve --demo

ui: ## Build the web page that the server serves
	@scripts/setup.sh run
	@scripts/ui.sh build

test: ## Set up, then lints, docs and every test (about a quarter of an hour cold)
	@scripts/test.sh

test-full: ## The same with the long runs: 10,000 kills, large samples (hours)
	@OPTIBID_TEST_FULL=1 scripts/test.sh

bench: ## Build in release and print the measured figures of docs/src/performance.md
	@scripts/bench.sh

lint: ## Format, clippy, budgets, dependency tree and licences, without running tests
	@scripts/setup.sh lint
	@scripts/lint.sh

docs: ## Build the book into docs/book and check its links
	@scripts/setup.sh docs
	@scripts/docs.sh

fmt: ## Format the Rust code in place
	cargo fmt --all
