/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Tables: rows of cells under a header row, as spreadsheets and tipsearch write them. The cells are
 * parted by commas, semicolons or tabs: whichever gives the header row the column that is needed.
 *
 * With commas and semicolons a cell in quotation marks may hold anything, line feeds too, as in RFC
 * 4180. With tabs every line is a row, and its quotation marks count only where the whole line is
 * right with them: programs differ in whether they write them. Row ends are LF, CR LF or CR; blank
 * rows are skipped. White space around a cell without quotation marks is no part of it. Text is
 * UTF-8, with or without a byte order mark; a line that is not is taken for windows-1252.
 *
 * For the rooms of libtip; not public.
 */
#ifndef CORPUS_TABLE_H
#define CORPUS_TABLE_H

#include "corpus/reader.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The longest header row, in bytes. */
#define TIP_TABLE_HEADER_MAX ((size_t)64 * 1024)

/** The most columns. */
#define TIP_TABLE_COLUMNS_MAX ((size_t)1000)

/** The longest other row, in bytes: several times a whole yearly report, which is of some 2 MB. */
#define TIP_TABLE_ROW_MAX ((size_t)8 * 1024 * 1024)

/** A table that is being read. One thread at a time. */
typedef struct tip_table tip_table;

/** A row; borrowed until the next call. */
typedef struct tip_row {
    size_t line;          /**< it begins on, from 1 */
    const tip_str *cells; /**< as many as there are columns; what the row lacks is empty */
} tip_row;

/**
 * Reads the header row. `needed` is the name of a column that there must be. Messages name
 * input->path; the input's strings are borrowed until the table is freed with tip_table_free.
 *
 * `warning` (which may be NULL) is told of rows that have more cells than the header, which are cut
 * (empty ones do not count), or fewer, and of a quotation mark that is never closed, with which the
 * table ends.
 *
 * TIP_OK; TIP_NO_MEMORY; TIP_BAD_INPUT for binary data, UTF-16, an empty table and one without the
 * needed column (the message names those there are); TIP_TOO_LARGE for a header row of more than
 * TIP_TABLE_HEADER_MAX bytes or TIP_TABLE_COLUMNS_MAX columns.
 */
tip_status tip_table_open(const tip_input *input, const char *needed, tip_warning_fn warning,
                          void *payload, tip_table **ret_table, tip_error *err);

/** Number of columns. */
size_t tip_table_columns(const tip_table *table);

/** The name of a column, without white space, ASCII letters small; NUL-terminated, borrowed. */
const char *tip_table_column(const tip_table *table, size_t column);

/** Whether there is a column of that name (small letters), and the first one of it. */
bool tip_table_find(const tip_table *table, const char *name, size_t *ret_column);

/** How many bytes of input->bytes the header row takes. */
size_t tip_table_header_size(const tip_table *table);

/**
 * Reads the next row. *ret_found is false at the end. TIP_OK; TIP_NO_MEMORY; TIP_BAD_INPUT for
 * binary data; TIP_TOO_LARGE for a row of more than TIP_TABLE_ROW_MAX bytes.
 */
tip_status tip_table_next(tip_table *table, tip_row *ret_row, bool *ret_found, tip_error *err);

/** What parts the cells. */
char tip_table_delimiter(const tip_table *table);

/** Releases it; NULL is ignored. */
void tip_table_free(tip_table *table);

/**
 * How many of the bytes, which begin with a row of a table with that delimiter, are whole rows that
 * end with LF: a cell in quotation marks may go on behind them. TIP_OK or TIP_NO_MEMORY.
 */
tip_status tip_table_whole_rows(char delimiter, tip_str bytes, size_t *ret_size);

#ifdef __cplusplus
}
#endif

#endif
