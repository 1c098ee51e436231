#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs what is needed (Debian 12), builds, and runs every test: with gcc as released, and with
# clang under the address and undefined behavior sanitizers; and those of the parallel build under
# the thread sanitizer.
set -eu
cd "$(dirname "$0")"
# Debian's programs before others of the same name: its python3 is the one that python3-xapian is for.
PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
. ./packages.sh
install_packages $BUILD_PACKAGES $TEST_PACKAGES
# Some have a nodejs of another origin, which brings its own npm and excludes Debian's.
command -v npm > /dev/null || install_packages nodejs npm
# Not one more at once than there are processors: all take longer then, by a tenth in all.
jobs=$(nproc)

# configure FOLDER OPTION...: without success FOLDER.log is left.
configure() {
    folder=$1
    shift
    cmake -S . -B "$folder" -G Ninja -DTIP_WERROR=ON -DTIP_TESTS=ON "$@" > "$folder.log" 2>&1 &&
        rm "$folder.log"
}

# make FOLDER TARGET...
make() {
    folder=$1
    shift
    cmake --build "$folder" -j "$jobs" --target "$@" > "$folder.log" 2>&1 || {
        cat "$folder.log"
        exit 1
    }
    rm "$folder.log"
}

# check TITLE FOLDER OPTION...: whether all tests of it pass.
check() {
    echo "== $1"
    folder=$2
    shift 2
    ctest --test-dir "$folder" --output-on-failure "$@"
}

rm -f build*.log
clang="-DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=Debug"
# Side by side, for cmake itself uses one core.
configure build -DCMAKE_C_COMPILER=gcc -DCMAKE_CXX_COMPILER=g++ -DCMAKE_INSTALL_PREFIX=/usr &
configure build-sanitize $clang -DTIP_SANITIZE=address,undefined &
configure build-threads $clang -DTIP_SANITIZE=thread &
wait
if cat build*.log 2> /dev/null; then
    exit 1
fi
make build all
make build-sanitize all
make build-threads tipindex tipsearch tipserve

failed=0
# Those that mostly wait stand one at a time beside the others, which are of another tree then.
check "gcc, release: those that wait" build -L waits > build-waits.log &
check "clang, sanitizers" build-sanitize -j "$jobs" -LE waits || failed=1
wait $! || failed=1
cat build-waits.log
(
    check "clang, sanitizers: those that wait" build-sanitize -L waits || failed=1
    check "clang, thread sanitizer" build-threads \
        -R '^(command/(archives|bad-lines-order|jobs|tables|update-counts)|serve/(api|servers))$' ||
        failed=1
    exit $failed
) > build-waits.log &
check "gcc, release" build -j "$jobs" -LE waits || failed=1
wait $! || failed=1
cat build-waits.log
rm build-waits.log
exit $failed
