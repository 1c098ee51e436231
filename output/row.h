/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Rows of CSV as RFC 4180 has it, and of tab-separated values. Private to output/.
 */
#ifndef OUTPUT_ROW_H
#define OUTPUT_ROW_H

#include "output/output.h"

/** A row on its way. Start with {out, false}. */
typedef struct output_row {
    const output *out;
    bool begun;
} output_row;

/** Begins a cell that the caller writes: nothing that would have to be quoted. */
void row_begin(output_row *row);

/** Writes a cell. */
void row_text(output_row *row, tip_str text);
void row_name(output_row *row, const char *name);
void row_number(output_row *row, unsigned long long number);

/** A number that is left out when it is 0. */
void row_known(output_row *row, unsigned long long number);

/** As printf writes it. */
void row_real(output_row *row, const char *format, double number);

/** Writes the names of columns as a row; NULL ends them. */
void row_header(output_row *row, const char *const *names);

/** Ends the row; the next cell starts the next one. */
void row_end(output_row *row);

#endif
