/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A query as a tree: what it means, before it is a text. Made at random, written as a text that
 * says the same in one of many ways, and answered by looking at every paragraph (reference.h).
 */
#ifndef TESTS_PROPERTY_TREE_H
#define TESTS_PROPERTY_TREE_H

#include "text/text.h"
#include "tip/search.h"

#include <stdbool.h>
#include <stdint.h>

enum { TREE_ITEMS_MAX = 4, TREE_KIDS_MAX = 8, TREE_VALUES_MAX = 3, TREE_WRITTEN_MAX = 80 };

typedef enum tree_kind {
    TREE_WORD,     /**< any word with this stem, of the text or of what stands for it */
    TREE_WILDCARD, /**< any word that begins or ends like this */
    TREE_EXACT,    /**< quoted: these words, one behind the other */
    TREE_JOINED,   /**< words with these stems, one behind the other */
    TREE_COUNTRY,  /**< any of the words below, or the country's own report */
    TREE_FIELD,    /**< any of some values */
    TREE_NEAR,     /**< each of the leaves below near the one before it */
    TREE_SEQUENCE, /**< clauses with or without signs */
    TREE_AND,
    TREE_OR,
    TREE_NOT /**< the first but not the second; when there is but one, all but it */
} tree_kind;

typedef enum tree_match { TREE_STEM, TREE_SAME, TREE_PREFIX, TREE_SUFFIX } tree_match;

/** One word that is looked for. */
typedef struct tree_item {
    char written[TREE_WRITTEN_MAX]; /**< in the query, without an asterisk */
    char word[TIP_WORD_MAX + 1];    /**< folded */
    char stem[TIP_WORD_MAX + 1];
    tree_match match;
    bool stop; /**< a word of the stop list */
} tree_item;

/** A value of a field and what it means. */
typedef struct tree_value {
    tip_field field;
    const char *written;
    /** Of a country its code, else its name; of a region the regions; of a tier the tier; of a
     * section or a title the words that it must have, all of them. A year means what it says. */
    const char *means[3];
} tree_value;

typedef struct tree tree;

struct tree {
    tree_kind kind;
    char sign; /**< of a clause: '+', '-' or 0 */
    tree_item items[TREE_ITEMS_MAX];
    size_t item_count;
    const char *iso3;               /**< of a COUNTRY, ... */
    char written[TREE_WRITTEN_MAX]; /**< ... and its name as the query has it */
    const tree_value *values[TREE_VALUES_MAX];
    size_t value_count;
    size_t distance; /**< of an operand of NEAR: at most so many words from the one before ... */
    bool ordered;    /**< ... and behind it */
    tree *kids[TREE_KIDS_MAX];
    size_t kid_count;
};

/** Releases a tree; NULL is ignored. */
void tree_free(tree *t);

/** Whether it must match where others need not: it has a plus, or is a quotation, a NEAR or a field
 * without a sign. */
bool tree_is_required(const tree *t);

/** What a new tree is made of. */
typedef struct tree_maker {
    uint64_t random;
    tip_stemmer *stemmer;
    const struct reference *reference; /**< where its words come from */
} tree_maker;

/** Makes a query of that depth at most. Fails the test when out of memory. */
tree *tree_make(tree_maker *maker, int depth);

/** Makes a query without syntax: words, any of them. */
tree *tree_make_plain(tree_maker *maker);

/** Makes a filter: a FIELD whose values can be joined by commas. */
tree *tree_make_filter(tree_maker *maker);

/** The query as a text, to be released with free(). */
char *tree_write(const tree *t, uint64_t *random);

/** The same for a tree of tree_make_plain. */
char *tree_write_plain(const tree *t, uint64_t *random);

/** The values of a FIELD as an option has them. */
char *tree_write_filter(const tree *t, uint64_t *random);

#endif
