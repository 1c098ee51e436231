/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running heads and feet, page numbers: what is printed at one place on page after page. */
#include "corpus/pdf_private.h"
#include "corpus/section.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum {
    EDGE_LINES = 3, /* at the top and at the bottom of a page that may be such */
    TEXT_MAX = 200  /* bytes; what is longer is text */
};

/* Points that the place may differ by, and shares of the page's height where text begins and ends
 * at the latest. */
#define SAME_PLACE 2.5F
#define TOP_SHARE 0.15F
#define BOTTOM_SHARE 0.87F

/* A line that may be a running one. */
struct edge {
    size_t line;
    bool top, bottom; /* near that edge of the page, and short */
    bool number;      /* nothing but a page's number */
    bool section;  /* a section's heading, many of which may happen to stand at the top of a page */
    bool repeated; /* on another page too, at the same place */
    float apart;   /* how far the next line further inside is, in font sizes */
    bool outer;    /* no line is further outside */
    XXH64_hash_t words;
    unsigned page;
    float place, size;
};

struct edges {
    struct edge *items;
    size_t count;
    size_t pages; /* with lines on them */
};

static int compare_floats(float x, float y)
{
    return (x > y) - (x < y);
}

/* Lines of a page from top to bottom. */
static int by_top(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;
    return compare_floats(x->place, y->place);
}

static int by_words(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;
    if (x->top != y->top)
        return x->top ? -1 : 1;
    if (x->words != y->words)
        return x->words < y->words ? -1 : 1;
    return compare_floats(x->place, y->place);
}

static int by_place(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;
    if (x->top != y->top)
        return x->top ? -1 : 1;
    return compare_floats(x->place, y->place);
}

static bool is_roman(tip_str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!strchr("ivxlcIVXLC", text.data[i]))
            return false;
    return text.size > 0 && text.size <= 7;
}

/* What the line says, but for case, spaces and numbers. */
static XXH64_hash_t hash_words(tip_str text, bool *ret_number)
{
    char plain[TEXT_MAX + 1];
    size_t size = 0, others = 0;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        bool digit = isdigit(byte) != 0;
        others += !digit && byte != ' ' && byte != '-';
        if (byte == ' ' || (digit && size && plain[size - 1] == '#'))
            continue;
        plain[size++] = digit ? '#' : (char)toupper(byte);
    }
    *ret_number = others == 0 || is_roman(text);
    return *ret_number ? 0 : XXH64(plain, size, 0);
}

static struct edge edge_of(const tip_pdf_lines *lines, size_t i)
{
    const tip_pdf_line *line = &lines->items[i];
    struct edge edge = {
        .line = i,
        .page = line->page,
        .place = line->box.top,
        .size = line->size,
        .top =
            line->box.bottom<TOP_SHARE * line->page_height, .bottom = line->box.top> BOTTOM_SHARE *
            line->page_height};
    if (line->text_size > TEXT_MAX)
        edge.top = edge.bottom = false;
    if (edge.top || edge.bottom) {
        tip_str text = tip_pdf_line_text(lines, line);
        edge.words = hash_words(text, &edge.number);
        edge.section = tip_section_of_heading(text) != NULL;
    }
    return edge;
}

/* How far the next line towards the middle of the page is off, in font sizes. */
static float measure_apart(const struct edge *items, size_t count, size_t i)
{
    size_t step = items[i].top ? 1 : (size_t)-1;
    for (size_t j = i + step; j < count; j += step) {
        float distance = fabsf(items[j].place - items[i].place);
        if (distance > SAME_PLACE)
            return distance / items[i].size;
    }
    return INFINITY;
}

/* Of the lines of a page, keeps the outermost of those near its edges. */
static size_t keep_outermost(struct edge *items, size_t count)
{
    qsort(items, count, sizeof *items, by_top);
    for (size_t i = 0; i < count; i++) {
        const struct edge *end = items[i].top ? &items[0] : &items[count - 1];
        items[i].apart = measure_apart(items, count, i);
        items[i].outer = fabsf(items[i].place - end->place) < 2 * SAME_PLACE;
    }
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool outermost = items[i].top ? i < EDGE_LINES : count - i <= EDGE_LINES;
        if (outermost && (items[i].top || items[i].bottom))
            items[kept++] = items[i];
    }
    return kept;
}

/* All lines that may be running ones, into `edges`, which has room for every line. */
static void find_edges(const tip_pdf_lines *lines, struct edges *edges)
{
    size_t start = 0; /* of the page's */
    for (size_t i = 0; i < lines->count; i++) {
        edges->items[edges->count++] = edge_of(lines, i);
        bool last = i + 1 == lines->count || lines->items[i + 1].page != lines->items[i].page;
        if (last) {
            edges->count = start + keep_outermost(edges->items + start, edges->count - start);
            start = edges->count;
            edges->pages++;
        }
    }
}

static void mark_repeated(struct edges *edges)
{
    qsort(edges->items, edges->count, sizeof *edges->items, by_words);
    for (size_t i = 1; i < edges->count; i++) {
        struct edge *a = &edges->items[i - 1], *b = &edges->items[i];
        if (a->top == b->top && a->words == b->words && !a->section && a->page != b->page &&
            b->place - a->place < SAME_PLACE)
            a->repeated = b->repeated = true;
    }
}

/* A place is for running lines when a good part of the pages has lines there that do not stand with
 * the text, and many of them are repeated or nearly all stand apart: a head that names the country
 * changes every few pages. */
static bool is_running_place(const struct edge *edges, size_t count, const struct edge *like,
                             size_t pages)
{
    size_t repeated = 0, apart = 0, outside = 0, all = 0;
    for (size_t i = 0; i < count; i++) {
        if (fabsf(edges[i].size - like->size) > 0.3F)
            continue;
        all++;
        repeated += edges[i].repeated;
        apart += edges[i].apart > 2;
        outside += edges[i].outer || edges[i].apart > 1.6F;
    }
    if (all * 3 < pages || outside * 2 < all)
        return false;
    return (repeated >= 2 && repeated * 5 >= all * 2) || (all >= 3 && apart * 5 >= all * 4);
}

/* On the first page a running head is the title. */
static bool is_title(const tip_pdf_lines *lines, const struct edge *edge)
{
    return edge->top && !edge->number && edge->page == lines->items[0].page;
}

static void mark_gone(tip_pdf_lines *lines, struct edges *edges)
{
    qsort(edges->items, edges->count, sizeof *edges->items, by_place);
    size_t from = 0, to = 0; /* those at the same place */
    for (size_t i = 0; i < edges->count; i++) {
        const struct edge *edge = &edges->items[i];
        while (edges->items[from].top != edge->top ||
               edges->items[from].place < edge->place - SAME_PLACE)
            from++;
        while (to < edges->count && edges->items[to].top == edge->top &&
               edges->items[to].place <= edge->place + SAME_PLACE)
            to++;
        if (!is_title(lines, edge) &&
            is_running_place(edges->items + from, to - from, edge, edges->pages))
            lines->items[edge->line].gone = true;
    }
}

tip_status tip_pdf_lines_drop_running(tip_pdf_lines *lines)
{
    if (lines->count == 0)
        return TIP_OK;
    struct edges edges = {.items = calloc(lines->count, sizeof *edges.items)};
    if (!edges.items)
        return TIP_NO_MEMORY;
    find_edges(lines, &edges);
    mark_repeated(&edges);
    mark_gone(lines, &edges);
    free(edges.items);
    return TIP_OK;
}
