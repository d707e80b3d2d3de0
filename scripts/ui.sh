#!/usr/bin/env bash
# The trading desk's page (optibid-desktop/ui): what the server serves and the desktop app shows.
#   scripts/ui.sh build   installs its packages and builds dist/, unless it was built from the same sources
#   scripts/ui.sh check   types, markup, unit tests, and whether the API's description is the server's
#   scripts/ui.sh e2e     the page in a browser against a real server; needs the built server and Chromium
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
    if [ -f dist/index.html ] && sources | cmp -s - node_modules/.built-from; then return; fi
    npm run --silent build
    sources >node_modules/.built-from
}

check() {
    packages
    npm run --silent check
    npm test --silent
}

case ${1:-build} in
build) build ;;
check) check ;;
e2e)
    packages
    shift
    npx playwright test "$@"
    ;;
*) die "unknown act '$1': build, check or e2e" ;;
esac
