/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * From what a search of the portable layout finds to results. Private to this room.
 */
#ifndef SEARCH_PORTABLE_RESULTS_H
#define SEARCH_PORTABLE_RESULTS_H

#include "search/portable.h"
#include "search/results.h"

/** What a message about damage names: the only index there is, or that it is one of several. */
const char *portable_name(const tip_searcher *searcher);

/** All matches of a query, in the order of the index. TIP_OK; TIP_TOO_LARGE when there are too many
 * to be fetched over a network for `what`; or any failure. Release with xc_found_free, also then.
 */
tip_status portable_fetch(const tip_searcher *searcher, const xc_query *query, const char *what,
                          xc_found_list *ret_found, tip_error *err);

/** Whether two records are of one report. */
bool portable_is_same_report(const tip_record *x, const tip_record *y);

/** Results on their way. */
typedef struct results_filler {
    const tip_searcher *searcher;
    snippet_maker *maker;
    size_t snippet_bytes;
    tip_results *results;
} results_filler;

/** Starts results of `count` hits, with snippets for the query unless `snippet_bytes` is 0. End it
 * with results_filler_end, also on failure. TIP_OK or TIP_NO_MEMORY. */
tip_status results_filler_start(const tip_query *query, size_t snippet_bytes, size_t total,
                                size_t count, results_filler *ret_filler, tip_error *err);

/** Fills the hits from number `first` on. TIP_OK, TIP_NO_MEMORY, or TIP_CORRUPT, also when there is
 * no room for so many. */
tip_status results_fill_found(const results_filler *filler, const xc_found_list *found,
                              size_t first, tip_error *err);

/** Hands over the results when all went well, else releases them. Returns `status`. */
tip_status results_filler_end(results_filler *filler, tip_status status, tip_results **ret_results);

/** portable_search for any sort but by relevance. */
tip_status portable_sorted(const tip_query *query, const tip_search_options *options,
                           tip_results **ret_results, tip_error *err);

#endif
