/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What of the reports decides how their paragraphs are grouped and sorted. Private to this room.
 */
#ifndef SEARCH_REPORT_KEYS_H
#define SEARCH_REPORT_KEYS_H

#include "search/searcher.h"

/** Of one report; TIP_STORE_NONE for what is not known. */
typedef struct report_key {
    uint32_t country; /**< a number: equal for reports on one country of known years */
    uint32_t name;    /**< the place of the country's name among all, without case and accents */
    int year;         /**< 0: not known */
} report_key;

/** Of all reports. Owned by the caller: initialize with {0}, release with report_keys_free. */
typedef struct report_keys {
    report_key **keys; /**< by index, by report */
    size_t indexes;
    size_t countries; /**< how many numbers there are */
} report_keys;

/** Reads them. TIP_OK, TIP_NO_MEMORY or TIP_CORRUPT. */
tip_status report_keys_read(const tip_searcher *searcher, report_keys *ret_reports, tip_error *err);

/** The key of the report that a match stands in; all unknown when there is no such report. */
report_key report_key_of(const tip_searcher *searcher, const report_keys *reports,
                         const xc_hit *match);

void report_keys_free(report_keys *reports);

#endif
