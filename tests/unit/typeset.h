/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A small typesetter for tests: sets paragraphs in columns on PDF pages, as the reports are set.
 * What it is told to set is what a reader must find again. A '~' in a word is where it may be
 * parted at a line's end.
 */
#ifndef TESTS_UNIT_TYPESET_H
#define TESTS_UNIT_TYPESET_H

#include <cairo-pdf.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TYPESET_WIDTH = 612, TYPESET_HEIGHT = 792, TYPESET_LINE_ROOM = 1024 };

/** How the pages look; lengths in points. */
struct typeset_style {
    int columns;
    double gutter;
    double size, pitch;   /**< of text and from line to line */
    double paragraph_gap; /**< between paragraphs */
    double indent;        /**< of a paragraph's first line */
    bool justified;
    bool furniture; /**< running heads and feet, side tabs, page numbers */
};

struct typeset {
    struct typeset_style style;
    cairo_surface_t *surface;
    cairo_t *cairo;
    unsigned char *bytes; /**< the PDF, when it is finished */
    size_t size, room;
    int page, column;
    double top;          /**< of the columns of this page */
    double y;            /**< of the next line */
    double left_over;    /**< width that the last line of text had left */
    bool ambiguous;      /**< a paragraph begins at a column's top behind a full line that ends a
                              sentence: nothing tells it from one that goes on */
    const char *running; /**< what the head of the next pages says; borrowed */
};

static inline cairo_status_t typeset_write(void *closure, const unsigned char *bytes,
                                           unsigned int size)
{
    struct typeset *set = closure;
    if (set->size + size > set->room) {
        size_t room = 2 * (set->room + size);
        unsigned char *more = realloc(set->bytes, room);
        if (!more)
            return CAIRO_STATUS_NO_MEMORY;
        set->bytes = more;
        set->room = room;
    }
    memcpy(set->bytes + set->size, bytes, size);
    set->size += size;
    return CAIRO_STATUS_SUCCESS;
}

