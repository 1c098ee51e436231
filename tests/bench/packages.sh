# SPDX-License-Identifier: GPL-2.0-or-later
# The engines that run.sh compares with, and what its programs and plots need. To be sourced.

BENCH_PACKAGES="python3 libsqlite3-dev liblucene8-java libjackson2-core-java
openjdk-17-jdk-headless wrk xapian-omega xapian-tools recollcmd gnuplot-nox"
