#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# sh chroot.sh PACKAGES SOURCE CC
#
# Installs the packages in a system that has nothing but what Debian calls essential and what they
# depend on; indexes and searches the sample there, with and without what reads PDF files, and runs a
# program built with libtip-dev; removes them and looks for what is left.
set -eu
packages=$1 source=$2 cc=$3

skip() {
    echo "skipped: $*"
    exit 77
}
fail() {
    echo "$*"
    exit 1
}

[ -d "$packages" ] || skip "there are no packages"
[ "$(id -u)" -eq 0 ] || skip "only root can make a system to install them in"
command -v mmdebstrap > /dev/null || skip "mmdebstrap is not installed"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/tip-chroot.XXXXXX")
trap 'rm -rf --one-file-system "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
root=$scratch/root
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"; }
# What is there, but for what the package manager keeps about itself.
list() {
    (cd "$root" && find . -xdev \( -path ./tmp -o -path ./var/lib/dpkg -o -path ./var/log -o -path ./proc \
        -o -path ./sys -o -path ./dev -o -path ./var/cache \) -prune -o -print | sort)
}

# The archives and the settings that this machine has, wherever they are.
apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' \
    'Created-By: Packages' 'Origin: Debian' | sort -u > "$scratch/sources"
[ -s "$scratch/sources" ] || skip "apt has no lists of Debian's packages"
apt-config dump Acquire > "$scratch/acquire"
codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
needs=$(for deb in "$packages"/*.deb; do dpkg-deb -f "$deb" Depends; done |
    tr ',' '\n' | sed 's/(.*//; s/ //g' | grep -v '^libtip' | sort -u | paste -sd,)
# With /usr merged from the start; else a package of Debian's does it, file by file.
mmdebstrap --quiet --variant=essential --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
    --dpkgopt=force-unsafe-io --aptopt="$scratch/acquire" --include="$needs" "$codename" "$root" - < "$scratch/sources" > "$scratch/log" 2>&1 ||
    skip "no system could be made: $(tail -n 3 "$scratch/log")"

list > "$scratch/before"
mkdir "$root/tmp/packages"
cp "$packages"/*.deb "$root/tmp/packages"
inside sh -c 'dpkg -i /tmp/packages/*.deb' > "$scratch/log" 2>&1 || fail "$(cat "$scratch/log")"

inside tipindex --quiet --db /tmp/db /usr/share/tipsearch/sample || fail "tipindex fails"
inside tipsearch --db /tmp/db "police corruption Kyrgyz" | grep -q '\[2020/KGZ/' ||
    fail "tipsearch does not find what the sample says of the police"
cp "$source/tests/fuzz/seeds/pdf/small.pdf" "$root/tmp"
inside tipindex --quiet --db /tmp/pdf /tmp/small.pdf || fail "tipindex does not read a PDF file"
inside dpkg --remove tipsearch-pdf > "$scratch/log" 2>&1 || fail "$(cat "$scratch/log")"
! inside tipindex --quiet --db /tmp/none /tmp/small.pdf 2> "$scratch/log" ||
    fail "tipindex reads a PDF file without tipsearch-pdf"
grep -q 'small.pdf: .*install tipsearch-pdf' "$scratch/log" || fail "tipindex says: $(cat "$scratch/log")"
[ -f "$root/lib/systemd/system/tipindex.timer" ] || fail "systemd has no timer"
! find "$root/etc/systemd" -name 'tipindex*' | grep . || fail "the timer is enabled"

dpkg-deb -x "$packages"/libtip-dev_*.deb "$scratch/dev"
dpkg-deb -x "$packages"/libtip1_*.deb "$scratch/dev"
flags=$(PKG_CONFIG_PATH=$(dirname "$(find "$scratch/dev" -name tip.pc)") pkg-config --cflags --libs tip)
$cc -o "$root/tmp/search" "$source/examples/search.c" $flags
inside /tmp/search /tmp/db "police corruption Kyrgyz" | grep -q '^2020/KGZ/' ||
    fail "a program built with libtip-dev does not find it"

inside dpkg --purge tipsearch libtip-dev libtip1 > "$scratch/log" 2>&1 || fail "$(cat "$scratch/log")"
list > "$scratch/after"
diff "$scratch/before" "$scratch/after" || fail "this is left (>) or gone (<) once they are removed"
! inside dpkg-query -W tipsearch libtip1 libtip-dev 2> /dev/null | grep . || fail "dpkg still knows them"
