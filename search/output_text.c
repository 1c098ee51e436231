/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers for people. */
#include "base/buf.h"
#include "corpus/section.h"
#include "search/output.h"

#include <string.h>
#include <utf8proc.h>

#define BOLD "\033[1m"
#define DIM "\033[2m"
#define MARK "\033[1;31m"
#define RESET "\033[0m"

enum { INDENT = 4 };

static void style(const output *out, const char *code)
{
    if (out->color)
        fputs(code, out->stream);
}

/* Writes one character; what would command a terminal (C0, C1, delete, the overrides of writing
 * direction) and what is not UTF-8 is shown as U+FFFD. Returns its columns. */
static size_t put_character(const output *out, tip_str text, size_t *at)
{
    utf8proc_int32_t c;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text.data + *at,
                                          (utf8proc_ssize_t)(text.size - *at), &c);
    bool bad = n <= 0 || c < ' ' || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
               (c >= 0x2066 && c <= 0x2069);
    if (bad)
        fputs("\uFFFD", out->stream);
    else
        fwrite(text.data + *at, 1, (size_t)n, out->stream);
    *at += n > 0 ? (size_t)n : 1;
    return bad ? 1 : (size_t)utf8proc_charwidth(c);
}

static void put(const output *out, tip_str text)
{
    for (size_t at = 0; at < text.size;)
        put_character(out, text, &at);
}

/* ---- The line above a snippet ---- */

static void put_part(const output *out, const char *before, tip_str text)
{
    if (text.size == 0)
        return;
    fputs(before, out->stream);
    put(out, text);
}

static void put_heading(const output *out, size_t rank, const tip_record *r)
{
    const char *tier = tip_tier_title(r->tier);
    fprintf(out->stream, "%2zu. ", rank);
    style(out, BOLD);
    if (r->country.size || r->year) {
        put(out, r->country);
        if (r->year)
            fprintf(out->stream, "%s%d", r->country.size ? " " : "", r->year);
    } else {
        put(out, r->title.size ? r->title : r->source);
    }
    style(out, RESET);
    put_part(out, ", ", tip_str_of(tier));
    put_part(out, ", ", r->section);
    if (r->paragraph)
        fprintf(out->stream, ", paragraph %u", r->paragraph);
    style(out, DIM);
    put_part(out, "  [", r->id);
    fputs("]", out->stream);
    style(out, RESET);
    fputc('\n', out->stream);
}

/* ---- The snippet, wrapped at spaces, its marks in colour ---- */

typedef struct cursor {
    const output *out;
    const tip_hit *hit;
    size_t mark; /* the next or the present one */
    bool marked; /* inside it */
    size_t column;
} cursor;

static void update_mark(cursor *c, size_t at)
{
    const tip_mark *mark = &c->hit->marks[c->mark];
    if (c->marked && at >= mark->start + mark->length) {
        style(c->out, RESET);
        c->marked = false;
        c->mark++;
        mark++;
    }
    if (!c->marked && c->mark < c->hit->mark_count && at == mark->start) {
        style(c->out, MARK);
        c->marked = true;
    }
}

static void new_line(cursor *c)
{
    fprintf(c->out->stream, "%*s", INDENT, "");
    c->column = INDENT;
}

static size_t columns_of(tip_str text, size_t at, size_t end)
{
    size_t columns = 0;
    while (at < end) {
        utf8proc_int32_t c;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text.data + at,
                                              (utf8proc_ssize_t)(end - at), &c);
        columns += n > 0 ? (size_t)utf8proc_charwidth(c) : 1;
        at += n > 0 ? (size_t)n : 1;
    }
    return columns;
}

/* Writes the word at `at` and what separates it from the one before; returns where it ends. */
static size_t put_word(cursor *c, size_t at)
{
    tip_str text = c->hit->snippet;
    const char *space = memchr(text.data + at, ' ', text.size - at);
    size_t end = space ? (size_t)(space - text.data) : text.size;
    size_t columns = columns_of(text, at, end);
    if (c->out->width > 0 && c->column > INDENT && c->column + 1 + columns > c->out->width) {
        fputc('\n', c->out->stream);
        new_line(c);
    } else if (c->column > INDENT) {
        fputc(' ', c->out->stream);
        c->column++;
    }
    while (at < end) {
        update_mark(c, at);
        c->column += put_character(c->out, text, &at);
    }
    update_mark(c, at);
    return end;
}

static void put_snippet(const output *out, const tip_hit *hit)
{
    cursor c = {.out = out, .hit = hit};
    tip_str text = hit->snippet;
    new_line(&c);
    for (size_t at = 0; at < text.size; at++) {
        if (text.data[at] == ' ')
            continue;
        at = put_word(&c, at);
    }
    if (c.marked)
        style(out, RESET);
    fputc('\n', out->stream);
}

tip_status output_text(const output *out, const char *qid, const char *query, size_t offset,
                       const tip_results *results)
{
    if (out->batch) {
        style(out, BOLD);
        put_part(out, "", tip_str_of(qid));
        put_part(out, ": ", tip_str_of(query));
        fprintf(out->stream, " (%zu)", tip_results_total(results));
        style(out, RESET);
        fputc('\n', out->stream);
    }
    for (size_t i = 0; i < tip_results_count(results); i++) {
        const tip_hit *hit = tip_results_hit(results, i);
        put_heading(out, offset + i + 1, &hit->record);
        if (hit->snippet.size)
            put_snippet(out, hit);
    }
    return TIP_OK;
}
