# SPDX-License-Identifier: GPL-2.0-or-later
# Runs the examples of manual pages, for tests that read this file: examples PAGE
doc=$TIP_ROOT/doc
less() { cat; }

# The displays of a page as they are typed, with %% behind each.
displays() {
    awk '/^\.Bd -literal/ { on = 1; next } /^\.Ed/ { on = 0; print "%%"; next } on' "$1" |
        sed "s/^\\\\&//; s/\\\\(aq/'/g; s/\\\\-/-/g; s/\\\\(ti/~/g; s/\\\\(ga/\`/g; s/\\\\(ha/^/g; s/\\\\e/\\\\/g"
}
# Runs the command at hand; what the page shows of its output must be its output.
finish() {
    [ -n "$command" ] || return 0
    status=0
    eval "$command" > found 2>&1 < /dev/null || status=$?
    printf '$ %s\nexit %s' "$command" "$status"
    if [ ! -s shown ]; then
        echo
    elif cmp -s shown found; then
        echo ', as shown'
    else
        echo ', not as shown:'
        cat found
    fi
}
examples() {
    echo "== $1"
    command=
    displays "$doc/$1" > lines
    while IFS= read -r line; do
        case $line in
        '$ '* | %%)
            finish
            command=${line#'$ '}
            [ "$line" != %% ] || command=
            : > shown
            ;;
        *) printf '%s\n' "$line" >> shown ;;
        esac
    done < lines
}
