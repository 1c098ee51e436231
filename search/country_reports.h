/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The reports on one country. Private to this room.
 */
#ifndef SEARCH_COUNTRY_REPORTS_H
#define SEARCH_COUNTRY_REPORTS_H

#include "search/searcher.h"

/** One report. */
typedef struct country_report {
    int year;
    size_t index;
    uint32_t report;
    tip_record record; /**< what is known of all of it; borrowed from the searcher */
} country_report;

/** All reports of known years, by year, then by source and title. Owned by the caller;
 * initialize with {0}, release with country_reports_free. */
struct country_reports {
    tip_str name; /**< of the country; borrowed from the searcher */
    country_report *items;
    size_t count;
};

/**
 * Finds the reports on a country by any of its names, its demonym or its code, or else by the name
 * that the index has. TIP_OK; TIP_NOT_FOUND with a message that says whether there is such a
 * country; TIP_NO_MEMORY; TIP_CORRUPT.
 */
tip_status country_reports_find(tip_searcher *searcher, tip_str country,
                                country_reports *ret_reports, tip_error *err);

/**
 * Those from `first_year` to `last_year` (0: the last there is), whose number may be 0. The view is
 * borrowed from `all` and not to be freed. How many different years they are of.
 */
size_t country_reports_within(const country_reports *all, int first_year, int last_year,
                              country_reports *ret_some);

/** TIP_NOT_FOUND with `reason` and the years that there are reports of. */
tip_status country_reports_too_few(const country_reports *all, const char *reason, tip_error *err);

void country_reports_free(country_reports *reports);

#endif
