/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Occurrences in order, and as lines of their text. */
#include "search/kwic_lines.h"

#include "base/error.h"
#include "search/results.h"
#include "search/sentence.h"

#include <stdlib.h>

/* ---- Sorting ---- */

tip_status kwic_set_key(occurrence *o, tip_kwic_sort sort, size_t count,
                        tip_status (*number)(void *payload, size_t place, uint32_t *ret_number),
                        void *payload)
{
    for (size_t i = 0; i < KEY_WORDS; i++) {
        bool left = sort == TIP_KWIC_LEFT;
        size_t place = left ? (size_t)o->first - 1 - i : (size_t)o->first + o->words + i;
        if (left ? i >= o->first : place >= count)
            break;
        if (number(payload, place, &o->key[i]) != TIP_OK)
            return TIP_NO_MEMORY;
    }
    return TIP_OK;
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
static tip_status rank_keys(const tip_strings *names, occurrence *occurrences, size_t count)
{
    uint32_t *sorted;
    size_t size = tip_strings_count(names);
    if (tip_strings_sort(names, &sorted) != TIP_OK)
        return TIP_NO_MEMORY;
    uint32_t *ranks = calloc(size + 1, sizeof *ranks);
    for (size_t i = 0; ranks && i < size; i++)
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

tip_status kwic_sort(tip_buf *occurrences, const tip_strings *names)
{
    occurrence *items = (occurrence *)(void *)occurrences->data;
    size_t count = occurrences->size / sizeof *items;
    if (count == 0 || !names)
        return TIP_OK;
    if (rank_keys(names, items, count) != TIP_OK)
        return TIP_NO_MEMORY;
    qsort(items, count, sizeof *items, compare_keys);
    return TIP_OK;
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

/* Where records come from. */
typedef struct record_source {
    kwic_record_fn record;
    void *payload;
} record_source;

static tip_status read_paragraph(const record_source *source, const occurrence *o,
                                 tip_kwic_list *list, tip_buf *words, tip_error *err)
{
    kwic_paragraph *p = &list->paragraphs[list->paragraph_count++];
    tip_status status = source->record(source->payload, o, &p->record, err);
    if (status != TIP_OK)
        return status;
    if (keep_strings(&p->record, &p->strings, 0) != TIP_OK ||
        read_sentence_words(p->record.text, words) != TIP_OK)
        return tip_fail_memory(err);
    return TIP_OK;
}

static tip_status fetch_lines(const record_source *source, const line_place *places,
                              const tip_kwic_options *options, tip_kwic_list *list, tip_error *err)
{
    tip_buf words = {0};
    tip_status status = TIP_OK;
    for (size_t i = 0; i < list->count && status == TIP_OK; i++) {
        const occurrence *o = places[i].occurrence;
        if (i == 0 || !is_same_paragraph(o, places[i - 1].occurrence))
            status = read_paragraph(source, o, list, &words, err);
        if (status != TIP_OK)
            break;
        const tip_record *record = &list->paragraphs[list->paragraph_count - 1].record;
        context c = {record->text, (const sentence_word *)(const void *)words.data,
                     words.size / sizeof(sentence_word), options};
        list->lines[places[i].line].record = record;
        status = set_line(&c, o, &list->lines[places[i].line], err);
    }
    tip_buf_free(&words);
    return status;
}

tip_status kwic_make_page(const tip_buf *occurrences, const tip_kwic_options *options,
                          kwic_record_fn record, void *source, tip_kwic_list *list, tip_error *err)
{
    const occurrence *items = (const occurrence *)(const void *)occurrences->data;
    const record_source records = {record, source};
    size_t rest = list->total > options->offset ? list->total - options->offset : 0;
    size_t count = rest < options->limit ? rest : options->limit;
    line_place *places = calloc(count + 1, sizeof *places);
    list->lines = calloc(count + 1, sizeof *list->lines);
    list->paragraphs = calloc(count + 1, sizeof *list->paragraphs);
    tip_status status = places && list->lines && list->paragraphs ? TIP_OK : tip_fail_memory(err);
    if (status == TIP_OK) {
        list->count = count;
        for (size_t i = 0; i < count; i++)
            places[i] = (line_place){&items[options->offset + i], i};
        qsort(places, count, sizeof *places, compare_places);
        status = fetch_lines(&records, places, options, list, err);
    }
    free(places);
    return status;
}
