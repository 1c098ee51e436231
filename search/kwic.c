/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keyword in context: occurrences are found and sorted by the words of the store; only what is
 * shown is read as text. */
#include "base/error.h"
#include "search/kwic_lines.h"
#include "search/match_set.h"
#include "search/target.h"

#include <stdlib.h>
#include <string.h>

/* A word or phrase, with a pattern for each index. */
typedef struct kwic_target {
    const query_node *node;
    tip_pattern **patterns;
} kwic_target;

/* The search for occurrences. */
typedef struct finder {
    const tip_searcher *searcher;
    kwic_target *targets;
    size_t target_count;
    tip_buf places; /* uint32_t: of one target in the paragraph at hand */
    tip_buf found;  /* occurrence: in the paragraph at hand */
    tip_buf words;  /* uint32_t: of the paragraph at hand */
    tip_kwic_sort sort;
    tip_strings *names; /* the words of all keys */
    uint32_t **numbers; /* by index, by word of the store: + 1 in `names`, 0 when not yet there */
} finder;

void tip_kwic_list_free(tip_kwic_list *list)
{
    if (!list)
        return;
    for (size_t i = 0; i < list->paragraph_count; i++)
        tip_buf_free(&list->paragraphs[i].strings);
    free(list->paragraphs);
    free(list->lines);
    free(list);
}

size_t tip_kwic_total(const tip_kwic_list *list)
{
    return list->total;
}

size_t tip_kwic_paragraphs(const tip_kwic_list *list)
{
    return list->matching;
}

size_t tip_kwic_count(const tip_kwic_list *list)
{
    return list->count;
}

const tip_kwic_line *tip_kwic_at(const tip_kwic_list *list, size_t i)
{
    return i < list->count ? &list->lines[i] : NULL;
}

/* ---- What is looked for ---- */

static tip_status make_patterns(finder *f, kwic_target *target, tip_error *err)
{
    tip_pattern_word words[TIP_PATTERN_MAX];
    const query_node *node = target->node;
    target->patterns = calloc(f->searcher->indexes + 1, sizeof *target->patterns);
    if (!target->patterns)
        return tip_fail_memory(err);
    for (size_t i = 0; i < node->word_count && i < TIP_PATTERN_MAX; i++) {
        const query_word *word = &node->words[i];
        bool by_stem = word->match == TIP_MATCH_STEM;
        words[i] = (tip_pattern_word){tip_str_of(by_stem ? word->stem : word->word), word->match};
    }
    tip_status status = TIP_OK;
    for (size_t i = 0; i < f->searcher->indexes && status == TIP_OK; i++)
        status = tip_pattern_new(f->searcher->stores[i], words, node->word_count,
                                 &target->patterns[i], err);
    return status;
}

static tip_status make_targets(finder *f, const query_node *root, tip_error *err)
{
    tip_buf nodes = {0};
    tip_status status = TIP_OK;
    if (targets_of(root, &nodes) != TIP_OK)
        status = tip_fail_memory(err);
    const query_node *const *items = (const query_node *const *)(const void *)nodes.data;
    size_t count = nodes.size / sizeof *items;
    f->targets = calloc(count + 1, sizeof *f->targets);
    if (status == TIP_OK && !f->targets)
        status = tip_fail_memory(err);
    for (size_t i = 0; i < count && status == TIP_OK; i++) {
        kwic_target *target = &f->targets[f->target_count++];
        target->node = items[i];
        status = make_patterns(f, target, err);
    }
    tip_buf_free(&nodes);
    return status;
}

static tip_status make_numbers(finder *f, tip_error *err)
{
    f->numbers = calloc(f->searcher->indexes + 1, sizeof *f->numbers);
    if (!f->numbers || tip_strings_new(&f->names) != TIP_OK)
        return tip_fail_memory(err);
    for (size_t i = 0; i < f->searcher->indexes; i++) {
        f->numbers[i] =
            calloc(tip_store_vocabulary(f->searcher->stores[i]) + 1, sizeof **f->numbers);
        if (!f->numbers[i])
            return tip_fail_memory(err);
    }
    return TIP_OK;
}

static void finder_free(finder *f)
{
    for (size_t i = 0; i < f->target_count; i++) {
        for (size_t s = 0; f->targets[i].patterns && s < f->searcher->indexes; s++)
            tip_pattern_free(f->targets[i].patterns[s]);
        free(f->targets[i].patterns);
    }
    for (size_t s = 0; f->numbers && s < f->searcher->indexes; s++)
        free(f->numbers[s]);
    free(f->targets);
    free(f->numbers);
    tip_strings_free(f->names);
    tip_buf_free(&f->places);
    tip_buf_free(&f->found);
    tip_buf_free(&f->words);
}

/* ---- Sorting ---- */

static tip_status number_of(finder *f, size_t index, uint32_t word, uint32_t *ret_number)
{
    const tip_store *store = f->searcher->stores[index];
    *ret_number = 0;
    if (word >= tip_store_vocabulary(store))
        return TIP_OK;
    uint32_t *number = &f->numbers[index][word];
    if (*number == 0) {
        if (tip_strings_add(f->names, tip_store_word(store, word), number) != TIP_OK)
            return TIP_NO_MEMORY;
        ++*number;
    }
    *ret_number = *number;
    return TIP_OK;
}

static tip_status read_words(finder *f, size_t index, uint32_t document)
{
    tip_words words = tip_store_words_of(f->searcher->stores[index], document);
    tip_buf_clear(&f->words);
    for (uint32_t word = tip_words_next(&words); word != TIP_STORE_NONE;
         word = tip_words_next(&words))
        if (tip_buf_add(&f->words, &word, sizeof word) != TIP_OK)
            return TIP_NO_MEMORY;
    return TIP_OK;
}

