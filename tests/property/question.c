/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/property/question.h"

#include "tests/property/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

void question_make(question *q, tree_maker *maker, size_t number)
{
    *q = (question){.plain = random_once_in(&maker->random, 12)};
    q->tree =
        q->plain ? tree_make_plain(maker) : tree_make(maker, (int)(number % (QUESTION_DEPTH + 1)));
    q->text =
        q->plain ? tree_write_plain(q->tree, &maker->random) : tree_write(q->tree, &maker->random);
    if (random_once_in(&maker->random, 6))
        q->filter_count = 1 + random_below(&maker->random, QUESTION_FILTERS_MAX);
    for (size_t i = 0; i < q->filter_count; i++) {
        q->filters[i] = tree_make_filter(maker);
        q->filter_texts[i] = tree_write_filter(q->filters[i], &maker->random);
    }
}

void question_free(question *q)
{
    tree_free(q->tree);
    free(q->text);
    for (size_t i = 0; i < q->filter_count; i++) {
        tree_free(q->filters[i]);
        free(q->filter_texts[i]);
    }
}

tip_status question_parse(const question *q, tip_searcher *searcher, bool expand,
                          tip_query **ret_query, tip_error *err)
{
    tip_filter filters[QUESTION_FILTERS_MAX];
    for (size_t i = 0; i < q->filter_count; i++)
        filters[i] = (tip_filter){q->filters[i]->values[0]->field, q->filter_texts[i]};
    const tip_query_options options = {
        .plain = q->plain, .filters = filters, .filter_count = q->filter_count, .expand = expand};
    return tip_query_parse(searcher, tip_str_of(q->text), &options, ret_query, err);
}

void question_print(const question *q)
{
    print_error("  %s%s\n", q->text, q->plain ? " (plain)" : "");
    for (size_t i = 0; i < q->filter_count; i++)
        print_error("  filter %d: %s\n", (int)q->filters[i]->values[0]->field, q->filter_texts[i]);
}
