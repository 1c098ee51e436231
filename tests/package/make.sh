#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# sh make.sh CPACK BUILD PACKAGES PREFIX
#
# Makes the packages, and asks lintian whether they break Debian's rules, and zsh whether it finds
# its completions.
set -eu
cpack=$1 build=$2 packages=$3 prefix=$4

skip() {
    echo "skipped: $*"
    exit 77
}
fail() {
    echo "$*"
    exit 1
}

rm -rf "$packages"
[ "$prefix" = /usr ] || skip "packages are made of a build with CMAKE_INSTALL_PREFIX=/usr"
command -v dpkg-shlibdeps > /dev/null || skip "dpkg-dev is not installed"
mkdir "$packages"
(cd "$build" && "$cpack" -B "$packages") > "$packages/log" 2>&1 || fail "$(cat "$packages/log")"
rm -rf "$packages/_CPack_Packages"
for name in tipsearch tipsearch-pdf libtip1 libtip-dev; do
    [ -f "$packages/${name}"_*.deb ] || fail "$name was not made"
done
if command -v zsh > /dev/null; then
    dpkg-deb --fsys-tarfile "$packages"/tipsearch_*.deb | tar -t | sed -n 's|^\./\(.*\)/_tipsearch$|/\1|p' \
        > "$packages/zsh"
    zsh -fc 'print -l $fpath' | grep -qxFf "$packages/zsh" || fail "zsh does not look in $(cat "$packages/zsh")"
fi
if command -v lintian > /dev/null; then
    lintian --allow-root --fail-on error "$packages"/*.deb
else
    echo "not tried: lintian is not installed"
fi
