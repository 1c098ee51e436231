/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Countries in a query. Private to this room.
 */
#ifndef SEARCH_RECOGNIZE_H
#define SEARCH_RECOGNIZE_H

#include "search/query.h"

/**
 * Puts a COUNTRY node in the place of words of the sequence that name a country, by any of its
 * names or its demonym: "Kyrgyz", "South Sudan", "Ivory Coast", "DRC". Of several possible names
 * the longest counts. `text` is the query. TIP_OK or TIP_NO_MEMORY.
 */
tip_status recognize_countries(query_node *sequence, tip_str text);

/**
 * For a name of several words that lost its quotation marks: `country:south korea`. When the value
 * from `start` to `end` is no country, but together with words behind it is one, where the longest
 * such name ends; else 0. Cannot fail.
 */
size_t recognize_split_name(tip_str text, size_t start, size_t end);

#endif
