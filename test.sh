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

cmake -S . -B build -G Ninja -DCMAKE_C_COMPILER=gcc -DCMAKE_CXX_COMPILER=g++ -DTIP_WERROR=ON \
    -DTIP_TESTS=ON -DCMAKE_INSTALL_PREFIX=/usr > build.log 2>&1 || { cat build.log; exit 1; }
cmake --build build -j "$jobs" >> build.log 2>&1 || { cat build.log; exit 1; }
cmake -S . -B build-sanitize -G Ninja -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ \
    -DCMAKE_BUILD_TYPE=Debug -DTIP_SANITIZE=address,undefined -DTIP_WERROR=ON -DTIP_TESTS=ON \
    > build.log 2>&1 || { cat build.log; exit 1; }
cmake --build build-sanitize -j "$jobs" >> build.log 2>&1 || { cat build.log; exit 1; }
cmake -S . -B build-threads -G Ninja -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ \
    -DCMAKE_BUILD_TYPE=Debug -DTIP_SANITIZE=thread -DTIP_WERROR=ON -DTIP_TESTS=ON \
    > build.log 2>&1 || { cat build.log; exit 1; }
cmake --build build-threads -j "$jobs" --target tipindex tipsearch tipserve >> build.log 2>&1 ||
    { cat build.log; exit 1; }
rm -f build.log

failed=0
echo "== clang, sanitizers"
ctest --test-dir build-sanitize -j "$tests" --output-on-failure || failed=1
echo "== clang, thread sanitizer"
ctest --test-dir build-threads -j "$tests" --output-on-failure \
    -R '^(command/(archives|hostile-inputs|jobs|tables|update-counts)|serve/(api|servers))$' || failed=1
echo "== gcc, release"
ctest --test-dir build -j "$tests" --output-on-failure || failed=1
exit $failed
