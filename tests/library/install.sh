#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# sh install.sh CMAKE BUILD SOURCE LIBDIR CC
#
# Installs into an empty prefix, and builds and runs the examples with what is there: by pkg-config,
# by CMake's find_package, with the static library, and from Python; and compares the example of
# libtip(3) with the one that was built. What reads PDF files is found from the new place.
set -eu
cmake=$1 build=$2 source=$3 libdir=$4 cc=$5
scratch=$(mktemp -d "${TMPDIR:-/tmp}/tip-install.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
prefix=$scratch/prefix

fail() {
    echo "$*"
    exit 1
}
# Runs the programs of a folder.
try() {
    rm -rf "$scratch/db"
    "$1"/index "$scratch/db" "$source/corpus/sample/2020" > "$scratch/indexed"
    grep -q '^10 files, [0-9]* paragraphs$' "$scratch/indexed" || fail "index says: $(cat "$scratch/indexed")"
    "$1"/search "$scratch/db" "police corruption Kyrgyz" > "$scratch/found"
    [ "$(grep -c '^2020/KGZ/' "$scratch/found")" -ge 3 ] || fail "search says: $(cat "$scratch/found")"
    ! "$1"/search "$scratch/none" police 2> "$scratch/found" || fail "search finds without an index"
    grep -q "$scratch/none" "$scratch/found" || fail "search says: $(cat "$scratch/found")"
}

# Indexes a PDF file, with a program that was installed or uses the library that was.
try_pdf() {
    rm -rf "$scratch/pdf"
    "$@" "$scratch/pdf" "$source/tests/fuzz/seeds/pdf/small.pdf" > "$scratch/indexed" 2>&1 ||
        fail "$* says: $(cat "$scratch/indexed")"
}

"$cmake" --install "$build" --prefix "$prefix" > "$scratch/log" || fail "$(cat "$scratch/log")"
cd "$scratch"
mkdir plain static
export PKG_CONFIG_PATH="$prefix/$libdir/pkgconfig"
export LD_LIBRARY_PATH="$prefix/$libdir"
if [ -d "$prefix/$libdir/tipsearch" ]; then
    try_pdf "$prefix/bin/tipindex" --quiet --db
else
    echo "  no PDF file is tried: it was built without what reads them"
    try_pdf() { echo "1 files, 1" > "$scratch/indexed"; }
fi
strict="-std=c11 -Wall -Wextra -Wpedantic -Werror"

echo "by pkg-config"
for name in index search; do
    $cc $strict -o plain/$name "$source/examples/$name.c" $(pkg-config --cflags --libs tip)
done
try plain
try_pdf plain/index
grep -q '^1 files, [1-9]' "$scratch/indexed" || fail "index says: $(cat "$scratch/indexed")"
[ "$(pkg-config --modversion tip)" = "$(sed -n 's/^project(.* VERSION \([^ ]*\).*/\1/p' "$source/CMakeLists.txt")" ] ||
    fail "tip.pc gives another version"

echo "with the static library"
for name in index search; do
    $cc $strict -o static/$name "$source/examples/$name.c" $(pkg-config --cflags tip) \
        "$prefix/$libdir/libtip.a" $(pkg-config --static --libs tip | sed 's/-ltip//')
done
LD_LIBRARY_PATH='' try static

echo "by find_package"
cat > CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.20)
project(examples C)
find_package(tip 0.1 REQUIRED)
foreach(name index search)
  add_executable(${name} ${EXAMPLES}/${name}.c)
  target_link_libraries(${name} tip::tip)
endforeach()
END
"$cmake" -S . -B packaged -DCMAKE_PREFIX_PATH="$prefix" -DEXAMPLES="$source/examples" \
    -DCMAKE_C_COMPILER="$cc" > log 2>&1 || fail "$(cat log)"
"$cmake" --build packaged > log 2>&1 || fail "$(cat log)"
try packaged

echo "from Python"
if command -v python3 > /dev/null; then
    counted=$(python3 -B "$source/examples/count.py" db "police corruption")
    [ "$counted" = "$("$prefix/bin/tipsearch" --db db --count "police corruption")" ] ||
        fail "count.py says: $counted"
    ! python3 -B "$source/examples/count.py" none police 2> log || fail "count.py counts without an index"
    grep -q '^count.py: none' log || fail "count.py says: $(cat log)"
else
    echo "  not tried: python3 is not installed"
fi

echo "the example in libtip(3)"
sed -n '/^\.Bd -literal$/,/^\.Ed$/p' "$source/doc/libtip.3" | sed '1d;$d; s/\\-/-/g; s/\\e/\\/g' > page.c
sed '1,2d' "$source/examples/search.c" | diff - page.c || fail "libtip(3) has another one"
