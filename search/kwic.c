/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keyword in context: occurrences are found and sorted by the words of the store; only what is
 * shown is read as text. */
#include "tip/kwic.h"

#include "base/error.h"
#include "search/match_set.h"
#include "search/results.h"
#include "search/sentence.h"
#include "search/target.h"
#include "store/strings.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_WORDS = 8 };

/* Where something that is looked for stands. */
typedef struct occurrence {
    size_t index;
    uint32_t document;
    uint32_t first; /* word of the paragraph */
    uint32_t words;
    uint32_t key[KEY_WORDS]; /* what it is sorted by; 0 beyond the edge of the text */
} occurrence;

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

/* A paragraph that lines stand in. */
typedef struct kwic_paragraph {
    tip_record record;
    tip_buf strings;
} kwic_paragraph;

struct tip_kwic_list {
    size_t total;
    size_t matching;
    tip_kwic_line *lines;
    size_t count;
    kwic_paragraph *paragraphs;
    size_t paragraph_count;
};

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

/* The words before or behind an occurrence, the nearest first. */
static tip_status set_key(finder *f, occurrence *o)
{
    const uint32_t *words = (const uint32_t *)(const void *)f->words.data;
    size_t count = f->words.size / sizeof *words;
    for (size_t i = 0; i < KEY_WORDS; i++) {
        bool left = f->sort == TIP_KWIC_LEFT;
        size_t place = left ? (size_t)o->first - 1 - i : (size_t)o->first + o->words + i;
        if (left ? i >= o->first : place >= count)
            break;
        if (number_of(f, o->index, words[place], &o->key[i]) != TIP_OK)
            return TIP_NO_MEMORY;
    }
    return TIP_OK;
}

static tip_status set_keys(finder *f, occurrence *occurrences, size_t count)
{
    if (f->sort == TIP_KWIC_UNSORTED || count == 0)
        return TIP_OK;
    tip_status status = read_words(f, occurrences[0].index, occurrences[0].document);
    for (size_t i = 0; i < count && status == TIP_OK; i++)
        status = set_key(f, &occurrences[i]);
    return status;
}

static int compare_order(const occurrence *x, const occurrence *y)
{
    if (x->index != y->index)
        return x->index < y->index ? -1 : 1;
    if (x->document != y->document)
        return x->document < y->document ? -1 : 1;
    return x->first < y->first ? -1 : x->first > y->first;
}

static int compare_keys(const void *a, const void *b)
{
    const occurrence *x = a;
    const occurrence *y = b;
    for (size_t i = 0; i < KEY_WORDS; i++)
        if (x->key[i] != y->key[i])
            return x->key[i] < y->key[i] ? -1 : 1;
    return compare_order(x, y);
}

/* Numbers in order of arrival become numbers in order of the words. */
static tip_status rank_keys(const finder *f, occurrence *occurrences, size_t count)
{
    uint32_t *sorted;
    size_t names = tip_strings_count(f->names);
    if (tip_strings_sort(f->names, &sorted) != TIP_OK)
        return TIP_NO_MEMORY;
    uint32_t *ranks = calloc(names + 1, sizeof *ranks);
    for (size_t i = 0; ranks && i < names; i++)
        ranks[sorted[i] + 1] = (uint32_t)i + 1;
    free(sorted);
    if (!ranks)
        return TIP_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < KEY_WORDS; k++)
            occurrences[i].key[k] = ranks[occurrences[i].key[k]];
    free(ranks);
    return TIP_OK;
}

static tip_status sort_occurrences(const finder *f, tip_buf *found)
{
    occurrence *occurrences = (occurrence *)(void *)found->data;
    size_t count = found->size / sizeof *occurrences;
    if (count == 0 || f->sort == TIP_KWIC_UNSORTED)
        return TIP_OK;
    if (rank_keys(f, occurrences, count) != TIP_OK)
        return TIP_NO_MEMORY;
    qsort(occurrences, count, sizeof *occurrences, compare_keys);
    return TIP_OK;
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
        status = sort_occurrences(f, ret_found);
    match_set_free(&all);
    return status == TIP_OK ? TIP_OK : tip_fail_memory(err);
}

/* ---- Lines ---- */

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static tip_status read_sentence_words(tip_str text, tip_buf *ret_words)
{
    tip_tokenizer tokenizer;
    tip_token token;
    tip_buf_clear(ret_words);
    tip_tokenizer_start(&tokenizer, text);
    while (tip_tokenizer_next(&tokenizer, &token)) {
        sentence_word word = {token.start, token.start + token.length, token.acronym,
                              tip_is_stop_word((tip_str){token.word, token.size})};
        if (tip_buf_add(ret_words, &word, sizeof word) != TIP_OK)
            return TIP_NO_MEMORY;
    }
    return TIP_OK;
}

/* The text, its words, and what to show of it. */
typedef struct context {
    tip_str text;
    const sentence_word *words;
    size_t count;
    const tip_kwic_options *options;
} context;

static bool is_edge(const context *c, size_t word)
{
    return c->options->within_sentence &&
           sentence_starts(c->text, &c->words[word - 1], &c->words[word]);
}

/* What stands right before a word belongs to it: opening quotation marks and brackets. */
static size_t start_of(const context *c, size_t word)
{
    size_t least = word > 0 ? c->words[word - 1].end : 0;
    size_t start = c->words[word].start;
    while (start > least && !is_space(c->text.data[start - 1]))
        start--;
    /* No space at all: it is joined to the word before, as in "sex-trafficking". */
    return start == least && word > 0 ? c->words[word].start : start;
}

