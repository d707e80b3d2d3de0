#!/bin/sh
# What the terminal dashboard costs while nobody touches it: CPU time of its process beside the clock. The server is the demo's, which
# brings prices once a second, so that the dashboard draws at least once a second.
#
#   benches/idle-dashboard.sh [SECONDS]      default 60; needs tmux; OPTIBID_BIN is the folder of the programs (default target/release)
set -eu
seconds=${1:-60}
bin=${OPTIBID_BIN:-$(dirname "$0")/../target/release}
bin=$(cd "$bin" && pwd)
home=$(mktemp -d)
socket=$home/tmux
url=http://127.0.0.1:18731
server=
trap 'tmux -S "$socket" kill-server 2>/dev/null || true; [ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$home"' EXIT

(cd "$home" && exec env DATABASE_URL="sqlite:$home/db.sqlite" DATA_DIR="$home" PORT=18731 LOG_LEVEL=warn "$bin/optibid" serve --demo >"$home/out" 2>&1) &
server=$!
until "$bin/optibid-tui" check --server $url 2>/dev/null | grep -q ' ms'; do sleep 0.2; done
email=$(sed -n 's/^login *//p' "$home/out")
password=$(sed -n 's/^password *\([^ ]*\).*/\1/p' "$home/out")
tmux -S "$socket" -f /dev/null new-session -d -x 160 -y 48 "env HOME=$home TERM=tmux-256color LANG=C.UTF-8 \
    OPTIBID_EMAIL=$email OPTIBID_PASSWORD=$password $bin/optibid-tui --server $url"
sleep 8
process=$(tmux -S "$socket" display-message -p '#{pane_pid}')
# The shell that started it has made way for it, or it is the shell's child.
process=$(pgrep -P "$process" || echo "$process")
used() { awk '{print $14 + $15}' "/proc/$process/stat"; }
before=$(used)
sleep "$seconds"
after=$(used)
memory=$(awk '/VmRSS/ {print $2}' "/proc/$process/status")
awk -v used=$((after - before)) -v ticks="$(getconf CLK_TCK)" -v seconds="$seconds" -v memory="$memory" \
    'BEGIN {printf "idle dashboard: %.2f %% of a core, %.1f MB\n", 100 * used / ticks / seconds, memory / 1024}'
