/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * How alike two paragraphs are: the resemblance of Broder ("On the resemblance and containment of
 * documents", Compression and Complexity of Sequences, 1997), which is the Jaccard similarity of
 * their sets of runs of three words. Where a run of three is much of a paragraph, single words are
 * compared instead. Private to this room.
 *
 * Words are folded, and hashed by their characters (XXH3, 64 bits), so that paragraphs of
 * different indexes can be compared.
 */
#ifndef SEARCH_SHINGLE_H
#define SEARCH_SHINGLE_H

#include "base/buf.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    SHINGLE_RUN = 3,    /**< words in a run */
    SHINGLE_SHORT = 12, /**< a paragraph of fewer words is compared by single words, if the ... */
    SHINGLE_WORDS = 24  /**< ... other one has fewer than so many; only these have a set of words */
};

/** Makes sets. One thread at a time may use one. */
typedef struct shingler shingler;

/** What is compared of one paragraph. Owned by the caller: initialize with {0}, release with
 * shingles_free. */
typedef struct shingles {
    size_t length;     /**< words of the paragraph */
    uint64_t digest;   /**< of all its words in order */
    size_t word_count; /**< different words; 0 when there are SHINGLE_WORDS words or more */
    size_t run_count;  /**< different runs */
    tip_buf items;     /**< uint64_t: the words, then the runs, each set in rising order */
} shingles;

/** A shingler for texts and for the stores of an index, which must outlive it. Release with
 * shingler_free. TIP_OK or TIP_NO_MEMORY. */
tip_status shingler_new(const tip_store *const *stores, size_t count, shingler **ret_shingler);

/** Releases it; NULL is ignored. */
void shingler_free(shingler *maker);

/** Makes the sets of a document of the i-th store, over what was in *ret_shingles. TIP_OK or
 * TIP_NO_MEMORY. */
tip_status shingles_make(shingler *maker, size_t store, uint32_t document, shingles *ret_shingles);

/** The same of a text. */
tip_status shingles_of_text(shingler *maker, tip_str text, shingles *ret_shingles);

/** Releases the sets; the struct is {0} again. */
void shingles_free(shingles *set);

/** The different words and the different runs, each in rising order; borrowed. */
const uint64_t *shingles_words(const shingles *set);
const uint64_t *shingles_runs(const shingles *set);

/** Whether both have the same words in the same order. */
bool shingles_same(const shingles *a, const shingles *b);

/** Whether the two are compared by single words, not by runs. */
bool shingles_by_words(const shingles *a, const shingles *b);

/**
 * How alike they are: 0, nothing in common, to 1, the same set; or 0 when it is certain to be
 * below `least`. Two paragraphs without words have nothing in common.
 */
double shingles_similarity(const shingles *a, const shingles *b, double least);

/** How much of the runs of the one that has fewer is in the other, 0 to 1: the larger of Broder's
 * two containments; 0 when it has none. */
double shingles_containment(const shingles *a, const shingles *b);

/**
 * How many of the first items of a set of `size` must be looked at so that any set at least
 * `least` similar has one of them among its own first ones: size - ceil(least * size) + 1
 * (prefix filtering: Chaudhuri, Ganti and Kaushik, "A primitive operator for similarity joins in
 * data cleaning", ICDE 2006).
 */
size_t shingles_prefix(size_t size, double least);

#endif
