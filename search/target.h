/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What a query looks for, and where it stands in a text. Private to this room.
 */
#ifndef SEARCH_TARGET_H
#define SEARCH_TARGET_H

#include "base/buf.h"
#include "search/query.h"

/** Appends the nodes below `root` (WORD and PHRASE, borrowed) that a query looks for: all but what
 * is excluded or ignored. TIP_OK or TIP_NO_MEMORY. */
tip_status targets_of(const query_node *root, tip_buf *ret_nodes);

/** A word of a text. */
typedef struct target_word {
    size_t start; /**< in bytes */
    size_t end;
    uint32_t targets; /**< bit i: part of target i, from this word on */
    bool starts_sentence;
} target_word;

/** The most targets that are found in a text; those behind them are not looked for. */
enum { TARGETS_MAX = 32 };

/** Finds targets in one text after the other. */
typedef struct target_finder target_finder;

/** Makes one for a query's tree, which it borrows, as it does the stemmer. Release with
 * target_finder_free. TIP_OK or TIP_NO_MEMORY. */
tip_status target_finder_new(const query_node *root, tip_stemmer *stemmer,
                             target_finder **ret_finder);

/** Releases it; NULL is ignored. */
void target_finder_free(target_finder *finder);

/** Reads the words of a text. TIP_OK or TIP_NO_MEMORY. */
tip_status target_find(target_finder *finder, tip_str text);

/** The words of the text that was read last, and how many there are; borrowed until the next. */
const target_word *target_words(const target_finder *finder);
size_t target_word_count(const target_finder *finder);

/** How many words the longest of these targets has; 0 for none. */
size_t target_longest(const target_finder *finder, uint32_t targets);

/** How many words these targets have together. */
size_t target_sum(const target_finder *finder, uint32_t targets);

#endif
