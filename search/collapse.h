/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Paragraphs that say the same year after year, as one answer. Private to this room.
 */
#ifndef SEARCH_COLLAPSE_H
#define SEARCH_COLLAPSE_H

#include "search/searcher.h"

/** From which similarity on (shingle.h) one paragraph repeats another. */
#define COLLAPSE_SIMILARITY 0.8

/**
 * For each of `matches` the place of the match that it is folded into: the first one of the same
 * country and of another year that is not folded itself and at least COLLAPSE_SIMILARITY similar,
 * if that stands before it; its own place when there is none. What has no country or no year is
 * never folded. An array to be released with free(). TIP_OK, TIP_NO_MEMORY or TIP_CORRUPT.
 */
tip_status collapse_matches(const tip_searcher *searcher, const xc_matches *matches,
                            size_t **ret_leaders, tip_error *err);

/**
 * As tip_search with `collapse`: all matches are sorted and folded, `offset` and `limit` count what
 * is left. Release with tip_results_free. TIP_OK, TIP_NO_MEMORY, TIP_CORRUPT, TIP_ENGINE_ERROR.
 */
tip_status collapse_search(tip_searcher *searcher, const tip_query *query,
                           const tip_search_options *options, tip_results **ret_results,
                           tip_error *err);

#endif
