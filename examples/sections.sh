#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Where the reports speak of something, and what their best paragraphs say:
#
#     sh sections.sh 'police near/8 bribe*'
#
# The index is the one that tipsearch uses by default; set TIPSEARCH_DB for another.
set -u
[ $# -eq 1 ] || { echo "usage: sh sections.sh QUERY" >&2; exit 2; }

# The status tells "nothing found" (1) from "something is wrong" (2 and more).
total=$(tipsearch --count -- "$1")
status=$?
[ $status -eq 0 ] || { [ $status -gt 1 ] || echo "no paragraph matches"; exit $status; }
echo "$total paragraphs"

# Columns are parted by tabs, so cut, sort and awk can take them.
tipsearch --facet section --format tsv -- "$1" |
    awk -F '\t' 'NR > 1 { printf "%6d  %s\n", $3, $2 == "" ? "(no section)" : $2 }'
tipsearch --limit 3 --format tsv --fields id,snippet -- "$1" |
    tail -n +2 | while IFS="$(printf '\t')" read -r id snippet; do
        printf '%s\n    %s\n' "$id" "$snippet"
    done
