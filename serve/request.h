/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What is asked for: the path and the parameters of an address. Private to tipserve.
 */
#ifndef SERVE_REQUEST_H
#define SERVE_REQUEST_H

#include "output/output.h"
#include "tip/search.h"

enum {
    REQUEST_URI_MAX = 4096,       /**< bytes of an address */
    REQUEST_QUERY_MAX = 1000,     /**< bytes of a query */
    REQUEST_PARAMETERS_MAX = 64,  /**< in one address */
    REQUEST_QUERIES_MAX = 4,      /**< that are compared */
    REQUEST_LIMIT_MAX = 1000,     /**< answers on a page or in JSON */
    REQUEST_EXPORT_MAX = 10000,   /**< answers in a file of rows or lines */
    REQUEST_OFFSET_MAX = 1000000, /**< as for tipsearch */
    REQUEST_CONTEXT_MAX = 100,
    REQUEST_FACETS_MAX = 6
};

/** Initialize with request_init, release with request_free. */
typedef struct request {
    char *path; /**< decoded */
    const char *queries[REQUEST_QUERIES_MAX];
    size_t query_count;
    tip_filter filters[REQUEST_PARAMETERS_MAX];
    tip_query_options query; /**< with the filters */
    tip_search_options search;
    bool limited; /**< the number of answers was said */
    tip_facet facets[REQUEST_FACETS_MAX];
    size_t facet_count;
    bool trend;
    bool shares;   /**< draw a trend per 10,000 words */
    bool unfolded; /**< show all values of this facet, not only the first */
    tip_facet unfolded_facet;
    size_t context;
    output_format format; /**< of the API */
    bool formatted;       /**< the format was said */
    char *strings[REQUEST_PARAMETERS_MAX];
    size_t string_count; /**< parameters so far, those without a value not counted */
} request;

/** An empty request for a path. TIP_OK or TIP_NO_MEMORY. */
tip_status request_init(request *r, const char *path);

void request_free(request *r);

/**
 * Takes up a parameter; one without a value counts as none. TIP_OK; TIP_BAD_ARGUMENT with what the
 * parameter takes, when it is none of those known, or is too long, or one too many; TIP_NO_MEMORY.
 */
tip_status request_add(request *r, tip_str name, tip_str value, tip_error *err);

/** The query, the first of several; "" when there is none. */
const char *request_query(const request *r);

/** The value of the first filter by a field; NULL when there is none. */
const char *request_filter(const request *r, tip_field field);

/** The name of the parameter that filters by a field. Static. */
const char *request_filter_name(tip_field field);

/**
 * The years of a year filter, as for tipsearch --changes: 0 and 0 when there is none. TIP_OK;
 * TIP_BAD_ARGUMENT when it is no year and no range of them.
 */
tip_status request_years(const request *r, int *ret_first, int *ret_last, tip_error *err);

#endif
