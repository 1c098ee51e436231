/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The layout of a page, which is found in steps: words to lines (pdf_lines.c), strips that are free
 * of words (pdf_strip.c), the columns between them (pdf_columns.c), the tables in these
 * (pdf_table.c). Private to them and pdf_page.c.
 */
#ifndef CORPUS_PDF_PAGE_H
#define CORPUS_PDF_PAGE_H

#include "corpus/pdf_private.h"

/** A page that is being laid out. */
typedef struct tip_layout {
    const tip_pdf_page *page;
    tip_pdf_lines *lines;
    tip_pdf_word *room; /**< for as many words as the page has */
} tip_layout;

/** A vertical strip of the page. */
typedef struct tip_strip {
    float left, right;
    bool known; /**< to be a gutter, by many lines here or on an earlier page */
} tip_strip;

/** What stands on one side of a strip. */
typedef struct tip_side {
    tip_box box;
    float ink;   /**< widths of its words, added up */
    float sizes; /**< font sizes of its lines, added up */
    size_t lines, letters;
} tip_side;

/** How good a strip is; 0 not at all. `room` is for `count` words; *ret_crossed is how many of them
 * are in lines that cross it. */
typedef size_t tip_strip_score(const tip_pdf_word *words, size_t count, const tip_strip *strip,
                               tip_pdf_word *room, size_t *ret_crossed);

static inline float tip_min(float a, float b)
{
    return a < b ? a : b;
}

static inline float tip_max(float a, float b)
{
    return a > b ? a : b;
}

static inline float tip_box_width(const tip_box *box)
{
    return box->right - box->left;
}

static inline float tip_box_height(const tip_box *box)
{
    return box->bottom - box->top;
}

static inline float tip_word_middle(const tip_pdf_word *word)
{
    return (word->box.top + word->box.bottom) / 2;
}

/** Orders words by their left edges, for qsort. */
int tip_words_by_left(const void *a, const void *b);

/** The box around words, at least one. */
tip_box tip_words_around(const tip_pdf_word *words, size_t count);

/** Whether any of the words reaches into the strip. */
bool tip_words_cross(const tip_pdf_word *words, size_t count, const tip_strip *strip);

/** How many of the words, at least one, which come in order of their middles, are one line. */
size_t tip_words_line(const tip_pdf_word *words, size_t count);

/** How many of the words, at least one, which come in order of their middles, lie in one band:
 * lines that all cross the strip, or that all leave it free. */
size_t tip_words_band(const tip_pdf_word *words, size_t count, const tip_strip *strip,
                      bool *ret_crossed);

/** What kind of strip is looked for. */
typedef struct tip_strip_search {
    float width;
    tip_strip_score *score;
    size_t least; /**< score that is good enough; not 0 */
    bool rows;    /**< only lines with words on both sides can count */
} tip_strip_search;

/** The score of the best strip, of several good ones the leftmost: what stands right of it may be
 * the marks of a list. 0, with nothing written, when none is good enough. */
size_t tip_words_find_strip(const tip_pdf_word *words, size_t count, const tip_strip_search *search,
                            tip_pdf_word *room, tip_strip *ret_strip);

/** Adds the words as one line, with `before` in front of its text. */
tip_status tip_layout_add_line(tip_layout *layout, tip_pdf_word *words, size_t count,
                               const tip_box *column, tip_pdf_line_kind kind, const char *before);

/** Adds the words, in order of their middles, as lines of a column. */
tip_status tip_layout_add_flow(tip_layout *layout, tip_pdf_word *words, size_t count,
                               const tip_box *column);

/** Adds the words of the page between its margins, in order of their middles: columns one after the
 * other. `column` is the box around them. */
tip_status tip_layout_add_columns(tip_layout *layout, tip_pdf_word *words, size_t count,
                                  const tip_box *column);

/** Adds the words of a column, in order of their middles: tables as rows, else lines. */
tip_status tip_layout_add_tables(tip_layout *layout, tip_pdf_word *words, size_t count,
                                 const tip_box *column);

#endif