/* So does what stands right behind it, up to the next word. */
static size_t end_of(const context *c, size_t word)
{
    size_t most = word + 1 < c->count ? c->words[word + 1].start : c->text.size;
    size_t end = c->words[word].end;
    while (end < most && !is_space(c->text.data[end]))
        end++;
    return end == most && word + 1 < c->count ? c->words[word].end : end;
}

static size_t left_edge(const context *c, size_t first)
{
    size_t word = first;
    while (word > 0 && first - word < c->options->words && !is_edge(c, word))
        word--;
    if (word == first && c->options->words == 0)
        return c->words[first].start;
    return word == 0 ? 0 : start_of(c, word);
}

static size_t right_edge(const context *c, size_t last)
{
    size_t word = last;
    while (word + 1 < c->count && word - last < c->options->words && !is_edge(c, word + 1))
        word++;
    if (word == last && c->options->words == 0)
        return c->words[last].end;
    return word + 1 == c->count ? c->text.size : end_of(c, word);
}

static tip_status set_line(const context *c, const occurrence *o, tip_kwic_line *line,
                           tip_error *err)
{
    if (o->words == 0 || (size_t)o->first + o->words > c->count)
        return tip_fail(err, TIP_CORRUPT,
                        "the words of a paragraph are not those of its text; rebuild the index "
                        "with tipindex --rebuild");
    size_t last = (size_t)o->first + o->words - 1;
    size_t start = c->words[o->first].start;
    size_t end = c->words[last].end;
    size_t left = left_edge(c, o->first);
    size_t right = right_edge(c, last);
    line->left = (tip_str){c->text.data + left, start - left};
    line->match = (tip_str){c->text.data + start, end - start};
    line->right = (tip_str){c->text.data + end, right - end};
    return TIP_OK;
}

/* An occurrence on the page, to be fetched in the order of the store. */
typedef struct line_place {
    const occurrence *occurrence;
    size_t line;
} line_place;

static int compare_places(const void *a, const void *b)
{
    return compare_order(((const line_place *)a)->occurrence, ((const line_place *)b)->occurrence);
}

static bool is_same_paragraph(const occurrence *a, const occurrence *b)
{
    return a->index == b->index && a->document == b->document;
}

static tip_status read_paragraph(const tip_searcher *searcher, const occurrence *o,
                                 tip_text_block *block, tip_kwic_list *list, tip_buf *words,
                                 tip_error *err)
{
    kwic_paragraph *p = &list->paragraphs[list->paragraph_count++];
    tip_status status =
        tip_store_record(searcher->stores[o->index], o->document, block, &p->record, err);
    if (status != TIP_OK)
        return status;
    if (keep_strings(&p->record, &p->strings, 0) != TIP_OK ||
        read_sentence_words(p->record.text, words) != TIP_OK)
        return tip_fail_memory(err);
    return TIP_OK;
}

static tip_status fetch_lines(const tip_searcher *searcher, const line_place *places,
                              const tip_kwic_options *options, tip_kwic_list *list, tip_error *err)
{
    tip_text_block block = {0};
    tip_buf words = {0};
    tip_status status = TIP_OK;
    for (size_t i = 0; i < list->count && status == TIP_OK; i++) {
        const occurrence *o = places[i].occurrence;
        if (i == 0 || !is_same_paragraph(o, places[i - 1].occurrence))
            status = read_paragraph(searcher, o, &block, list, &words, err);
        if (status != TIP_OK)
            break;
        const tip_record *record = &list->paragraphs[list->paragraph_count - 1].record;
        context c = {record->text, (const sentence_word *)(const void *)words.data,
                     words.size / sizeof(sentence_word), options};
        list->lines[places[i].line].record = record;
        status = set_line(&c, o, &list->lines[places[i].line], err);
    }
    tip_text_block_free(&block);
    tip_buf_free(&words);
    return status;
}

static tip_status make_page(const tip_searcher *searcher, const tip_buf *found,
                            const tip_kwic_options *options, tip_kwic_list *list, tip_error *err)
{
    const occurrence *occurrences = (const occurrence *)(const void *)found->data;
    size_t rest = list->total > options->offset ? list->total - options->offset : 0;
    size_t count = rest < options->limit ? rest : options->limit;
    line_place *places = calloc(count + 1, sizeof *places);
    list->lines = calloc(count + 1, sizeof *list->lines);
    list->paragraphs = calloc(count + 1, sizeof *list->paragraphs);
    tip_status status = places && list->lines && list->paragraphs ? TIP_OK : tip_fail_memory(err);
    if (status == TIP_OK) {
        list->count = count;
        for (size_t i = 0; i < count; i++)
            places[i] = (line_place){&occurrences[options->offset + i], i};
        qsort(places, count, sizeof *places, compare_places);
        status = fetch_lines(searcher, places, options, list, err);
    }
    free(places);
    return status;
}

tip_status tip_kwic(tip_searcher *searcher, const tip_query *query, const tip_kwic_options *options,
                    tip_kwic_list **ret_list, tip_error *err)
{
    finder f = {.searcher = searcher, .sort = options->sort};
    tip_buf found = {0};
    tip_status status = searcher_need_fast(searcher, "--kwic", err);
    if (status != TIP_OK)
        return status;
    tip_kwic_list *list = calloc(1, sizeof *list);
    status = list ? TIP_OK : tip_fail_memory(err);
    if (status == TIP_OK)
        status = make_targets(&f, query->root, err);
    if (status == TIP_OK && f.sort != TIP_KWIC_UNSORTED)
        status = make_numbers(&f, err);
    if (status == TIP_OK)
        status = find_all(&f, query, list, &found, err);
    if (status == TIP_OK)
        status = make_page(searcher, &found, options, list, err);
    finder_free(&f);
    tip_buf_free(&found);
    if (status == TIP_OK)
        *ret_list = list;
    else
        tip_kwic_list_free(list);
    return status;
}
