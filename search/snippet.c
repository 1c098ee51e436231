/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/snippet.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A passage may start this much of its size before the first mark, to start with a sentence. */
#define LEAD_SHARE 0.35
#define ELLIPSIS "\u2026"

/* One thing that is looked for: a word, or some words one behind the other. */
typedef struct target {
    const query_node *node;
    uint64_t state; /* shift-and over the words of the text, see store/pattern.h */
} target;

/* A word of the text. */
typedef struct text_word {
    size_t start;
    size_t end;
    uint32_t targets; /* bit i: part of target i, from this word on */
    bool starts_sentence;
} text_word;

enum { TARGETS_MAX = 32 };

struct snippet_maker {
    tip_stemmer *stemmer;
    target targets[TARGETS_MAX];
    size_t count;
    tip_buf words; /* text_word */
};

static void collect_targets(snippet_maker *maker, const query_node *node)
{
    if (node->occur == OCCUR_EXCLUDED || node->ignored)
        return;
    if ((node->kind == NODE_WORD || node->kind == NODE_PHRASE) && maker->count < TARGETS_MAX)
        maker->targets[maker->count++].node = node;
    /* What follows NOT is not looked for. */
    size_t count = node->kind == NODE_NOT ? node->child_count - 1 : node->child_count;
    for (size_t i = 0; i < count; i++)
        collect_targets(maker, node->children[i]);
}

tip_status snippet_maker_new(const query_node *root, tip_stemmer *stemmer,
                             snippet_maker **ret_maker)
{
    snippet_maker *maker = calloc(1, sizeof *maker);
    if (!maker)
        return TIP_NO_MEMORY;
    maker->stemmer = stemmer;
    collect_targets(maker, root);
    *ret_maker = maker;
    return TIP_OK;
}

void snippet_maker_free(snippet_maker *maker)
{
    if (!maker)
        return;
    tip_buf_free(&maker->words);
    free(maker);
}

/* ---- Finding what is looked for ---- */

static text_word *words_of(const snippet_maker *maker)
{
    return (text_word *)(void *)maker->words.data;
}

static size_t count_of(const snippet_maker *maker)
{
    return maker->words.size / sizeof(text_word);
}

static bool is_word(const query_node *node, size_t i, tip_str word, tip_str stem)
{
    tip_str wanted = tip_str_of(node->words[i].word);
    switch (node->words[i].match) {
    case TIP_MATCH_WORD:
        return tip_str_equal(wanted, word);
    case TIP_MATCH_PREFIX:
        return word.size >= wanted.size && memcmp(word.data, wanted.data, wanted.size) == 0;
    case TIP_MATCH_SUFFIX:
        return word.size >= wanted.size &&
               memcmp(word.data + word.size - wanted.size, wanted.data, wanted.size) == 0;
    default:
        return tip_str_equal(tip_str_of(node->words[i].stem), stem);
    }
}

/* Steps each target with the word at `place`; a complete one is noted at its first word. */
static void step_targets(snippet_maker *maker, size_t place, tip_str word, tip_str stem)
{
    for (size_t t = 0; t < maker->count; t++) {
        const query_node *node = maker->targets[t].node;
        uint64_t places = 0;
        for (size_t i = 0; i < node->word_count; i++)
            if (is_word(node, i, word, stem))
                places |= (uint64_t)1 << i;
        uint64_t state = ((maker->targets[t].state << 1) | 1) & places;
        maker->targets[t].state = state;
        if (state >> (node->word_count - 1) & 1)
            words_of(maker)[place + 1 - node->word_count].targets |= (uint32_t)1 << t;
    }
}

static bool ends_sentence(tip_str text, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if ((text.data[i] == '.' || text.data[i] == '!' || text.data[i] == '?' ||
             text.data[i] == ';') &&
            i + 1 < to)
            return true;
    return false;
}

static tip_status read_words(snippet_maker *maker, tip_str text)
{
    tip_tokenizer tokenizer;
    tip_token token;
    size_t last_end = 0;
    tip_buf_clear(&maker->words);
    for (size_t t = 0; t < maker->count; t++)
        maker->targets[t].state = 0;
    tip_tokenizer_start(&tokenizer, text);
    while (tip_tokenizer_next(&tokenizer, &token)) {
        text_word added = {token.start, token.start + token.length, 0,
                           last_end == 0 || ends_sentence(text, last_end, token.start)};
        tip_str word = {token.word, token.size};
        tip_str stem;
        if (tip_stem(maker->stemmer, word, &stem) != TIP_OK ||
            tip_buf_add(&maker->words, &added, sizeof added) != TIP_OK)
            return TIP_NO_MEMORY;
        step_targets(maker, count_of(maker) - 1, word, stem);
        last_end = added.end;
    }
    return TIP_OK;
}

/* ---- Choosing the passage ---- */

/* Different targets count most, then phrases before words, then how often. */
static double weight_of(const snippet_maker *maker, uint32_t found, size_t times)
{
    double weight = 0;
    for (size_t t = 0; t < maker->count; t++)
        if (found >> t & 1)
            weight += (double)maker->targets[t].node->word_count;
    return weight + 0.1 * (double)times;
}

