/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Keyword in context: every occurrence of what a query looks for, one a line.
 */
#ifndef TIP_KWIC_H
#define TIP_KWIC_H

#include "tip/record.h"
#include "tip/search.h"
#include "tip/status.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/** In which order occurrences are listed. */
typedef enum tip_kwic_sort {
    TIP_KWIC_UNSORTED, /**< as they stand in the index */
    TIP_KWIC_LEFT,     /**< by the words before the match, the nearest first */
    TIP_KWIC_RIGHT     /**< by the words behind the match */
} tip_kwic_sort;

/** What to list. All zero lists nothing: set at least `limit`. */
typedef struct tip_kwic_options {
    size_t words;         /**< of context on each side */
    bool within_sentence; /**< no context from beyond the sentence of the match */
    tip_kwic_sort sort;
    size_t offset; /**< occurrences to leave out */
    size_t limit;  /**< occurrences to return at most */
} tip_kwic_options;

/** One occurrence. Borrowed from its list. */
typedef struct tip_kwic_line {
    const tip_record *record; /**< the paragraph, in which the three texts below stand */
    tip_str left;             /**< before the match, with the white space in between */
    tip_str match;
    tip_str right; /**< behind the match, with its punctuation */
} tip_kwic_line;

/** Occurrences. */
typedef struct tip_kwic_list tip_kwic_list;

/**
 * Lists where the words and phrases that a query looks for (not those that it excludes, nor its
 * filters) stand in the paragraphs that it matches. A phrase is one occurrence; of occurrences that
 * overlap the first counts, of those that start together the longest. Context is as it stands in
 * the text, with its punctuation and white space, and ends with the paragraph. Sorting compares the
 * nearest eight words, folded (without case and accents), byte by byte, also those beyond a
 * sentence's edge; equal ones stand in the order of the index. Release with tip_kwic_list_free.
 * TIP_OK, TIP_NO_MEMORY, TIP_CORRUPT, TIP_ENGINE_ERROR, and of indexes of the portable layout
 * TIP_UNREACHABLE and TIP_TOO_LARGE (over 20,000 paragraphs match, or the query looks for over 32
 * words and phrases).
 */
tip_status tip_kwic(tip_searcher *searcher, const tip_query *query, const tip_kwic_options *options,
                    tip_kwic_list **ret_list, tip_error *err);

/** How many occurrences there are, and in how many paragraphs: exactly, and of all, whatever
 * `offset` and `limit`. */
size_t tip_kwic_total(const tip_kwic_list *list);
size_t tip_kwic_paragraphs(const tip_kwic_list *list);

/** How many lines were returned, and the i-th; NULL when there is none. */
size_t tip_kwic_count(const tip_kwic_list *list);
const tip_kwic_line *tip_kwic_at(const tip_kwic_list *list, size_t i);

/** Releases the list and all its lines; NULL is ignored. */
void tip_kwic_list_free(tip_kwic_list *list);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
