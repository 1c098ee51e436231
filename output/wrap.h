/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Text wrapped at white space, in pieces of different styles. Private to output/.
 */
#ifndef OUTPUT_WRAP_H
#define OUTPUT_WRAP_H

#include "output/output.h"

/** A paragraph on its way. Start with {out, indent, 0}. */
typedef struct output_wrap {
    const output *out;
    size_t indent;
    size_t column; /**< 0: nothing is written yet */
} output_wrap;

/** How a piece of text is written. */
typedef struct wrap_piece {
    tip_str text;
    const char *style;  /**< NULL for none */
    const char *before; /**< in front of its first word, and ... */
    const char *after;  /**< ... behind its last one */
    bool joined;        /**< no space between it and the piece before */
} wrap_piece;

/** Writes the words of a piece. */
void wrap_text(output_wrap *wrap, const wrap_piece *piece);

/** Ends the paragraph. */
void wrap_end(output_wrap *wrap);

#endif