static inline void typeset_font(struct typeset *set, double size, bool bold)
{
    cairo_select_font_face(set->cairo, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                           bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(set->cairo, size);
}

static inline double typeset_width(struct typeset *set, const char *text)
{
    cairo_text_extents_t extents;
    cairo_text_extents(set->cairo, text, &extents);
    return extents.x_advance;
}

static inline void typeset_show(struct typeset *set, double x, double y, const char *text)
{
    cairo_move_to(set->cairo, x, y);
    cairo_show_text(set->cairo, text);
}

/** The head, the foot and the tab of a page; odd and even pages differ, as in books. */
static inline void typeset_furniture(struct typeset *set)
{
    static const char tab[] = "ABCDEFGH";
    char number[16];
    bool odd = set->page % 2 == 1;
    (void)snprintf(number, sizeof number, "%d", set->page);
    typeset_font(set, 8, false);
    double width = typeset_width(set, set->running);
    typeset_show(set, odd ? TYPESET_WIDTH - 54 - width : 54, 34, set->running);
    typeset_show(set, odd ? TYPESET_WIDTH - 40 : 40, 768, number);
    typeset_show(set, 200, 768, "TRAFFICKING IN PERSONS REPORT 2014");
    typeset_font(set, 12, true);
    for (int i = 0; tab[i]; i++) {
        char letter[2] = {tab[i], '\0'};
        typeset_show(set, odd ? 594 : 8, 250 + 16 * i, letter);
    }
}

static inline void typeset_page(struct typeset *set)
{
    if (set->page > 0)
        cairo_show_page(set->cairo);
    /* Paper behind all: cairo adds up the places of what it shows, which took half of the time. */
    cairo_set_source_rgb(set->cairo, 1, 1, 1);
    cairo_paint(set->cairo);
    cairo_set_source_rgb(set->cairo, 0, 0, 0);
    set->page++;
    set->column = 0;
    set->top = set->y = 66;
    if (set->style.furniture)
        typeset_furniture(set);
}

static inline void typeset_begin(struct typeset *set, struct typeset_style style,
                                 const char *running)
{
    *set = (struct typeset){.style = style, .running = running};
    set->surface =
        cairo_pdf_surface_create_for_stream(typeset_write, set, TYPESET_WIDTH, TYPESET_HEIGHT);
    set->cairo = cairo_create(set->surface);
    typeset_page(set);
}

/** Finishes the PDF: set->bytes is to be released with free(). */
static inline void typeset_end(struct typeset *set)
{
    cairo_destroy(set->cairo);
    cairo_surface_finish(set->surface);
    cairo_surface_destroy(set->surface);
}

static inline double typeset_column_width(const struct typeset *set)
{
    int columns = set->style.columns;
    return (TYPESET_WIDTH - 108 - set->style.gutter * (columns - 1)) / columns;
}

static inline double typeset_left(const struct typeset *set)
{
    return 54 + set->column * (typeset_column_width(set) + set->style.gutter);
}

/** Goes to the next column or page unless a line of that height fits. */
static inline void typeset_make_room(struct typeset *set, double height)
{
    if (set->y + height <= 740)
        return;
    if (++set->column == set->style.columns)
        typeset_page(set);
    set->y = set->top;
}

/** Adds as much of *words to the line as fits; `parted` is whether a word goes on below. */
static inline bool typeset_fill(struct typeset *set, const char **words, char *line, double width)
{
    size_t size = 0;
    bool parted = false;
    line[0] = '\0';
    while (**words && !parted) {
        char trial[TYPESET_LINE_ROOM];
        const char *at = *words, *best = NULL;
        size_t used = size, best_size = 0;
        memcpy(trial, line, size);
        if (used)
            trial[used++] = ' ';
        for (;; at++) {
            bool hyphen = *at == '~' && used > 0 && trial[used - 1] != '-';
            trial[used] = hyphen ? '-' : '\0';
            trial[used + 1] = '\0';
            bool stop = *at == ' ' || *at == '\0' || *at == '~';
            if (stop && typeset_width(set, trial) <= width) {
                best = at;
                best_size = used + hyphen;
                memcpy(line, trial, best_size + 1);
            }
            if (*at == ' ' || *at == '\0')
                break;
            if (*at != '~')
                trial[used++] = *at;
        }
        line[best ? best_size : size] = '\0';
        if (!best)
            break;
        parted = *best == '~';
        size = best_size;
        *words = *best ? best + 1 : best;
        if (best != at)
            break;
    }
    return parted;
}

/** Shows a line, stretched to the width if it is to be justified. */
static inline void typeset_line(struct typeset *set, double x, const char *line, double width)
{
    size_t spaces = 0;
    for (const char *at = line; *at; at++)
        spaces += *at == ' ';
    double more = width > 0 && spaces ? (width - typeset_width(set, line)) / (double)spaces : 0;
    char word[TYPESET_LINE_ROOM];
    while (*line) {
        size_t size = strcspn(line, " ");
        memcpy(word, line, size);
        if (line[size])
            word[size++] = ' ';
        word[size] = '\0';
        typeset_show(set, x, set->y + set->style.size, word);
        x += typeset_width(set, word) + more;
        line += size;
    }
}

/** A paragraph in the columns; `mark` is a bullet to hang before it, or NULL. */
static inline void typeset_paragraph(struct typeset *set, const char *text, const char *mark)
{
    const struct typeset_style *style = &set->style;
    char line[TYPESET_LINE_ROOM];
    bool first = true;
    double before = set->y;
    while (*text) {
        typeset_make_room(set, style->pitch);
        typeset_font(set, style->size, false);
        if (first && !mark && set->y < before && set->left_over < 60 && style->indent <= 0)
            set->ambiguous = true;
        double shift = mark ? 12 : first ? style->indent : 0;
        double width = typeset_column_width(set) - shift;
        (void)typeset_fill(set, &text, line, width);
        set->left_over = width - typeset_width(set, line);
        if (mark && first)
            typeset_show(set, typeset_left(set), set->y + style->size, mark);
        typeset_line(set, typeset_left(set) + shift, line, style->justified && *text ? width : 0);
        set->y += style->pitch;
        first = false;
    }
    set->y += style->paragraph_gap;
}

/** A heading in the column; it is not parted from two lines below. */
static inline void typeset_heading(struct typeset *set, const char *text, double size, bool bold)
{
    char line[TYPESET_LINE_ROOM];
    set->y += set->style.pitch;
    typeset_make_room(set, 3 * size + 3 * set->style.pitch);
    while (*text) {
        typeset_font(set, size, bold);
        (void)typeset_fill(set, &text, line, typeset_column_width(set));
        typeset_show(set, typeset_left(set), set->y + size, line);
        set->y += 1.2 * size;
    }
    set->y += 3;
}

/** A heading over all columns, on a page of its own from there. */
static inline void typeset_banner(struct typeset *set, const char *text, double size)
{
    typeset_page(set);
    typeset_font(set, size, true);
    double width = typeset_width(set, text);
    typeset_show(set, (TYPESET_WIDTH - width) / 2, set->y + size, text);
    set->top = set->y = set->y + 2 * size;
}

#endif