/* The words from `first` on that fit into `size` bytes; returns the one behind the last. */
static size_t fit(const snippet_maker *maker, size_t first, size_t size)
{
    const text_word *words = words_of(maker);
    size_t end = first + 1;
    while (end < count_of(maker) && words[end].end - words[first].start <= size)
        end++;
    return end;
}

/* The passage starts a little before the first mark, best where its sentence starts. */
static size_t lead_in(const snippet_maker *maker, size_t first, size_t size)
{
    const text_word *words = words_of(maker);
    size_t room = (size_t)((double)size * LEAD_SHARE);
    size_t start = first;
    while (start > 0 && words[first].start - words[start - 1].start <= room) {
        if (words[start].starts_sentence)
            return start;
        start--;
    }
    return start == 0 || words[start].starts_sentence ? start : first - (first - start) / 2;
}

static double rate(const snippet_maker *maker, size_t first, size_t end)
{
    const text_word *words = words_of(maker);
    uint32_t found = 0;
    size_t times = 0;
    for (size_t i = first; i < end; i++) {
        found |= words[i].targets;
        times += words[i].targets != 0;
    }
    return weight_of(maker, found, times);
}

static void choose(const snippet_maker *maker, size_t size, size_t *ret_first, size_t *ret_end)
{
    const text_word *words = words_of(maker);
    double best = 0;
    size_t first = 0;
    for (size_t i = 0; i < count_of(maker); i++) {
        if (words[i].targets == 0)
            continue;
        size_t start = lead_in(maker, i, size);
        double rating = rate(maker, start, fit(maker, start, size));
        if (rating > best) {
            best = rating;
            first = start;
        }
    }
    *ret_end = fit(maker, first, size);
    while (first > 0 && *ret_end == count_of(maker) &&
           words[count_of(maker) - 1].end - words[first - 1].start <= size)
        first--;
    *ret_first = first;
}

/* ---- Writing it ---- */

static tip_status add_mark(tip_buf *marks, size_t start, size_t end)
{
    tip_mark mark = {start, end - start};
    return tip_buf_add(marks, &mark, sizeof mark);
}

/* How many words the longest target that starts here has; 0 for none. */
static size_t marked_words(const snippet_maker *maker, uint32_t targets)
{
    size_t longest = 0;
    for (size_t t = 0; t < maker->count; t++)
        if (targets >> t & 1 && maker->targets[t].node->word_count > longest)
            longest = maker->targets[t].node->word_count;
    return longest;
}

static tip_status add_marks(const snippet_maker *maker, size_t first, size_t end, size_t text_start,
                            size_t text_end, size_t shift, tip_buf *ret_marks)
{
    const text_word *words = words_of(maker);
    for (size_t i = first; i < end;) {
        size_t count = marked_words(maker, words[i].targets);
        size_t last = i + count < end ? i + count : end;
        size_t stop = count == 0                       ? 0
                      : words[last - 1].end < text_end ? words[last - 1].end
                                                       : text_end;
        if (stop > words[i].start && add_mark(ret_marks, words[i].start - text_start + shift,
                                              stop - text_start + shift) != TIP_OK)
            return TIP_NO_MEMORY;
        i = count > 0 ? last : i + 1;
    }
    return TIP_OK;
}

static tip_status add_passage(tip_buf *snippet, tip_str text, size_t start, size_t end)
{
    if (tip_buf_reserve(snippet, end - start) != TIP_OK)
        return TIP_NO_MEMORY;
    for (size_t i = start; i < end; i++) {
        unsigned char c = (unsigned char)text.data[i];
        (void)tip_buf_add_byte(snippet, c < ' ' || c == 0x7F ? ' ' : (char)c);
    }
    return TIP_OK;
}

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* Punctuation behind the last word belongs to it. */
static size_t with_punctuation(tip_str text, size_t end)
{
    while (end < text.size && text.data[end] != ' ' && text.data[end] != '\n' &&
           text.data[end] != '\t')
        end++;
    return end;
}

tip_status snippet_make(snippet_maker *maker, tip_str text, size_t size, tip_buf *ret_snippet,
                        tip_buf *ret_marks)
{
    size_t from = ret_snippet->size;
    size_t start = 0;
    size_t end = text.size;
    size_t first = 0;
    size_t last;
    if (read_words(maker, text) != TIP_OK)
        return TIP_NO_MEMORY;
    last = count_of(maker);
    if (text.size > size + size / 4) {
        if (last > 0)
            choose(maker, size, &first, &last);
        start = first == 0 ? 0 : words_of(maker)[first].start;
        end = last == count_of(maker) ? text.size
                                      : with_punctuation(text, words_of(maker)[last - 1].end);
        /* A run without spaces or words can be of any length. */
        while (end - start > 2 * size || (end < text.size && is_continuation(text.data[end])))
            end = end - start > 2 * size ? start + 2 * size : end - 1;
    }
    if (start > 0 && tip_buf_add_text(ret_snippet, ELLIPSIS) != TIP_OK)
        return TIP_NO_MEMORY;
    size_t shift = ret_snippet->size - from;
    if (add_marks(maker, first, last, start, end, shift, ret_marks) != TIP_OK ||
        add_passage(ret_snippet, text, start, end) != TIP_OK)
        return TIP_NO_MEMORY;
    return end < text.size ? tip_buf_add_text(ret_snippet, ELLIPSIS) : TIP_OK;
}
