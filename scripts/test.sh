#!/usr/bin/env bash
# `make test`: set-up, every static check, the documentation's examples, then every test with its services running.
# OPTIBID_TEST_FULL=1 makes the tests that have a long form run it.
# OPTIBID_TEST_DATA names a folder with data that does not ship; tests that need it say NOT RUN without it.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

step "set-up" scripts/setup.sh test
step "web page" scripts/ui.sh build
step "web page: types, markup, units" scripts/ui.sh check
scripts/lint.sh
step "documentation's examples" cargo test --locked --workspace --doc --quiet --features optibid-engine/highs
step "program of the book" cargo build --locked -p optibid-server --bin optibid
step "web page in a browser" scripts/ui.sh e2e
step "commands of the book" scripts/run-book "${CARGO_TARGET_DIR:-target}/debug/optibid"
exec scripts/with-services scripts/run-tests.sh
