/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * All that a query comes to. Private to tipserve.
 */
#ifndef SERVE_FOUND_H
#define SERVE_FOUND_H

#include "output/output.h"
#include "serve/request.h"

/** Released with found_free; {0} is empty. */
typedef struct found {
    tip_query *query;
    tip_results *results;
    output_facet facets[REQUEST_FACETS_MAX];
    size_t facet_count;
    tip_counts *trend;
    char *suggestion; /**< a better spelling of the query, or NULL */
} found;

/** Reads the query `text` with the request's filters and options, and runs it. TIP_OK, or as
 * tip_query_parse and tip_search; then nothing is to be released. */
tip_status found_make(tip_searcher *searcher, const request *q, const char *text, found *ret_found,
                      tip_error *err);

void found_free(found *f);

#endif
