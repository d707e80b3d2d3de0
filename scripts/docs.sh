#!/usr/bin/env bash
# Builds the book into docs/book and follows every link of it and of the pages at the root of the project.
# `scripts/setup.sh docs` installs mdbook; the pages that are made from the code: cargo run -p optibid-docs.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# What a page of an earlier build left behind would make dead links look alive.
rm -rf docs/book
mdbook build docs
scripts/check-links --self-test
scripts/check-links
scripts/run-book --self-test
printf 'the book: %s\n' "$ROOT/docs/book/index.html"
