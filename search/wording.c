/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/wording.h"

#include "text/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

/* What stands between white space. */
typedef struct chunk {
    size_t start;
    size_t end;
    uint64_t hash; /* of its folded words, so that case and punctuation do not count */
} chunk;

/* A text cut into chunks. */
typedef struct chunks {
    tip_str text;
    tip_buf items;
    tip_buf words; /* of the chunk at hand */
} chunks;

static void chunks_free(chunks *c)
{
    tip_buf_free(&c->items);
    tip_buf_free(&c->words);
}

static const chunk *items_of(const chunks *c)
{
    return (const chunk *)(const void *)c->items.data;
}

static size_t count_of(const chunks *c)
{
    return c->items.size / sizeof(chunk);
}

/* The bytes of white space at a place; 0 when there is none. */
static size_t space_at(tip_str text, size_t at)
{
    static const char no_break_space[] = "\u00A0";
    if (text.data[at] == ' ' || (text.data[at] >= '\t' && text.data[at] <= '\r'))
        return 1;
    bool found = text.size - at >= 2 && memcmp(text.data + at, no_break_space, 2) == 0;
    return found ? 2 : 0;
}

/* What has no words is compared as it is. */
static tip_status hash_chunk(chunks *c, size_t start, size_t end, uint64_t *ret_hash)
{
    tip_tokenizer tokenizer;
    tip_token token;
    tip_str text = {c->text.data + start, end - start};
    tip_buf_clear(&c->words);
    tip_tokenizer_start(&tokenizer, text);
    while (tip_tokenizer_next(&tokenizer, &token))
        if (tip_buf_add(&c->words, token.word, token.size) != TIP_OK ||
            tip_buf_add_byte(&c->words, ' ') != TIP_OK)
            return TIP_NO_MEMORY;
    if (c->words.size > 0)
        text = tip_buf_str(&c->words);
    *ret_hash = XXH3_64bits(text.data, text.size);
    return TIP_OK;
}

static tip_status cut(chunks *c)
{
    for (size_t at = 0; at < c->text.size;) {
        size_t space = space_at(c->text, at);
        if (space > 0) {
            at += space;
            continue;
        }
        chunk found = {.start = at};
        while (at < c->text.size && space_at(c->text, at) == 0)
            at++;
        found.end = at;
        if (hash_chunk(c, found.start, found.end, &found.hash) != TIP_OK ||
            tip_buf_add(&c->items, &found, sizeof found) != TIP_OK)
            return TIP_NO_MEMORY;
    }
    return TIP_OK;
}

/* ---- Runs ---- */

/* The difference on its way: what comes next, and where what is not yet written starts. */
typedef struct walk {
    const chunks *before;
    const chunks *after;
    size_t b; /* next chunk of each text */
    size_t a;
    size_t removed; /* first chunk of the run that was removed, added, kept */
    size_t added;
    size_t kept;
    tip_buf *runs;
} walk;

static tip_status add_run(walk *w, tip_run_kind kind, const chunks *c, size_t first, size_t end)
{
    if (first == end)
        return TIP_OK;
    size_t start = items_of(c)[first].start;
    tip_run run = {kind, {c->text.data + start, items_of(c)[end - 1].end - start}};
    return tip_buf_add(w->runs, &run, sizeof run);
}

/* Writes what was kept, once something else follows. */
static tip_status end_kept(walk *w)
{
    tip_status status = add_run(w, TIP_RUN_KEPT, w->after, w->kept, w->a);
    w->kept = w->a;
    return status;
}

static tip_status end_changed(walk *w)
{
    tip_status status = add_run(w, TIP_RUN_REMOVED, w->before, w->removed, w->b);
    if (status == TIP_OK)
        status = add_run(w, TIP_RUN_ADDED, w->after, w->added, w->a);
    w->kept = w->removed != w->b || w->added != w->a ? w->a : w->kept;
    w->removed = w->b;
    w->added = w->a;
    return status;
}

