/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Occurrences, and the lines that are made of them. Private to this room.
 */
#ifndef SEARCH_KWIC_LINES_H
#define SEARCH_KWIC_LINES_H

#include "base/buf.h"
#include "search/searcher.h"
#include "store/strings.h"
#include "tip/kwic.h"

enum { KEY_WORDS = 8 };

/** Where something that is looked for stands. */
typedef struct occurrence {
    size_t index;
    uint32_t document;
    uint32_t first; /**< word of the paragraph */
    uint32_t words;
    uint32_t key[KEY_WORDS]; /**< what it is sorted by: a number of a word + 1; 0 beyond the edge of
                                  the text */
} occurrence;

/** A paragraph that lines stand in. */
typedef struct kwic_paragraph {
    tip_record record;
    tip_buf strings;
} kwic_paragraph;

struct tip_kwic_list {
    size_t total;
    size_t matching;
    tip_kwic_line *lines;
    size_t count;
    kwic_paragraph *paragraphs;
    size_t paragraph_count;
};

/** Sets the key of an occurrence: the words before or behind it, the nearest first, of the `count`
 * words of its paragraph, which `number` gives the numbers of. TIP_OK or what that returned. */
tip_status kwic_set_key(occurrence *o, tip_kwic_sort sort, size_t count,
                        tip_status (*number)(void *payload, size_t place, uint32_t *ret_number),
                        void *payload);

/** Sorts occurrences whose keys are numbers of `names`, which are NULL for unsorted ones. TIP_OK or
 * TIP_NO_MEMORY. */
tip_status kwic_sort(tip_buf *occurrences, const tip_strings *names);

/** Gives the record that an occurrence stands in, borrowed until the next call. */
typedef tip_status (*kwic_record_fn)(void *source, const occurrence *o, tip_record *ret_record,
                                     tip_error *err);

/** Makes the lines that are asked for. TIP_OK, TIP_NO_MEMORY, TIP_CORRUPT or what `record`
 * returned. */
tip_status kwic_make_page(const tip_buf *occurrences, const tip_kwic_options *options,
                          kwic_record_fn record, void *source, tip_kwic_list *list, tip_error *err);

#endif
