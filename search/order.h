/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The matches of a query in order. Private to this room.
 */
#ifndef SEARCH_ORDER_H
#define SEARCH_ORDER_H

#include "search/searcher.h"

/**
 * Finds every match and puts all in an order (tip_sort); those that stand at one place in it, in
 * the order of xc_matches. Release with xc_matches_free. TIP_OK or a failure of the rooms below.
 */
tip_status order_matches(const tip_query *query, tip_sort by, xc_matches *ret_matches,
                         tip_error *err);

/**
 * As much of that as `offset` and `limit` say, in the order of `sort`, with the total. By relevance
 * not every match is looked at. Otherwise as order_matches.
 */
tip_status order_page(const tip_query *query, const tip_search_options *options,
                      xc_matches *ret_matches, tip_error *err);

#endif
