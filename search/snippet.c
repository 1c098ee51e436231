/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/snippet.h"

#include "search/target.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A passage may start this much of its size before the first mark, to start with a sentence. */
#define LEAD_SHARE 0.35
#define ELLIPSIS "\u2026"

struct snippet_maker {
    target_finder *finder;
};

tip_status snippet_maker_new(const query_node *root, tip_stemmer *stemmer,
                             snippet_maker **ret_maker)
{
    snippet_maker *maker = calloc(1, sizeof *maker);
    if (!maker || target_finder_new(root, stemmer, &maker->finder) != TIP_OK) {
        free(maker);
        return TIP_NO_MEMORY;
    }
    *ret_maker = maker;
    return TIP_OK;
}

void snippet_maker_free(snippet_maker *maker)
{
    if (!maker)
        return;
    target_finder_free(maker->finder);
    free(maker);
}

static const target_word *words_of(const snippet_maker *maker)
{
    return target_words(maker->finder);
}

static size_t count_of(const snippet_maker *maker)
{
    return target_word_count(maker->finder);
}

/* ---- Choosing the passage ---- */

/* Different targets count most, then phrases before words, then how often. */
static double weight_of(const snippet_maker *maker, uint32_t found, size_t times)
{
    return (double)target_sum(maker->finder, found) + 0.1 * (double)times;
}

/* The words from `first` on that fit into `size` bytes; returns the one behind the last. */
static size_t fit(const snippet_maker *maker, size_t first, size_t size)
{
    const target_word *words = words_of(maker);
    size_t end = first + 1;
    while (end < count_of(maker) && words[end].end - words[first].start <= size)
        end++;
    return end;
}

/* The passage starts a little before the first mark, best where its sentence starts. */
static size_t lead_in(const snippet_maker *maker, size_t first, size_t size)
{
    const target_word *words = words_of(maker);
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
    const target_word *words = words_of(maker);
    uint32_t found = 0;
    size_t times = 0;
    for (size_t i = first; i < end; i++) {
        found |= words[i].targets;
        times += words[i].targets != 0;
    }
    return weight_of(maker, found, times);
}

/* A passage that ends with the text has room left for words before it. */
static size_t fill_up(const snippet_maker *maker, size_t first, size_t size)
{
    const target_word *words = words_of(maker);
    size_t text_end = words[count_of(maker) - 1].end;
    while (first > 0 && text_end - words[first - 1].start <= size)
        first--;
    return first;
}

static void choose(const snippet_maker *maker, size_t size, size_t *ret_first, size_t *ret_end)
{
    const target_word *words = words_of(maker);
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
    *ret_first = *ret_end == count_of(maker) ? fill_up(maker, first, size) : first;
}

/* ---- Writing it ---- */

static tip_status add_mark(tip_buf *marks, size_t start, size_t end)
{
    tip_mark mark = {start, end - start};
    return tip_buf_add(marks, &mark, sizeof mark);
}

/* The part of a text that is shown: its words, and its bytes. */
typedef struct passage {
    size_t first;
    size_t last; /* behind the last word */
    size_t start;
    size_t end;
} passage;

/* A word that is cut by the end of the passage is marked up to there. */
static tip_status add_marks(const snippet_maker *maker, const passage *p, size_t shift,
                            tip_buf *ret_marks)
{
    const target_word *words = words_of(maker);
    for (size_t i = p->first; i < p->last && words[i].start < p->end;) {
        size_t count = target_longest(maker->finder, words[i].targets);
        size_t last = i + count < p->last ? i + count : p->last;
        if (count > 0) {
            size_t end = words[last - 1].end < p->end ? words[last - 1].end : p->end;
            if (add_mark(ret_marks, words[i].start - p->start + shift, end - p->start + shift) !=
                TIP_OK)
                return TIP_NO_MEMORY;
        }
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

/* A run without spaces or words can be of any length; it is not cut inside a character. */
static void cut_passage(tip_str text, size_t size, passage *p)
{
    if (p->end - p->start > 2 * size)
        p->end = p->start + 2 * size;
    while (p->end > p->start && p->end < text.size && is_continuation(text.data[p->end]))
        p->end--;
}

static passage choose_passage(const snippet_maker *maker, tip_str text, size_t size)
{
    size_t words = count_of(maker);
    passage p = {0, words, 0, text.size};
    if (text.size <= size + size / 4)
        return p;
    if (words > 0) {
        choose(maker, size, &p.first, &p.last);
        p.start = p.first == 0 ? 0 : words_of(maker)[p.first].start;
        p.end =
            p.last == words ? text.size : with_punctuation(text, words_of(maker)[p.last - 1].end);
    }
    cut_passage(text, size, &p);
    return p;
}

tip_status snippet_make(snippet_maker *maker, tip_str text, size_t size, tip_buf *ret_snippet,
                        tip_buf *ret_marks)
{
    size_t from = ret_snippet->size;
    if (target_find(maker->finder, text) != TIP_OK)
        return TIP_NO_MEMORY;
    passage p = choose_passage(maker, text, size);
    if (p.start > 0 && tip_buf_add_text(ret_snippet, ELLIPSIS) != TIP_OK)
        return TIP_NO_MEMORY;
    size_t shift = ret_snippet->size - from;
    if (add_marks(maker, &p, shift, ret_marks) != TIP_OK ||
        add_passage(ret_snippet, text, p.start, p.end) != TIP_OK)
        return TIP_NO_MEMORY;
    return p.end < text.size ? tip_buf_add_text(ret_snippet, ELLIPSIS) : TIP_OK;
}
