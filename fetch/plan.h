/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What is to be fetched of one year: the pages that its index leads to, and the names of their
 * files. Private to fetch/.
 */
#ifndef FETCH_PLAN_H
#define FETCH_PLAN_H

#include "corpus/country.h"
#include "fetch/addresses.h"
#include "tip/record.h"
#include "tip/status.h"

/** Further index pages, pages with many countries, and unknown pages, of one year at most. */
#define FETCH_LISTS_MAX 64

/** A page to fetch. */
typedef struct fetch_page {
    char *address;
    char *name; /**< of the file: "kenya.html", or "countries-65988.html" for many */
    const tip_country *country; /**< NULL: many */
} fetch_page;

/** Addresses, each once, FETCH_LISTS_MAX at most. */
typedef struct fetch_list {
    char **items;
    size_t count;
} fetch_list;

/** Owned by whoever declares it: initialize with {0}, release with fetch_plan_free. */
typedef struct fetch_plan {
    fetch_page *pages; /**< in the order of the index, each file once */
    size_t count;
    size_t groups;        /**< of them with many countries */
    fetch_list lists;     /**< further index pages */
    fetch_list strangers; /**< pages that look like those of countries, but of none that is known */
} fetch_plan;

/**
 * Adds the links of an index page of the year that the table knows: pages of countries and groups,
 * and lists. Other links, and those that leave the publisher's hosts, are passed over. *ret_known,
 * which may not be NULL, is how many links were known, repeated ones included. TIP_OK,
 * TIP_NO_MEMORY, TIP_BAD_INPUT (no HTML), TIP_TOO_LARGE. On failure the plan may have grown.
 */
tip_status fetch_plan_add(fetch_plan *plan, const fetch_table *table, int year,
                          const char *index_address, tip_str html, size_t *ret_known,
                          tip_error *err);

/** Releases the plan; it is {0} again. */
void fetch_plan_free(fetch_plan *plan);

/**
 * A name for a file from an address or a part of one: its ASCII letters and digits, in lower case,
 * with one hyphen for any run of anything else between them, and at most 150 bytes; never a path,
 * never hidden, but empty when nothing is left. To be released with free(); NULL when out of
 * memory.
 */
char *fetch_slug(tip_str text);

#endif
