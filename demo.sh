#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The main job from nothing, on Debian 12: installs the packages, builds, indexes the bundled
# sample reports, and asks them two questions.
set -eu
cd "$(dirname "$0")"

step() {
    printf '\n== %s\n' "$1"
}
run() {
    printf '$ %s\n' "$1"
    shift
    "$@"
}

step "1. Packages from Debian (only those that are missing)"
. ./packages.sh
install_packages $BUILD_PACKAGES
echo "All there."

step "2. Build"
log=$(mktemp)
if ! { cmake -S . -B build -G Ninja -DCMAKE_C_COMPILER=gcc -DCMAKE_CXX_COMPILER=g++ \
    -DTIP_TESTS=OFF && cmake --build build; } > "$log" 2>&1; then
    cat "$log"
    exit 1
fi
rm -f "$log"
ls build/indexer/tipindex build/search/tipsearch
PATH=$PWD/build/indexer:$PWD/build/search:$PATH

step "3. Index the sample: our own wording of facts from the reports of 2006 to 2025"
run 'tipindex --db demo-index corpus/sample' tipindex --db demo-index corpus/sample

step "4. What the index holds"
run 'tipindex --db demo-index --stats' tipindex --db demo-index --stats

ask() {
    step "$1"
    run "tipsearch --db demo-index --limit 5 \"$2\"" tipsearch --db demo-index --limit 5 "$2"
}
ask "5. Forced labor and Russia" "forced labor Russia"
ask "6. Corruption of the police in the Kyrgyz Republic" "police corruption Kyrgyz"

step "7. Exact words, and only some years"
run "tipsearch --db demo-index --limit 3 '\"debt bondage\" year:2013..2022'" \
    tipsearch --db demo-index --limit 3 '"debt bondage" year:2013..2022'

step "Done. Try your own: build/search/tipsearch --db demo-index QUERY"
echo "Or look at it in a browser: build/serve/tipserve --db demo-index"
