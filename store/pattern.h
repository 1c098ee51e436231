/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Positional checks over the forward index: does a document hold these words one behind the other?
 * By the shift-and algorithm (Baeza-Yates and Gonnet, "A new approach to text searching",
 * CACM 35(10), 1992), a document's words are looked at once.
 */
#ifndef STORE_PATTERN_H
#define STORE_PATTERN_H

#include "store/store.h"

/** The longest phrase, in words. */
#define TIP_PATTERN_MAX 64

/** A phrase, made for one store. Immutable once made. */
typedef struct tip_pattern tip_pattern;

/** One word of a phrase: a stem, which any word with that stem matches, or with `exact` a word. */
typedef struct tip_pattern_word {
    tip_str text;
    bool exact;
} tip_pattern_word;

/**
 * Makes a pattern of 1 to TIP_PATTERN_MAX words for a store, which must outlive it. Release with
 * tip_pattern_free. TIP_OK, TIP_NO_MEMORY or TIP_BAD_ARGUMENT.
 */
tip_status tip_pattern_new(const tip_store *store, const tip_pattern_word *words, size_t count,
                           tip_pattern **ret_pattern, tip_error *err);

/** Releases it; NULL is ignored. */
void tip_pattern_free(tip_pattern *pattern);

/** Whether a document holds the phrase. */
bool tip_pattern_matches(const tip_pattern *pattern, uint32_t document);

#endif
