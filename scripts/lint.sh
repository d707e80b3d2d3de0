#!/usr/bin/env bash
# Everything a machine can say about the code without running it. Cheap checks first.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

step "format" cargo fmt --all --check
step "book" scripts/docs.sh
step "budgets and import circles" scripts/check-budgets
step "budgets checker against known offenders" scripts/check-budgets --self-test
step "dependency tree of optibid-core" scripts/check-core-tree
step "licences, bans, sources" cargo deny --log-level error check licenses bans sources
step "clippy" cargo clippy --locked --workspace --all-targets -- -D warnings
step "clippy, core without features" cargo clippy --locked -p optibid-core --lib --no-default-features -- -D warnings
# The bench crate's own feature only adds what `make bench` builds.
step "clippy, all features" cargo clippy --locked --workspace --exclude optibid-bench --all-targets --all-features -- -D warnings
step "documentation" env RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --quiet
