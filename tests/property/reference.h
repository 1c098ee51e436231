/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The paragraphs of an index as its dump gives them, and whether a query's tree matches one: by
 * looking at all of its words. Slow, and meant to be obvious.
 */
#ifndef TESTS_PROPERTY_REFERENCE_H
#define TESTS_PROPERTY_REFERENCE_H

#include "tests/property/corpus.h"
#include "tests/property/tree.h"

enum { REFERENCE_NAMES_MAX = 16, REFERENCE_MENTIONS_MAX = 24 };

typedef struct reference_word {
    char text[TIP_WORD_MAX + 1];
    char stem[TIP_WORD_MAX + 1];
} reference_word;

/** A paragraph. */
typedef struct reference_document {
    char *id;
    int year;
    char *country;
    char *iso3;
    char *region;
    char *tier;
    char *section;
    char *title;
    char *source;
    reference_word words[CORPUS_WORDS_MAX];
    size_t word_count;
    reference_word names[REFERENCE_NAMES_MAX]; /**< words that stand for its report */
    size_t name_count;
    const char *mentions[REFERENCE_MENTIONS_MAX]; /**< codes of the countries that it names */
    size_t mention_count;
} reference_document;

typedef struct reference {
    tip_stemmer *stemmer; /**< borrowed */
    reference_document documents[CORPUS_DOCUMENTS];
    size_t count;
} reference;

/** Reads all records of an index. Fails the test when it cannot. Release with reference_free. */
reference *reference_read(const char *directory, tip_stemmer *stemmer);

/** Releases it; NULL is ignored. */
void reference_free(reference *r);

/** Whether a paragraph is an answer. */
bool reference_matches(const reference_document *d, const tree *t);

/** Whether the query must be refused, since a wildcard stands for too many words. */
bool reference_refuses(const reference *r, const tree *t);

/** Whether two paragraphs are of one report. */
bool reference_same_report(const reference_document *a, const reference_document *b);

#endif
