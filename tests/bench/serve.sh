#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tipserve under load, with wrk: sh tests/bench/serve.sh PARAGRAPHS.jsonl [BUILD]
# Ranked queries at about 200 a second, then as many as it can answer, and its memory meanwhile.
set -eu
corpus=$1
build=${2:-build}
here=$(dirname "$0")
scratch=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

"$build/indexer/tipindex" --quiet --db "$scratch/db" "$corpus"
"$build/serve/tipserve" --db "$scratch/db" --listen 127.0.0.1:0 > "$scratch/address" &
server=$!
while [ ! -s "$scratch/address" ]; do sleep 0.1; done
address=$(cat "$scratch/address")
ask() {
    wrk -t1 -s "$here/serve.lua" "$@" "$address" | tail -1
    sed -n 's/^VmRSS:[^0-9]*/  memory, kB: /p; s/^RssAnon:[^0-9]*/  of its own: /p' \
        "/proc/$server/status"
}
echo "Warming up"
PACE=0 ask -c4 -d5
echo "At about 200 a second"
PACE=40 ask -c9 -d30
echo "As many as it can, twice"
PACE=0 ask -c4 -d"${SECONDS_EACH:-60}"
PACE=0 ask -c4 -d"${SECONDS_EACH:-60}"
