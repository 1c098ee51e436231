/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Positional checks over the forward index: does a document hold these words one behind the other?
 * By the shift-and algorithm (Baeza-Yates and Gonnet, "A new approach to text searching",
 * CACM 35(10), 1992), a document's words are looked at once. Words that have one code each, and
 * pairs of words, are found among the codes without reading the others.
 */
#ifndef STORE_PATTERN_H
#define STORE_PATTERN_H

#include "store/store.h"

/** The longest phrase, in words. */
#define TIP_PATTERN_MAX 64

/** One phrase or several, made for one store. Immutable once made. */
typedef struct tip_pattern tip_pattern;

/** What stands for a word of a text. */
typedef enum tip_word_match {
    TIP_MATCH_STEM,   /**< any word with this stem */
    TIP_MATCH_WORD,   /**< this word */
    TIP_MATCH_PREFIX, /**< any word that begins like this */
    TIP_MATCH_SUFFIX  /**< any word that ends like this */
} tip_word_match;

/** One word of a phrase. */
typedef struct tip_pattern_word {
    tip_str text;
    tip_word_match match;
} tip_pattern_word;

/** A phrase. */
typedef struct tip_pattern_phrase {
    const tip_pattern_word *words;
    size_t count;
} tip_pattern_phrase;

/**
 * Hands the number of each word of the vocabulary that `word` stands for to `found`, which may end
 * the walk with a status other than TIP_OK; that is returned. TIP_OK otherwise.
 */
tip_status tip_pattern_words(const tip_store *store, const tip_pattern_word *word,
                             tip_status (*found)(void *payload, uint32_t number), void *payload);

/**
 * Makes a pattern of 1 to TIP_PATTERN_MAX words for a store, which must outlive it. Release with
 * tip_pattern_free. TIP_OK, TIP_NO_MEMORY or TIP_BAD_ARGUMENT.
 */
tip_status tip_pattern_new(const tip_store *store, const tip_pattern_word *words, size_t count,
                           tip_pattern **ret_pattern, tip_error *err);

/** The same for several phrases that are looked for at once, of TIP_PATTERN_MAX words in all. */
tip_status tip_pattern_new_several(const tip_store *store, const tip_pattern_phrase *phrases,
                                   size_t count, tip_pattern **ret_pattern, tip_error *err);

/** Releases it; NULL is ignored. */
void tip_pattern_free(tip_pattern *pattern);

/** Whether a document holds one of the phrases. */
bool tip_pattern_matches(const tip_pattern *pattern, uint32_t document);

/**
 * Where the phrases stand in a document: writes the place of the last word of each occurrence (u32,
 * from 0) over ret_places[i], one buffer a phrase. TIP_OK or TIP_NO_MEMORY.
 */
tip_status tip_pattern_places(const tip_pattern *pattern, uint32_t document, tip_buf *ret_places);

/** Whether the pattern is of two phrases of one word each. */
bool tip_pattern_is_pair(const tip_pattern *pattern);

/**
 * Whether the two words of such a pair stand no further apart than `distance` words, 1 being side
 * by side; `ordered`: in this order. Of a document, only the codes of these words are decoded.
 */
bool tip_pattern_near(const tip_pattern *pattern, uint32_t document, size_t distance, bool ordered);

#endif
