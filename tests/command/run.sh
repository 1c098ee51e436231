#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs one command test: sh run.sh FOLDER
#
# FOLDER/cmd is a shell script that runs in a scratch folder of its own. What it prints and returns
# is compared with FOLDER/stdout, FOLDER/stderr (no file: nothing) and FOLDER/status (no file: 0).
# Status 77 skips the test; the reason is printed. With UPDATE=1 the files are written instead.
#
# The script finds the commands as the functions tipindex, tipsearch, tipfetch and tipserve, the
# sample corpus in $SAMPLE, and shared data, where there is any, in $SHARED. More functions for it:
#   show COMMAND...   prints the command, what it prints (errors with "! " before), and its status
#   sample_index      makes the index "db" of the sample, whose sources are named "sample/..."
#   python CODE...    runs python3; skips the test where there is none
#   need PROGRAM...   skips the test where a program is missing
#   skip REASON       skips the test
#   look_for_leaks    lets the address sanitizer look for leaks, which takes as long as all else: for
#                     one script of each kind of thing that the commands do
set -u
folder=$1
scratch=$(mktemp -d "${TMPDIR:-/tmp}/tip-${folder##*/}.XXXXXX") || exit 1
trap 'chmod -R u+rwx "$scratch" 2>/dev/null; rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

mkdir "$scratch/work"
cat > "$scratch/prelude" <<'EOF'
tipindex() { $TIP_WRAPPER "$TIPINDEX" "$@"; }
tipsearch() { $TIP_WRAPPER "$TIPSEARCH" "$@"; }
tipfetch() { $TIP_WRAPPER "$TIPFETCH" "$@"; }
tipserve() { $TIP_WRAPPER "$TIPSERVE" "$@"; }
errors=$PWD/../errors
SAMPLE=$TIP_ROOT/corpus/sample
SHARED=$TIP_ROOT/../shared/data
skip() { echo "skipped: $*" >&2; exit 77; }
need() {
    for program; do
        command -v "$program" > /dev/null || skip "$program is not installed"
    done
}
show() {
    echo "\$ $*"
    status=0
    "$@" 2> "$errors" || status=$?
    [ ! -s "$errors" ] ||
        sed "s|^$TIPINDEX:|tipindex:|; s|^$TIPSEARCH:|tipsearch:|; s|^$TIPFETCH:|tipfetch:|; s|^|! |" "$errors"
    echo "exit $status"
}
look_for_leaks() { export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=1:malloc_context_size=30"; }
sample_index() { ln -s "$SAMPLE" sample && tipindex --quiet --db db sample; }
python() { need python3; python3 -B "$@"; }
unset TIPSEARCH_DB XDG_DATA_HOME NO_COLOR
export HOME=$PWD LC_ALL=C.UTF-8 TZ=UTC TERM=dumb
EOF
cat "$scratch/prelude" "$folder/cmd" > "$scratch/script"
(cd "$scratch/work" && sh "$scratch/script") > "$scratch/stdout" 2> "$scratch/stderr" < /dev/null
status=$?
if [ $status -eq 77 ]; then
    cat "$scratch/stderr"
    exit 77
fi
echo $status > "$scratch/status"
if [ "${UPDATE:-}" = 1 ]; then
    for part in stdout stderr; do
        rm -f "$folder/$part"
        [ ! -s "$scratch/$part" ] || cp "$scratch/$part" "$folder/$part"
    done
    rm -f "$folder/status"
    [ $status -eq 0 ] || cp "$scratch/status" "$folder/status"
    exit 0
fi
result=0
for part in stdout stderr status; do
    expected=$folder/$part
    if [ ! -e "$expected" ]; then
        expected=$scratch/nothing
        : > "$expected"
        [ $part != status ] || echo 0 > "$expected"
    fi
    diff -u --label "expected $part" --label "found $part" "$expected" "$scratch/$part" || result=1
done
exit $result