/* Where the words of the paragraph at hand are numbered. */
typedef struct numbered {
    finder *f;
    size_t index;
} numbered;

static tip_status number_at(void *payload, size_t place, uint32_t *ret_number)
{
    const numbered *n = payload;
    const uint32_t *words = (const uint32_t *)(const void *)n->f->words.data;
    return number_of(n->f, n->index, words[place], ret_number);
}

static tip_status set_keys(finder *f, occurrence *occurrences, size_t count)
{
    if (f->sort == TIP_KWIC_UNSORTED || count == 0)
        return TIP_OK;
    numbered words = {f, occurrences[0].index};
    tip_status status = read_words(f, occurrences[0].index, occurrences[0].document);
    for (size_t i = 0; i < count && status == TIP_OK; i++)
        status = kwic_set_key(&occurrences[i], f->sort, f->words.size / sizeof(uint32_t), number_at,
                              &words);
    return status;
}

/* ---- Finding ---- */

static tip_status find_target(finder *f, const kwic_target *target, size_t index, uint32_t document)
{
    if (tip_pattern_places(target->patterns[index], document, &f->places) != TIP_OK)
        return TIP_NO_MEMORY;
    const uint32_t *places = (const uint32_t *)(const void *)f->places.data;
    uint32_t words = (uint32_t)target->node->word_count;
    for (size_t i = 0; i < f->places.size / sizeof *places; i++) {
        occurrence found = {
            .index = index, .document = document, .first = places[i] + 1 - words, .words = words};
        if (tip_buf_add(&f->found, &found, sizeof found) != TIP_OK)
            return TIP_NO_MEMORY;
    }
    return TIP_OK;
}

static int compare_starts(const void *a, const void *b)
{
    const occurrence *x = a;
    const occurrence *y = b;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return x->words > y->words ? -1 : x->words < y->words;
}

/* Keeps what does not overlap with what stands before it; returns how many are left. */
static size_t drop_overlaps(occurrence *occurrences, size_t count)
{
    size_t kept = 0;
    uint32_t end = 0;
    if (count > 1)
        qsort(occurrences, count, sizeof *occurrences, compare_starts);
    for (size_t i = 0; i < count; i++) {
        if (occurrences[i].first < end)
            continue;
        end = occurrences[i].first + occurrences[i].words;
        occurrences[kept++] = occurrences[i];
    }
    return kept;
}

static tip_status find_in(finder *f, size_t index, uint32_t document, tip_kwic_list *list,
                          tip_buf *ret_found)
{
    tip_buf_clear(&f->found);
    for (size_t i = 0; i < f->target_count; i++)
        if (find_target(f, &f->targets[i], index, document) != TIP_OK)
            return TIP_NO_MEMORY;
    occurrence *found = (occurrence *)(void *)f->found.data;
    size_t count = drop_overlaps(found, f->found.size / sizeof *found);
    list->total += count;
    list->matching += count > 0;
    if (set_keys(f, found, count) != TIP_OK)
        return TIP_NO_MEMORY;
    return tip_buf_add(ret_found, found, count * sizeof *found);
}

static tip_status find_all(finder *f, const tip_query *query, tip_kwic_list *list,
                           tip_buf *ret_found, tip_error *err)
{
    match_set all = {0};
    tip_status status = match_set_find(query, &all, err);
    if (status != TIP_OK)
        return status;
    for (size_t index = 0; index < all.indexes && status == TIP_OK; index++)
        for (uint32_t document = match_set_next(&all, index, 0); document > 0 && status == TIP_OK;
             document = match_set_next(&all, index, document))
            status = find_in(f, index, document, list, ret_found);
    if (status == TIP_OK)
        status = kwic_sort(ret_found, f->names);
    match_set_free(&all);
    return status == TIP_OK ? TIP_OK : tip_fail_memory(err);
}

/* ---- Lines ---- */

typedef struct stored {
    const tip_searcher *searcher;
    tip_text_block block;
} stored;

static tip_status read_record(void *source, const occurrence *o, tip_record *ret_record,
                              tip_error *err)
{
    stored *s = source;
    return tip_store_record(s->searcher->stores[o->index], o->document, &s->block, ret_record, err);
}

tip_status fast_kwic(tip_searcher *searcher, const tip_query *query,
                     const tip_kwic_options *options, tip_kwic_list *list, tip_error *err)
{
    finder f = {.searcher = searcher, .sort = options->sort};
    stored records = {.searcher = searcher};
    tip_buf found = {0};
    tip_status status = make_targets(&f, query->root, err);
    if (status == TIP_OK && f.sort != TIP_KWIC_UNSORTED)
        status = make_numbers(&f, err);
    if (status == TIP_OK)
        status = find_all(&f, query, list, &found, err);
    if (status == TIP_OK)
        status = kwic_make_page(&found, options, read_record, &records, list, err);
    tip_text_block_free(&records.block);
    finder_free(&f);
    tip_buf_free(&found);
    return status;
}

tip_status tip_kwic(tip_searcher *searcher, const tip_query *query, const tip_kwic_options *options,
                    tip_kwic_list **ret_list, tip_error *err)
{
    tip_kwic_list *list = calloc(1, sizeof *list);
    if (!list)
        return tip_fail_memory(err);
    tip_status status = searcher->layout->kwic(searcher, query, options, list, err);
    if (status == TIP_OK)
        *ret_list = list;
    else
        tip_kwic_list_free(list);
    return status;
}
