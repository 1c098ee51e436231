/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/order.h"

#include "base/error.h"
#include "search/report_keys.h"

#include <stdlib.h>
#include <string.h>

/* A match and what it is sorted by. */
typedef struct sortable {
    uint64_t key;
    xc_hit hit;
    size_t rank; /* by relevance */
} sortable;

/* Answers that a want of memory has cut short are none. */
static tip_status rank(const tip_query *query, const tip_search_options *options,
                       xc_matches *ret_matches, tip_error *err)
{
    xc_request request = {
        .query = query->compiled,
        .ineb2_c = query->ranked ? 1.0 : 0.0,
        .first = options->offset,
        .count = options->limit,
        .exact_total = !options->estimate_total,
    };
    xc_matches matches = {0};
    if (!query->searcher->database) {
        *ret_matches = matches;
        return TIP_OK;
    }
    tip_status status = xc_match(query->searcher->database, &request, &matches, err);
    if (status == TIP_OK)
        status = query_match_status(query, err);
    if (status == TIP_OK)
        *ret_matches = matches;
    else
        xc_matches_free(&matches);
    return status;
}

/* What is not known stands behind all that is. */
static uint64_t key_of(const report_key *report, tip_sort by)
{
    uint32_t year = report->year > 0 ? (uint32_t)report->year : TIP_STORE_NONE;
    return by == TIP_SORT_COUNTRY ? (uint64_t)report->name << 32 | year : year;
}

static int compare_sortables(const void *a, const void *b)
{
    const sortable *x = a;
    const sortable *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->rank < y->rank ? -1 : x->rank > y->rank;
}

static tip_status sort(const tip_searcher *searcher, tip_sort by, xc_matches *matches,
                       tip_error *err)
{
    report_keys reports = {0};
    tip_status status = report_keys_read(searcher, &reports, err);
    if (status != TIP_OK)
        return status;
    sortable *items = calloc(matches->count + 1, sizeof *items);
    for (size_t i = 0; items && i < matches->count; i++) {
        report_key report = report_key_of(searcher, &reports, &matches->hits[i]);
        items[i] = (sortable){key_of(&report, by), matches->hits[i], i};
    }
    report_keys_free(&reports);
    if (!items)
        return tip_fail_memory(err);
    qsort(items, matches->count, sizeof *items, compare_sortables);
    for (size_t i = 0; i < matches->count; i++)
        matches->hits[i] = items[i].hit;
    free(items);
    return TIP_OK;
}

tip_status order_matches(const tip_query *query, tip_sort by, xc_matches *ret_matches,
                         tip_error *err)
{
    static const tip_search_options all = {.limit = SIZE_MAX};
    xc_matches matches;
    tip_status status = rank(query, &all, &matches, err);
    if (status != TIP_OK)
        return status;
    if (by != TIP_SORT_RELEVANCE)
        status = sort(query->searcher, by, &matches, err);
    if (status == TIP_OK)
        *ret_matches = matches;
    else
        xc_matches_free(&matches);
    return status;
}

tip_status order_page(const tip_query *query, const tip_search_options *options,
                      xc_matches *ret_matches, tip_error *err)
{
    xc_matches page;
    if (options->sort == TIP_SORT_RELEVANCE)
        return rank(query, options, ret_matches, err);
    tip_status status = order_matches(query, options->sort, &page, err);
    if (status != TIP_OK)
        return status;
    size_t first = options->offset < page.count ? options->offset : page.count;
    size_t rest = page.count - first;
    page.count = options->limit < rest ? options->limit : rest;
    memmove(page.hits, page.hits + first, page.count * sizeof *page.hits);
    *ret_matches = page;
    return TIP_OK;
}
