#!/usr/bin/env bash
# Everything a machine can say about the code without running it. Cheap checks first.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

step "format" cargo fmt --all --check
step "book" scripts/docs.sh
step "budgets and import circles" scripts/check-budgets
step "budgets checker against known offenders" scripts/check-budgets --self-test
step "front pages, READMEs, features of the crates" scripts/check-crates
step "dependency tree of optibid-core" scripts/check-core-tree
step "oldest Rust" scripts/check-msrv
step "packages" scripts/check-packages
step "licences, bans, sources" cargo deny --log-level error check licenses bans sources
step "clippy" cargo clippy --locked --workspace --all-targets -- -D warnings
# All features at once, the default ones and `highs`, the only one of its crate, are the steps beside.
step "clippy, each feature of the libraries" cargo hack --log-group none clippy --quiet --locked --each-feature \
    --exclude-features default,highs --exclude-all-features --lib -p optibid-core -p optibid-engine -p optibid-storage \
    -p optibid-streaming -p optibid-venues -p optibid-client -- -D warnings
# The bench crate's own feature only adds what `make bench` builds.
step "clippy, all features" cargo clippy --locked --workspace --exclude optibid-bench --all-targets --all-features -- -D warnings
# The examples are read as files; as pages each of them would take a second.
step "documentation" env RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --exclude optibid-examples --no-deps --quiet
# In the workspace other crates turn features on; alone they are off, and no link may lead into one.
for crate in optibid-core optibid-client; do
    step "documentation of $crate alone" env RUSTDOCFLAGS="-D warnings" cargo doc --locked --lib --no-deps --quiet -p "$crate"
done
step "reader of the public API against a known crate" scripts/public-api --self-test
step "public API, and documentation with all features" scripts/public-api
