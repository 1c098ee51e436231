/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Indexes of the portable layout, in folders of this machine and behind servers, as one. Private to
 * this room.
 *
 * All that is asked of them is what libxapian has of its own, so that a server needs nothing of
 * ours: operators and positions for phrases, its IneB2 for weights, counts of values for facets.
 */
#ifndef SEARCH_PORTABLE_H
#define SEARCH_PORTABLE_H

#include "portable/layout.h"
#include "search/places.h"
#include "search/searcher.h"
#include "xapian-c/shards.h"

/** One of the indexes. */
typedef struct portable_shard {
    place_name name;
    size_t number; /**< in the database; SIZE_MAX when it was lost */
    char *failure; /**< why it was lost */
} portable_shard;

struct portable_index {
    portable_shard *shards;
    size_t count;
    unsigned milliseconds; /**< for each answer of a server */
    bool partial;          /**< do without those that are lost */
    bool connected;        /**< to all that are not lost */
    double used;           /**< when the servers were asked last: tip_seconds_now */
    tip_buf lost;          /**< tip_lost_index */
    tip_buf sections; /**< what fast_sections has in its stores: each with a zero byte behind */
    bool has_sections;
    tip_buf reports; /**< each as PORTABLE_SLOT_REPORT has it, its size in front */
    bool has_reports;
};

/** How many servers are connected to at once. */
enum { PORTABLE_OPENING_MAX = 32 };

/** What came of opening one of the indexes. */
typedef struct portable_opening {
    xc_database *database; /**< of it alone; to be released, also after a failure */
    tip_status status;
    tip_error err;
} portable_opening;

/** The functions of the layout. */
extern const search_layout portable_layout;

/** Opens the indexes of a list, which it takes over, also on failure. TIP_OK; TIP_UNREACHABLE,
 * TIP_NOT_FOUND, TIP_BAD_VERSION, TIP_CORRUPT or any failure of xc_shards_add, unless others can be
 * done with. The message names all that failed, in their order. */
tip_status portable_open(tip_searcher *searcher, place_list *places,
                         const tip_open_options *options, tip_error *err);

/** Opens and checks each index that is not lost, into the opening of its number, which is all zero.
 * Servers are waited for at the same time, so that all that hang take the time of one. */
void portable_open_each(const portable_index *index, portable_opening *openings);

/** Before servers are asked something new: connects anew where a connection has failed, or has been
 * ended for not being used or by a server that stopped. Nothing of the fast layout. As
 * portable_open. */
tip_status portable_wake(tip_searcher *searcher, tip_error *err);

/** Releases what portable_open has made but for the database; NULL is ignored. */
void portable_free(portable_index *index);

/** The functions of search_layout. */
tip_status portable_words(const tip_searcher *searcher, const query_word *word, word_fn see,
                          void *payload, tip_error *err);
tip_status portable_sections(const tip_searcher *searcher, known_fn see, void *payload,
                             tip_error *err);
tip_status portable_years(const tip_searcher *searcher, year_fn see, void *payload, tip_error *err);
tip_status portable_reports(const tip_searcher *searcher, report_fn see, void *payload,
                            tip_error *err);
tip_status portable_paragraphs(tip_searcher *searcher, const country_reports *reports,
                               paragraph_fn see, void *payload, tip_error *err);
tip_status portable_phrase(tip_query *query, query_node *node, xc_query **ret_query,
                           tip_error *err);
tip_status portable_near(tip_query *query, query_node *node, xc_query **ret_query, tip_error *err);
tip_status portable_titles(tip_query *query, const query_node *node, xc_query **ret_query,
                           tip_error *err);
tip_status portable_search(tip_searcher *searcher, const tip_query *query,
                           const tip_search_options *options, tip_results **ret_results,
                           tip_error *err);
tip_status portable_show(tip_searcher *searcher, tip_str id, size_t before, size_t after,
                         tip_results **ret_results, size_t *ret_at, tip_error *err);
tip_status portable_similar(tip_searcher *searcher, tip_str id, const tip_query *within,
                            const tip_search_options *options, tip_results **ret_results,
                            tip_error *err);
tip_status portable_kwic(tip_searcher *searcher, const tip_query *query,
                         const tip_kwic_options *options, tip_kwic_list *list, tip_error *err);
tip_status portable_count(tip_searcher *searcher, const tip_query *query, tip_facet facet,
                          tip_counts *counts, tip_error *err);
tip_status portable_count_words(tip_searcher *searcher, tip_counts *counts, tip_error *err);
tip_status portable_all_words(const tip_searcher *searcher, uint64_t *ret_words, tip_error *err);

#endif
