/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Made-up paragraphs of made-up reports, written as JSON lines. What they say is nonsense.
 */
#ifndef TESTS_PROPERTY_CORPUS_H
#define TESTS_PROPERTY_CORPUS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { CORPUS_DOCUMENTS = 240, CORPUS_WORDS_MAX = 120 /**< of a paragraph */ };

/** Words that the paragraphs are made of, the most frequent first; some are more than one word to
 * the tokenizer. */
extern const char *const corpus_words[];
extern const size_t corpus_word_count;

/** A heading of more bytes than a term of Xapian has, and one that differs from it only there. */
#define CORPUS_LONG_HEADING                                                                        \
    "Measures of the authorities of a place that is nowhere against all that is done there to "    \
    "nobody by nobody, as they were told to a reader who did not ask, with tables that have no "   \
    "rows, figures that have no axes, notes that have no text and a list of abbreviations of "
#define CORPUS_LONG_HEADING_A CORPUS_LONG_HEADING "alphas"
#define CORPUS_LONG_HEADING_B CORPUS_LONG_HEADING "betas"

/** Regions of no scheme that is known; the long ones differ only at the end. */
#define CORPUS_OTHER_REGION "Middle Sea"
#define CORPUS_LONG_REGION_A CORPUS_LONG_HEADING "gammas"
#define CORPUS_LONG_REGION_B CORPUS_LONG_HEADING "deltas"

/** The reports and the paragraphs of a seed. */
typedef struct corpus corpus;

/** Makes them. Release with corpus_free. NULL when out of memory. */
corpus *corpus_new(uint64_t seed);

/** Releases them; NULL is ignored. */
void corpus_free(corpus *c);

/** Writes the paragraphs from `first` to before `last` as JSON lines; their ids are their numbers.
 * 0, or -1. */
int corpus_write(const corpus *c, size_t first, size_t last, FILE *out);

#endif
