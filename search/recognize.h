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

#endif
