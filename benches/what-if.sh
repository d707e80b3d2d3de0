#!/bin/sh
# How long a trader who drags a step waits: POST /api/optimisations/what-if over HTTP, each time with another draft, a battery behind it and
# 100 price paths. 24 periods are ERCOT's day-ahead market in the demo, 96 Nord Pool's with 40 days of quarter hours that are imported first.
#
#   benches/what-if.sh [REQUESTS]      default 200; needs curl and jq; OPTIBID_BIN is the folder of the program (default target/release)
set -eu
requests=${1:-200}
bin=${OPTIBID_BIN:-$(dirname "$0")/../target/release}
bin=$(cd "$bin" && pwd)
home=$(mktemp -d)
base=http://127.0.0.1:18732
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$home"' EXIT
cd "$home"

DATABASE_URL="sqlite:$home/db.sqlite" DATA_DIR="$home" PORT=18732 LOG_LEVEL=warn "$bin/optibid" serve --demo >out 2>&1 &
server=$!
until curl -sf $base/health/ready >/dev/null; do sleep 0.2; done
email=$(sed -n 's/^login *//p' out)
password=$(sed -n 's/^password *\([^ ]*\).*/\1/p' out)
token=$(curl -sS $base/api/auth/login -H 'Content-Type: application/json' -d "{\"email\":\"$email\",\"password\":\"$password\"}" | jq -er .access_token)
api() { curl -sS --fail-with-body -H "Authorization: Bearer $token" -H 'Content-Type: application/json' "$@"; }

awk 'BEGIN {
    print "market,product,location,start,resolution,price,known_at"
    for (q = 0; q < 40 * 96; q++) {
        start = 1774994400 + 900 * q   # 2026-04-01 in Stockholm
        hour = int(q / 4) % 24
        price = 20 + (int(q / 4) * 7) % 24 + (hour > 17 ? 60 : 0)
        print "NORDPOOL,DAM,SE3," strftime("%Y-%m-%dT%H:%M:%SZ", start, 1) ",PT15M," price "," strftime("%Y-%m-%dT%H:%M:%SZ", start - 144000, 1)
    }
}' >prices.csv
curl -sS --fail-with-body -H "Authorization: Bearer $token" -H 'Content-Type: text/csv' --data-binary @prices.csv \
    $base/api/market-data/import >/dev/null
battery='{"type": "battery", "charge_limit": "10", "discharge_limit": "10", "energy_capacity": "20", "min_soc": "1", "max_soc": "19",
  "charge_efficiency": "0.95", "discharge_efficiency": "0.95", "initial_soc": "10", "degradation_cost": "4", "cycle_budget": "1.5", "standing_loss": "0.00005"}'

# A bid for every period of the day, four points each.
draft() {
    asset=$(api $base/api/assets -d "{\"name\": \"bench $1\", \"market\": \"$1\", \"location\": \"$2\", \"kind\": $battery}" | jq -er .id)
    api "$base/api/markets/$1/products/DAM/days/$3" | jq -c --arg market "$1" --arg location "$2" --arg day "$3" --arg currency "$4" --arg asset "$asset" '
        {market: $market, product: "DAM", location: $location, delivery_day: $day, currency: $currency, asset: $asset,
         periods: [.resolution as $resolution | .periods[] | {period: {start, resolution: $resolution}, curve: {side: "sell", shape: "linear",
           points: [{quantity: "1", price: "20"}, {quantity: "4", price: "40"}, {quantity: "7", price: "60"}, {quantity: "10", price: "90"}]}}]}' >bid.json
}

# measure NAME FILTER COUNT: asks COUNT times for what FILTER makes of the bid ($i counts, $at is the time of the forecast).
measure() {
    : >times
    i=0
    while [ "$i" -lt "$3" ]; do
        jq -c --argjson i "$i" --arg at "$at" "(.periods[12].curve.points[0].price = \"$((i % 10 + 10)).$((i % 90 + 10))\") | $2" bid.json >body.json
        curl -sS --fail-with-body -o answer.json -w '%{time_total}\n' -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
            --data-binary @body.json $base/api/optimisations/what-if >>times || { cat answer.json; exit 1; }
        i=$((i + 1))
    done
    jq -e '(.outcome.risk.nets | length) == 100' answer.json >/dev/null
    sort -n times | awk -v name="$1" -v periods="$(jq '.periods | length' bid.json)" '{t[NR] = 1000 * $1}
        END {p = int(NR * 0.95 + 0.999999); printf "| %d | %s | %d | %.1f | %.1f | %.1f |\n", periods, name, NR, t[int((NR + 1) / 2)], t[p], t[NR]}'
}

echo '| periods | what | requests | median ms | 95 % ms | longest ms |'
echo '| --- | --- | --- | --- | --- | --- |'
all() {
    measure 'a dragged step: another draft, the same scenarios' '{bid: ., scenarios: {known_at: $at}}' "$requests"
    measure 'the same against a second draft' '{bid: ., against: ., scenarios: {known_at: $at}}' "$requests"
    measure 'new scenarios each time' '{bid: ., scenarios: {known_at: $at, seed: $i}}' 20
}
at=2024-08-19T15:00:00Z
draft ERCOT HB_SOUTH 2024-08-20 USD
all
at=2026-05-09T08:00:00Z
draft NORDPOOL SE3 2026-05-10 EUR
all
