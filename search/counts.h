/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Counting by values. Private to this room.
 */
#ifndef SEARCH_COUNTS_H
#define SEARCH_COUNTS_H

#include "tip/search.h"

/** Bytes of a year in digits. */
enum { YEAR_ROOM = 16 };

/** The count of a value, made when it is met for the first time; valid until the next call. TIP_OK
 * or TIP_NO_MEMORY. */
tip_status count_of(tip_counts *counts, tip_str value, tip_count **ret_count);

/** What year, country, region or tier a report has; borrowed from it, or from `buffer`. */
tip_str facet_value(const tip_record *report, tip_facet facet, char buffer[YEAR_ROOM]);

#endif
