# Sourced by the scripts beside it: where tools live, how a step is shown, how a script gives up.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${OPTIBID_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/optibid}
TOOLS=$CACHE/tools
export PATH="$TOOLS/bin:${CARGO_HOME:-${HOME:-/root}/.cargo}/bin:$PATH"
# The make that called us may have a job server that cargo cannot use.
unset MAKEFLAGS MFLAGS
cd "$ROOT" || exit 1

die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# step NAME COMMAND...: runs the command, shows its name before and its duration after, stops the script if it fails.
step() {
    local name=$1 started=$SECONDS status=0
    shift
    printf '\n==> %s\n' "$name"
    "$@" || status=$?
    if [ "$status" -ne 0 ]; then
        printf 'FAILED: %s after %d s (exit %d): %s\n' "$name" $((SECONDS - started)) "$status" "$*" >&2
        exit "$status"
    fi
    printf '    %s: ok, %d s\n' "$name" $((SECONDS - started))
}

# The folder of PostgreSQL's server programs, 15 or newer, newest last; empty when there is none.
postgres_bin() {
    local candidates=() dir version best=''
    [ -d /usr/lib/postgresql ] && while IFS= read -r dir; do candidates+=("$dir"); done \
        < <(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin | sort -V)
    have pg_config && candidates+=("$(pg_config --bindir)")
    have initdb && candidates+=("$(dirname "$(readlink -f "$(command -v initdb)")")")
    for dir in "${candidates[@]}"; do
        [ -x "$dir/initdb" ] && [ -x "$dir/pg_ctl" ] && [ -x "$dir/postgres" ] || continue
        version=$("$dir/postgres" --version | sed -E 's/[^0-9]*([0-9]+).*/\1/')
        # 15 is what we promise to support, so it wins over a newer one.
        if [ "$version" -eq 15 ]; then best=$dir; break; fi
        if [ "$version" -gt 15 ]; then best=$dir; fi
    done
    printf '%s' "$best"
}
