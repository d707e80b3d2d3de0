#!/usr/bin/env bash
# The trading desk's page (optibid-desktop/ui): what the server serves and the desktop app shows.
#   scripts/ui.sh build   installs its packages and builds dist/, unless it was built from the same sources
#   scripts/ui.sh check   types, markup, unit tests
#   scripts/ui.sh schema  makes the types of the API anew from what the built server says
#   scripts/ui.sh e2e     the page in a browser against the built server, once its types are found to be the server's; needs Chromium
# Node comes from scripts/setup.sh; the machine's own is used where it is new enough.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
[ -d "$CACHE/node/bin" ] && export PATH="$CACHE/node/bin:$PATH"
# Nothing is told to anybody about builds and tests.
export npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false CI=${CI:-true}
cd optibid-desktop/ui

sources() { git ls-files -z --cached --others --exclude-standard -- . | sort -z | xargs -0 sha256sum; }

# Packages as the lock file says, unless those that are there were installed from the same one.
packages() {
    cmp -s package-lock.json node_modules/.installed-from 2>/dev/null && return
    npm ci --silent --ignore-scripts --cache "$CACHE/npm" || die "the page's packages could not be installed"
    cp package-lock.json node_modules/.installed-from
}

build() {
    packages
    sources >node_modules/.sources
    if [ -f dist/index.html ] && cmp -s node_modules/.sources node_modules/.built-from; then return; fi
    npm run --silent build
    mv node_modules/.sources node_modules/.built-from
}

# As of the Rust sources: a file that is longer than this is two.
short_files() {
    local long
    long=$(git ls-files -z 'src/*.ts' 'src/*.svelte' 'src/*.css' 'e2e/*.ts' | grep -zv 'schema.d.ts$' | xargs -0 wc -l \
        | awk '$2 != "total" && $1 > 400 { print "  " $2 ": " $1 " lines" }')
    [ -z "$long" ] || die "$(printf 'files of more than 400 lines:\n%s' "$long")"
}

check() {
    packages
    short_files
    npm run --silent check
    npm test --silent
}

program=${CARGO_TARGET_DIR:-$ROOT/target}/debug/optibid

# What the page knows of the API, in a folder: the server's description, and the types made of it.
describe() {
    "$program" openapi >"$1/openapi.json" || die "no server at $program: cargo build -p optibid-server --bin optibid"
    npx openapi-typescript "$1/openapi.json" --output "$1/schema.d.ts" >/dev/null
}

same_types() {
    local fresh file
    fresh=$(mktemp -d)
    describe "$fresh"
    for file in openapi.json schema.d.ts; do
        cmp -s "$fresh/$file" "src/lib/api/$file" || die "the API has changed: scripts/ui.sh schema renews what the page knows of it ($file)"
    done
    rm -rf "$fresh"
}

case ${1:-build} in
build) build ;;
check) check ;;
schema)
    packages
    describe src/lib/api
    ;;
e2e)
    packages
    same_types
    shift
    npx playwright test "$@"
    ;;
*) die "unknown act '$1': build, check, schema or e2e" ;;
esac
