#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs what is needed (Debian 12), builds, and runs every test: with gcc as released, and with
# clang under the address and undefined behavior sanitizers; and those of the parallel build under
# the thread sanitizer.
set -eu
cd "$(dirname "$0")"
. ./packages.sh
install_packages $BUILD_PACKAGES $TEST_PACKAGES
# Some have a nodejs of another origin, which brings its own npm and excludes Debian's.
command -v npm > /dev/null || install_packages nodejs npm
jobs=$(nproc)
tests=$((jobs + 1)) # some wait: for a disk, a lock, a second

# make FOLDER TARGETS OPTION...: configures with the options and builds the targets; without success
# FOLDER.log is left.
make() {
    folder=$1 targets=$2
    shift 2
    {
        cmake -S . -B "$folder" -G Ninja -DTIP_WERROR=ON -DTIP_TESTS=ON "$@" &&
            cmake --build "$folder" -j "$jobs" --target $targets
    } > "$folder.log" 2>&1 && rm "$folder.log"
}
rm -f build*.log
clang="-DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=Debug"
# Side by side, for cmake itself uses one core.
make build all -DCMAKE_C_COMPILER=gcc -DCMAKE_CXX_COMPILER=g++ -DCMAKE_INSTALL_PREFIX=/usr &
make build-sanitize all $clang -DTIP_SANITIZE=address,undefined &
make build-threads 'tipindex tipsearch tipserve' $clang -DTIP_SANITIZE=thread &
wait
if cat build*.log 2> /dev/null; then
    exit 1
fi

failed=0
# Few, so one at a time beside the others.
ctest --test-dir build-threads --output-on-failure \
    -R '^(command/(archives|hostile-inputs|jobs|tables|update-counts)|serve/(api|servers))$' \
    > build-threads.log 2>&1 &
threads=$!
echo "== clang, sanitizers"
ctest --test-dir build-sanitize -j "$tests" --output-on-failure || failed=1
echo "== clang, thread sanitizer"
wait $threads || failed=1
cat build-threads.log
rm build-threads.log
echo "== gcc, release"
ctest --test-dir build -j "$tests" --output-on-failure || failed=1
exit $failed
