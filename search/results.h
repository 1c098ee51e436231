/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The answers behind tip_results, and how they are fetched. Private to this room.
 */
#ifndef SEARCH_RESULTS_H
#define SEARCH_RESULTS_H

#include "search/searcher.h"
#include "search/snippet.h"

struct tip_results {
    size_t total;
    size_t count;
    tip_hit *hits;
    tip_buf *strings; /* one a hit: what its strings point into */
    tip_buf *marks;   /* one a hit */
    tip_buf repeats;  /* tip_repeat: of all hits, one hit behind the other */
    tip_buf repeat_ids;
};

/**
 * Fetches the record of each match, in the order of the matches, with a snippet of about
 * `snippet_bytes` bytes in which the words of the tree `marked` are marked; 0 and NULL for no
 * snippets. Release with tip_results_free. TIP_OK, TIP_NO_MEMORY or TIP_CORRUPT.
 */
tip_status results_fetch(tip_searcher *searcher, const xc_matches *matches,
                         const query_node *marked, size_t snippet_bytes, tip_results **ret_results,
                         tip_error *err);

/** Results with `count` hits to be filled. Release with tip_results_free, also on failure unless
 * *ret_results is NULL. TIP_OK or TIP_NO_MEMORY. */
tip_status results_new(size_t total, size_t count, tip_results **ret_results);

/** Copies a record into a hit, with a snippet if there is a maker and a size. TIP_OK or
 * TIP_NO_MEMORY. */
tip_status results_fill(tip_results *results, size_t rank, const tip_record *record,
                        snippet_maker *maker, size_t snippet_bytes);

/** Moves the strings of a record into one buffer, which must not grow beyond `extra` more bytes
 * afterwards. TIP_OK or TIP_NO_MEMORY. */
tip_status keep_strings(tip_record *record, tip_buf *buffer, size_t extra);

#endif
