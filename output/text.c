/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers for people. */
#include "output/browse.h"

#include <string.h>

enum { INDENT = 4 };

void output_style(const output *out, const char *code)
{
    if (out->color)
        fputs(code, out->stream);
}

/* ---- The line above a snippet ---- */

static void put_part(const output *out, const char *before, tip_str text)
{
    if (text.size == 0)
        return;
    fputs(before, out->stream);
    output_safely(out->stream, text);
}

static void put_heading(const output *out, size_t rank, const tip_record *r, bool asked)
{
    const char *tier = tip_tier_title(r->tier);
    fprintf(out->stream, asked ? ">%zu. " : "%2zu. ", rank);
    output_style(out, STYLE_BOLD);
    if (r->country.size || r->year) {
        output_safely(out->stream, r->country);
        if (r->year)
            fprintf(out->stream, "%s%d", r->country.size ? " " : "", r->year);
    } else {
        output_safely(out->stream, r->title.size ? r->title : r->source);
    }
    output_style(out, STYLE_RESET);
    put_part(out, ", ", tip_str_of(tier));
    put_part(out, ", ", r->section);
    if (r->paragraph)
        fprintf(out->stream, ", paragraph %u", r->paragraph);
    if (r->page)
        fprintf(out->stream, ", page %u", r->page);
    output_style(out, STYLE_DIM);
    put_part(out, "  [", r->id);
    fputs("]", out->stream);
    output_style(out, STYLE_RESET);
    fputc('\n', out->stream);
}

/* ---- The snippet, wrapped at spaces, its marks in colour ---- */

typedef struct cursor {
    const output *out;
    const tip_hit *hit;
    tip_str text; /* the snippet, or the whole paragraph without marks */
    size_t mark;  /* the next or the present one */
    bool marked;  /* inside it */
    size_t column;
} cursor;

static void update_mark(cursor *c, size_t at)
{
    if (c->out->whole || c->hit->mark_count == 0)
        return;
    const tip_mark *mark = &c->hit->marks[c->mark];
    if (c->marked && at >= mark->start + mark->length) {
        output_style(c->out, STYLE_RESET);
        c->marked = false;
        c->mark++;
        mark++;
    }
    if (!c->marked && c->mark < c->hit->mark_count && at == mark->start) {
        output_style(c->out, STYLE_MARK);
        c->marked = true;
    }
}

static void new_line(cursor *c)
{
    fprintf(c->out->stream, "%*s", INDENT, "");
    c->column = INDENT;
}

/* Writes the word at `at` and what separates it from the one before; returns where it ends. */
static size_t put_word(cursor *c, size_t at)
{
    tip_str text = c->text;
    const char *space = memchr(text.data + at, ' ', text.size - at);
    size_t end = space ? (size_t)(space - text.data) : text.size;
    size_t columns = output_columns((tip_str){text.data + at, end - at});
    if (c->out->width > 0 && c->column > INDENT && c->column + 1 + columns > c->out->width) {
        fputc('\n', c->out->stream);
        new_line(c);
    } else if (c->column > INDENT) {
        fputc(' ', c->out->stream);
        c->column++;
    }
    while (at < end) {
        update_mark(c, at);
        c->column += output_character(c->out->stream, text, &at);
    }
    update_mark(c, at);
    return end;
}

static void put_snippet(const output *out, const tip_hit *hit)
{
    cursor c = {.out = out, .hit = hit, .text = out->whole ? hit->record.text : hit->snippet};
    tip_str text = c.text;
    new_line(&c);
    for (size_t at = 0; at < text.size; at++) {
        if (text.data[at] == ' ')
            continue;
        at = put_word(&c, at);
    }
    if (c.marked)
        output_style(out, STYLE_RESET);
    fputc('\n', out->stream);
}

void output_query(const output *out, const char *qid, const char *query)
{
    put_part(out, "", tip_str_of(qid));
    put_part(out, ": ", tip_str_of(query));
}

static void put_query(const output *out, const output_answer *answer)
{
    output_style(out, STYLE_BOLD);
    output_query(out, answer->qid, answer->query);
    fprintf(out->stream, " (%zu)", tip_results_total(answer->results));
    output_style(out, STYLE_RESET);
    fputc('\n', out->stream);
}

tip_status output_text(const output *out, const output_answer *answer)
{
    if (out->batch)
        put_query(out, answer);
    output_counts(out, answer);
    for (size_t i = 0; i < tip_results_count(answer->results); i++) {
        const tip_hit *hit = tip_results_hit(answer->results, i);
        put_heading(out, answer->offset + i + 1, &hit->record, hit == answer->asked);
        if (hit->snippet.size || out->whole)
            put_snippet(out, hit);
        output_repeats(out, hit);
    }
    return TIP_OK;
}
