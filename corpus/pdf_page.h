/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The layout of a page, which is found in two steps: columns (pdf_page.c), and tables within them
 * (pdf_table.c). Private to these two.
 */
#ifndef CORPUS_PDF_PAGE_H
#define CORPUS_PDF_PAGE_H

#include "corpus/pdf_private.h"

/** Width of the empty strip between two columns, at least; in points. Reports have 12 to 24, and
 * spaces between words of 2 to 6. */
#define TIP_STRIP_WIDTH 8.0F

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

/** How many of the words, at least one, which come in order of their middles, are one line. */
size_t tip_words_line(const tip_pdf_word *words, size_t count);

/** How many of the words, at least one, which come in order of their middles, lie in one band:
 * lines that all cross the strip, or that all leave it free. */
size_t tip_words_band(const tip_pdf_word *words, size_t count, const tip_strip *strip,
                      bool *ret_crossed);

/** The score of the best strip of that width, of several good ones the leftmost: what stands right
 * of it may be the marks of a list; 0, with *ret_strip undefined, if that is less than `least`,
 * which is not 0. */
size_t tip_words_find_strip(const tip_pdf_word *words, size_t count, float width,
                            tip_strip_score *score, tip_pdf_word *room, size_t least,
                            tip_strip *ret_strip);

/** Adds the words as one line, with `before` in front of its text. */
tip_status tip_layout_add_line(tip_layout *layout, tip_pdf_word *words, size_t count,
                               const tip_box *column, tip_pdf_line_kind kind, const char *before);

/** Adds the words, in order of their middles, as lines of a column. */
tip_status tip_layout_add_flow(tip_layout *layout, tip_pdf_word *words, size_t count,
                               const tip_box *column);

/** Adds the words of a column, in order of their middles: tables as rows, else lines. */
tip_status tip_layout_add_tables(tip_layout *layout, tip_pdf_word *words, size_t count,
                                 const tip_box *column);

#endif
