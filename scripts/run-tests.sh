#!/usr/bin/env bash
# Runs the tests under cargo-nextest, then lists the tests that had no data, and ends with the runner's own closing lines.
# Needs the services' addresses in the environment: scripts/with-services scripts/run-tests.sh [nextest arguments]
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The runner hides what passing tests print, so they also append their NOT RUN line to this file.
export OPTIBID_NOT_RUN_LOG=$work/not-run
: >"$OPTIBID_NOT_RUN_LOG"

profile=default
[ "${OPTIBID_TEST_FULL:-}" = 1 ] && profile=full
color=never
[ -t 1 ] && color=always
select=("$@")
# The second solver of linear programmes is compared with the first.
[ ${#select[@]} -eq 0 ] && select=(--workspace --features optibid-engine/highs)

printf '\n==> tests\n'
status=0
cargo nextest run --locked --profile "$profile" --color "$color" "${select[@]}" 2>&1 | tee "$work/log" || status=$?

if [ -s "$OPTIBID_NOT_RUN_LOG" ]; then
    printf '\nNOT RUN for want of data (CONTRIBUTING.md, Tests): %d\n' "$(sort -u "$OPTIBID_NOT_RUN_LOG" | wc -l)"
    sort -u "$OPTIBID_NOT_RUN_LOG"
    sed -n '/Summary.*\[/,$p' "$work/log"
fi
exit "$status"
