#!/usr/bin/env bash
# `make bench`: every program of benches/ in release, one after the other, with PostgreSQL (fsync on) running.
# scripts/bench.sh NAME... runs only those. The machine should be idle: figures are only as good as that.
# OPTIBID_TEST_DATA names the folder with the long price series that do not ship.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

programs=("$@")
if [ ${#programs[@]} -eq 0 ]; then
    for file in benches/src/bin/*; do
        programs+=("$(basename "$file" .rs)")
    done
fi

step "set-up" scripts/setup.sh bench
if [[ " ${programs[*]} " == *" bench_peers "* ]]; then step "set-up of the peers" scripts/setup.sh peers; fi
step "release build" cargo build --locked --release -p optibid-bench --features highs --bins
# The figures of bids and crashes are about the shipped program.
step "release build of optibid" cargo build --locked --release -p optibid-server --bin optibid

target=${CARGO_TARGET_DIR:-$ROOT/target}
run_all() {
    local program
    for program in "$@"; do
        step "$program" "$target/release/$program"
    done
}
export -f run_all step
export target
# Where the programs look for the peers' environments.
export OPTIBID_CACHE=$CACHE
scripts/with-services bash -c 'set -euo pipefail; run_all "$@"' bench "${programs[@]}"
