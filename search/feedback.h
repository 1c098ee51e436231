/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What some paragraphs are about: their words, weighed against those of all. For more of the same
 * (tip_similar) and for queries that learn from their best answers. Private to this room.
 */
#ifndef SEARCH_FEEDBACK_H
#define SEARCH_FEEDBACK_H

#include "search/searcher.h"

/**
 * Adds words of its best answers to a compiled query, with a small weight: pseudo-relevance
 * feedback. A query that asks for any of its words is answered by these, too, within its filters
 * and without what it excludes; of any other only the order of the answers changes. The query
 * keeps the words, for tip_query_added_at. Nothing is done to a query that does not rank. TIP_OK or
 * a failure of the rooms below, after which the query is as it was before.
 */
tip_status query_expand(tip_query *query, tip_error *err);

/**
 * The words that tell a paragraph from others, as a query, and for snippets as a SEQUENCE of WORD
 * nodes, the most telling first; a query for nothing and no nodes when it has none. Release with
 * xc_query_free and node_free. TIP_OK or a failure of the rooms below.
 */
tip_status feedback_similar(const tip_searcher *searcher, size_t index, uint32_t document,
                            query_node **ret_words, xc_query **ret_query, tip_error *err);

/** The same of a paragraph of the portable layout. */
tip_status feedback_similar_to(const tip_searcher *searcher, const tip_record *record,
                               query_node **ret_words, xc_query **ret_query, tip_error *err);

#endif
