/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A query at random, with filters, as it is given to a searcher.
 */
#ifndef TESTS_PROPERTY_QUESTION_H
#define TESTS_PROPERTY_QUESTION_H

#include "tests/property/tree.h"

enum { QUESTION_DEPTH = 3, QUESTION_FILTERS_MAX = 2 };

typedef struct question {
    char *text;
    bool plain;
    tree *tree;
    tree *filters[QUESTION_FILTERS_MAX];
    char *filter_texts[QUESTION_FILTERS_MAX];
    size_t filter_count;
} question;

/** Makes one; `number` decides how deep it is at most. Release with question_free. */
void question_make(question *q, tree_maker *maker, size_t number);

void question_free(question *q);

/** Reads it, expanded or not: tip_query_parse. */
tip_status question_parse(const question *q, tip_searcher *searcher, bool expand,
                          tip_query **ret_query, tip_error *err);

/** Prints it, for a test that fails. */
void question_print(const question *q);

#endif
