/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Which paragraph of one report is which of another. Private to this room.
 */
#ifndef SEARCH_ALIGN_H
#define SEARCH_ALIGN_H

#include "search/shingle.h"

/** From which similarity on two paragraphs are versions of one: by runs of words, and by single
 * words. */
#define ALIGN_RUNS 0.2
#define ALIGN_WORDS 0.4

/** Or how much of the runs of the shorter one must be in the longer one of the same section (a
 * paragraph that was cut, or to which much was added), and how many runs it must have. */
#define ALIGN_CONTAINED 0.7
#define ALIGN_CONTAINED_RUNS 6

/** A paragraph. Borrowed. */
typedef struct align_item {
    const shingles *set;
    tip_str section;
} align_item;

/** What a paragraph is a version of. */
typedef struct align_match {
    size_t before; /**< ALIGN_NONE when there is none */
    double similarity;
    bool same; /**< word for word */
} align_match;

#define ALIGN_NONE SIZE_MAX

/**
 * Writes for each paragraph behind which one before it is a version of: one to one, the most
 * similar first, those of the same section and of the nearest place before others. TIP_OK or
 * TIP_NO_MEMORY.
 */
tip_status align_paragraphs(const align_item *before, size_t before_count, const align_item *after,
                            size_t after_count, align_match *ret_matches);

#endif