static tip_status keep(walk *w, size_t count)
{
    tip_status status = end_changed(w);
    w->a += count;
    w->b += count;
    w->removed = w->b;
    w->added = w->a;
    return status;
}

static tip_status change(walk *w, size_t removed, size_t added)
{
    tip_status status = TIP_OK;
    if (w->removed == w->b && w->added == w->a)
        status = end_kept(w);
    w->b += removed;
    w->a += added;
    return status;
}

static bool is_equal(const walk *w, size_t b, size_t a)
{
    return items_of(w->before)[b].hash == items_of(w->after)[a].hash;
}

/* ---- The longest common subsequence of what differs ---- */

/* Fills the table: cell (b, a) holds the length for what is behind both places. */
static void fill_lengths(const walk *w, uint32_t *lengths, size_t b_count, size_t a_count)
{
    size_t row = a_count + 1;
    for (size_t b = b_count; b-- > 0;) {
        for (size_t a = a_count; a-- > 0;) {
            uint32_t down = lengths[(b + 1) * row + a];
            uint32_t right = lengths[b * row + a + 1];
            lengths[b * row + a] = is_equal(w, w->b + b, w->a + a)
                                       ? lengths[(b + 1) * row + a + 1] + 1
                                   : down > right ? down
                                                  : right;
        }
    }
}

static tip_status walk_lengths(walk *w, const uint32_t *lengths, size_t b_count, size_t a_count)
{
    size_t row = a_count + 1;
    size_t b = 0;
    size_t a = 0;
    tip_status status = TIP_OK;
    while (b < b_count && a < a_count && status == TIP_OK) {
        if (is_equal(w, w->b, w->a)) {
            status = keep(w, 1);
            b++;
            a++;
        } else if (lengths[(b + 1) * row + a] >= lengths[b * row + a + 1]) {
            status = change(w, 1, 0);
            b++;
        } else {
            status = change(w, 0, 1);
            a++;
        }
    }
    return status == TIP_OK && (b < b_count || a < a_count) ? change(w, b_count - b, a_count - a)
                                                            : status;
}

static tip_status compare_middle(walk *w, size_t b_count, size_t a_count)
{
    if (b_count == 0 && a_count == 0)
        return TIP_OK;
    if (b_count == 0 || a_count == 0 || b_count > WORDING_CELLS_MAX / a_count)
        return change(w, b_count, a_count);
    uint32_t *lengths = calloc((b_count + 1) * (a_count + 1), sizeof *lengths);
    if (!lengths)
        return TIP_NO_MEMORY;
    fill_lengths(w, lengths, b_count, a_count);
    tip_status status = walk_lengths(w, lengths, b_count, a_count);
    free(lengths);
    return status;
}

static tip_status compare(walk *w)
{
    size_t b_count = count_of(w->before);
    size_t a_count = count_of(w->after);
    size_t shorter = b_count < a_count ? b_count : a_count;
    size_t head = 0;
    size_t tail = 0;
    while (head < shorter && is_equal(w, head, head))
        head++;
    while (tail < shorter - head && is_equal(w, b_count - 1 - tail, a_count - 1 - tail))
        tail++;
    tip_status status = keep(w, head);
    if (status == TIP_OK)
        status = compare_middle(w, b_count - head - tail, a_count - head - tail);
    if (status == TIP_OK && tail > 0)
        status = keep(w, tail);
    if (status == TIP_OK)
        status = end_changed(w);
    return status == TIP_OK ? end_kept(w) : status;
}

tip_status wording_compare(tip_str before, tip_str after, tip_buf *ret_runs)
{
    chunks old = {.text = before};
    chunks new = {.text = after};
    walk w = {.before = &old, .after = &new, .runs = ret_runs};
    tip_status status = cut(&old);
    if (status == TIP_OK)
        status = cut(&new);
    if (status == TIP_OK)
        status = compare(&w);
    chunks_free(&old);
    chunks_free(&new);
    return status;
}
