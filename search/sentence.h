/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Where sentences start. Private to this room.
 */
#ifndef SEARCH_SENTENCE_H
#define SEARCH_SENTENCE_H

#include "text/text.h"

/** What must be known of a word to say whether the next one starts a sentence. */
typedef struct sentence_word {
    size_t start; /**< in bytes */
    size_t end;
    bool acronym;
    bool stop; /**< on the stop list */
} sentence_word;

/**
 * Whether `next` starts a sentence, given the word before it: after an exclamation or question mark
 * or a full stop that does not belong to an abbreviation, and at least one white space; a small
 * letter starts none. "U.S." ends a sentence only if a capitalized stop word follows ("the U.S. The
 * government", but "the U.S. Embassy"): frequent starters of sentences tell (Kiss and Strunk,
 * "Unsupervised multilingual sentence boundary detection", Computational Linguistics 32(4), 2006).
 * An empty line also ends a sentence.
 */
bool sentence_starts(tip_str text, const sentence_word *before, const sentence_word *next);

#endif
