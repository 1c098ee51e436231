# SPDX-License-Identifier: GPL-2.0-or-later
# What demo.sh and test.sh need from Debian 12, and how they get it. To be sourced.

BUILD_PACKAGES="cmake ninja-build pkg-config gcc g++ libc6-dev libxapian-dev libstemmer-dev
zlib1g-dev libdeflate-dev libzstd-dev libutf8proc-dev libxml2-dev libjansson-dev libsimdjson-dev libarchive-dev
libcsv-dev libmicrohttpd-dev libxxhash-dev uthash-dev iso-codes libcurl4-gnutls-dev libmimalloc-dev ca-certificates"
TEST_PACKAGES="libcmocka-dev clang libclang-rt-14-dev lld valgrind python3 r-base-core mandoc
dpkg-dev lintian mmdebstrap zsh fish chromium-headless-shell xapian-tools python3-xapian iproute2"

# For PDF files; tipindex can be built without it.
BUILD_PACKAGES="$BUILD_PACKAGES libpoppler-glib-dev"

# Installs those of the named packages that are missing; asks nothing.
install_packages() {
    missing=
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    echo "Installing:$missing"
    as_root=
    [ "$(id -u)" -eq 0 ] || as_root="sudo -n"
    log=$(mktemp)
    if ! $as_root apt-get update -q > "$log" 2>&1 ||
        ! $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
            --no-install-recommends $missing >> "$log" 2>&1; then
        cat "$log"
        rm -f "$log"
        echo "The packages could not be installed." >&2
        return 1
    fi
    rm -f "$log"
}
