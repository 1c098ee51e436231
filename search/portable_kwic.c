/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keyword in context in indexes of the portable layout: the texts of all matches are fetched, and
 * occurrences are found in them. */
#include "base/error.h"
#include "search/kwic_lines.h"
#include "search/portable_results.h"
#include "search/target.h"

#include <stdlib.h>

typedef struct finder {
    const tip_searcher *searcher;
    target_finder *targets;
    tip_kwic_sort sort;
    tip_strings *names; /* the words of all texts, folded; NULL when nothing is sorted */
    tip_buf numbers;    /* uint32_t: of the words of the text at hand */
    xc_found_list paragraphs;
    json_t *json; /* of the record that was read last */
} finder;

static void finder_end(finder *f)
{
    target_finder_free(f->targets);
    tip_strings_free(f->names);
    tip_buf_free(&f->numbers);
    xc_found_free(&f->paragraphs);
    json_decref(f->json);
}

/* ---- The texts ---- */

static tip_status read_record(void *source, const occurrence *o, tip_record *ret_record,
                              tip_error *err)
{
    finder *f = source;
    json_decref(f->json);
    f->json = NULL;
    return portable_data_read(f->paragraphs.items[o->document].data, portable_name(f->searcher),
                              &f->json, ret_record, err);
}

/* ---- Occurrences ---- */

static tip_status number_words(finder *f, tip_str text)
{
    tip_tokenizer tokenizer;
    tip_token token;
    tip_buf_clear(&f->numbers);
    tip_tokenizer_start(&tokenizer, text);
    while (tip_tokenizer_next(&tokenizer, &token)) {
        uint32_t number;
        if (tip_strings_add(f->names, (tip_str){token.word, token.size}, &number) != TIP_OK)
            return TIP_NO_MEMORY;
        number++;
        if (tip_buf_add(&f->numbers, &number, sizeof number) != TIP_OK)
            return TIP_NO_MEMORY;
    }
    return TIP_OK;
}

static tip_status number_at(void *payload, size_t place, uint32_t *ret_number)
{
    const finder *f = payload;
    *ret_number = ((const uint32_t *)(const void *)f->numbers.data)[place];
    return TIP_OK;
}

/* Of those that overlap the first one counts, of those that start together the longest. */
static tip_status find_in(finder *f, uint32_t document, tip_str text, tip_kwic_list *list,
                          tip_buf *ret_found)
{
    size_t before = list->total;
    tip_status status = f->names ? number_words(f, text) : TIP_OK;
    if (status != TIP_OK || target_find(f->targets, text) != TIP_OK)
        return TIP_NO_MEMORY;
    const target_word *words = target_words(f->targets);
    const size_t count = target_word_count(f->targets);
    for (size_t i = 0; i < count && status == TIP_OK;) {
        size_t size = target_longest(f->targets, words[i].targets);
        occurrence o = {.document = document, .first = (uint32_t)i, .words = (uint32_t)size};
        i += size > 0 ? size : 1;
        if (size == 0)
            continue;
        if (f->names)
            status = kwic_set_key(&o, f->sort, count, number_at, f);
        if (status == TIP_OK)
            status = tip_buf_add(ret_found, &o, sizeof o);
        list->total++;
    }
    list->matching += list->total > before;
    return status;
}

static tip_status find_all(finder *f, tip_kwic_list *list, tip_buf *ret_found, tip_error *err)
{
    tip_status status = TIP_OK;
    for (uint32_t i = 0; i < f->paragraphs.count && status == TIP_OK; i++) {
        const occurrence at = {.document = i};
        tip_record record = {0};
        status = read_record(f, &at, &record, err);
        if (status == TIP_OK && find_in(f, i, record.text, list, ret_found) != TIP_OK)
            status = tip_fail_memory(err);
    }
    if (status == TIP_OK && kwic_sort(ret_found, f->names) != TIP_OK)
        status = tip_fail_memory(err);
    return status;
}

static tip_status start(finder *f, const tip_query *query, tip_error *err)
{
    tip_buf nodes = {0};
    tip_status status = targets_of(query->root, &nodes);
    size_t count = nodes.size / sizeof(const query_node *);
    tip_buf_free(&nodes);
    if (status == TIP_OK)
        status = target_finder_new(query->root, f->searcher->stemmer, &f->targets);
    if (status == TIP_OK && f->sort != TIP_KWIC_UNSORTED)
        status = tip_strings_new(&f->names);
    if (status != TIP_OK)
        return tip_fail_memory(err);
    if (count > TARGETS_MAX)
        return tip_fail(err, TIP_TOO_LARGE,
                        "in an index of the portable layout, --kwic looks for %d words and phrases "
                        "at most, not %zu",
                        TARGETS_MAX, count);
    return TIP_OK;
}

tip_status portable_kwic(tip_searcher *searcher, const tip_query *query,
                         const tip_kwic_options *options, tip_kwic_list *list, tip_error *err)
{
    finder f = {.searcher = searcher, .sort = options->sort};
    tip_buf found = {0};
    tip_status status = start(&f, query, err);
    if (status == TIP_OK)
        status = portable_fetch(searcher, query->compiled, "--kwic", &f.paragraphs, err);
    if (status == TIP_OK)
        status = find_all(&f, list, &found, err);
    if (status == TIP_OK)
        status = kwic_make_page(&found, options, read_record, &f, list, err);
    finder_end(&f);
    tip_buf_free(&found);
    return status;
}
