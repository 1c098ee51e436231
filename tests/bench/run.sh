#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds tipsearch, installs the engines it is compared with (Debian 12), and compares them:
#
#   sh tests/bench/run.sh PARAGRAPHS.jsonl [RUNS] [OPTION]...
#
# bench.py --help lists the options. Scratch files go to $TMPDIR.
set -eu
bench=$(cd "$(dirname "$0")" && pwd)
root=$bench/../..
. "$root/packages.sh"
. "$bench/packages.sh"
install_packages $BUILD_PACKAGES libcmocka-dev $BENCH_PACKAGES

build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
trap 'exit 1' HUP INT TERM
{
    cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release &&
        cmake --build "$build" --target tipindex tipsearch bench_tip
} > "$build/log" 2>&1 || { cat "$build/log"; exit 1; }
python3 -B "$bench/bench.py" "$build" "$@"
