/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The paragraphs that match a query as a set, a bit for each paragraph of the index: for what looks
 * at all of them and does not rank. Private to this room.
 */
#ifndef SEARCH_MATCH_SET_H
#define SEARCH_MATCH_SET_H

#include "search/searcher.h"

/** Owned by the caller: initialize with {0}, release with match_set_free. */
typedef struct match_set {
    uint64_t **bits;     /**< by index; bit d % 64 of item d / 64 is document d */
    uint32_t *documents; /**< by index: the last document */
    size_t indexes;
} match_set;

/** Finds every match. TIP_OK or a failure of the rooms below. */
tip_status match_set_find(const tip_query *query, match_set *ret_set, tip_error *err);

/** The first match of an index behind document `before` (0: of all); 0 when there is none. */
uint32_t match_set_next(const match_set *set, size_t index, uint32_t before);

/** Whether a document matches. */
bool match_set_has(const match_set *set, size_t index, uint32_t document);

void match_set_free(match_set *set);

#endif
