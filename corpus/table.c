/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/table.h"

#include "base/buf.h"
#include "base/error.h"
#include "corpus/plain_private.h"

#include <csv.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libcsv grows its buffer by this much at once, or by what it has of a row of many lines: such a
 * row would be copied too often. */
enum { CELL_STEP = 64 * 1024 };

/* What libcsv has found of a row. */
struct row {
    size_t most;   /* cells that are kept; the rest is only counted */
    size_t count;  /* cells so far */
    size_t filled; /* number of the last one that is not empty */
    bool complete;
    tip_buf text; /* of the cells, one behind the other */
    tip_buf ends; /* size_t, one a cell: where it ends in the text */
    tip_status status;
};

struct tip_table {
    const tip_input *input;
    tip_warning_fn warning;
    void *payload;
    struct csv_parser csv;
    char delimiter;
    tip_str rest;
    size_t line;     /* that the rest begins with */
    size_t row_line; /* that the row at hand begins with */
    struct row row;
    tip_buf converted; /* a line that was not UTF-8 */
    char **names;
    tip_str *cells;
    size_t columns;
    size_t header_size;
};

static int path_size(const tip_table *table)
{
    return table->input->path.size > 512 ? 512 : (int)table->input->path.size;
}

static void warn(const tip_table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void warn(const tip_table *table, const char *format, ...)
{
    char what[256];
    tip_error text;
    va_list args;
    if (!table->warning)
        return;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    (void)tip_fail(&text, TIP_BAD_INPUT, "%.*s:%zu: %s", path_size(table), table->input->path.data,
                   table->row_line, what);
    table->warning(table->payload, text.message);
}

/* ---- What libcsv calls ---- */

static void take_cell(void *bytes, size_t size, void *payload)
{
    struct row *row = payload;
    row->count++;
    if (size > 0)
        row->filled = row->count;
    if (row->count > row->most || row->status != TIP_OK)
        return;
    row->status = tip_buf_add(&row->text, bytes, size);
    if (row->status == TIP_OK)
        row->status = tip_buf_add(&row->ends, &row->text.size, sizeof row->text.size);
}

static void take_end(int terminator, void *payload)
{
    struct row *row = payload;
    (void)terminator;
    row->complete = true;
}

static void row_clear(struct row *row)
{
    tip_buf_clear(&row->text);
    tip_buf_clear(&row->ends);
    row->count = 0;
    row->filled = 0;
    row->complete = false;
}

static void parser_start(struct csv_parser *csv, char delimiter, unsigned char options)
{
    (void)csv_init(csv, options); /* fails only without a parser */
    csv_set_delim(csv, (unsigned char)delimiter);
    csv_set_blk_size(csv, CELL_STEP);
}

/* ---- Lines ---- */

/* Takes the next line with its end: at LF or CR, so that no row ends within a line. */
static tip_str take_line(tip_str *rest)
{
    const char *feed = memchr(rest->data, '\n', rest->size);
    size_t size = feed ? (size_t)(feed - rest->data) + 1 : rest->size;
    const char *back = memchr(rest->data, '\r', size);
    if (back)
        size = (size_t)(back - rest->data) + 1;
    tip_str line = {rest->data, size};
    *rest = (tip_str){rest->data + size, rest->size - size};
    return line;
}

/* CR LF is one end, which stands at the LF. */
static bool ends_line(tip_str line, tip_str rest)
{
    char last = line.data[line.size - 1];
    return last == '\n' || (last == '\r' && !(rest.size && *rest.data == '\n'));
}

static bool is_blank(tip_str line)
{
    for (size_t i = 0; i < line.size; i++)
        if (line.data[i] != ' ' && line.data[i] != '\r' && line.data[i] != '\n')
            return false;
    return true;
}

static tip_status next_line(tip_table *table, tip_str *ret_line, tip_error *err)
{
    tip_input line = *table->input;
    line.bytes = take_line(&table->rest);
    table->line += ends_line(line.bytes, table->rest);
    tip_buf_clear(&table->converted);
    return tip_plain_decode(&line, &table->converted, ret_line, err);
}

static void skip_blank_lines(tip_table *table)
{
    while (table->rest.size) {
        tip_str rest = table->rest;
        tip_str line = take_line(&rest);
        if (!is_blank(line))
            break;
        table->rest = rest;
        table->line += ends_line(line, rest);
    }
}

/* ---- Rows ---- */

static tip_status feed(tip_table *table, tip_str line, size_t *ret_used, tip_error *err)
{
    *ret_used = csv_parse(&table->csv, line.data, line.size, take_cell, take_end, &table->row);
    if (table->row.status != TIP_OK || csv_error(&table->csv) == CSV_ENOMEM)
        return tip_fail_memory(err);
    return TIP_OK;
}

static tip_status row_too_large(const tip_table *table, size_t most, tip_error *err)
{
    return tip_fail(err, TIP_TOO_LARGE, "%.*s:%zu: a row of more than %zu bytes%s",
                    path_size(table), table->input->path.data, table->row_line, most,
                    table->columns ? "; is a quotation mark not closed?" : "; is it a header row?");
}

/* The end of the bytes ends a row too, but not within quotation marks. */
static tip_status finish_quoted(tip_table *table, tip_error *err)
{
    csv_set_opts(&table->csv, CSV_STRICT | CSV_STRICT_FINI);
    if (csv_fini(&table->csv, take_cell, take_end, &table->row) != 0)
        warn(table, "a quotation mark of this row is not closed; the row and all behind it were "
                    "skipped");
    csv_set_opts(&table->csv, 0);
    return table->row.status == TIP_OK ? TIP_OK : tip_fail_memory(err);
}

static tip_status read_quoted(tip_table *table, size_t most, tip_error *err)
{
    const char *start = table->rest.data;
    while (!table->row.complete && table->rest.size) {
        tip_str line;
        size_t used;
        size_t so_far = (size_t)(table->rest.data - start);
        csv_set_blk_size(&table->csv, so_far > CELL_STEP ? so_far : CELL_STEP);
        tip_status status = next_line(table, &line, err);
        if (status == TIP_OK)
            status = feed(table, line, &used, err);
        if (status == TIP_OK && (size_t)(table->rest.data - start) > most)
            status = row_too_large(table, most, err);
        if (status != TIP_OK)
            return status;
    }
    return table->row.complete ? TIP_OK : finish_quoted(table, err);
}

/* Parses a line by itself; *ret_right is whether its quotation marks are in order. */
static tip_status parse_line(tip_table *table, tip_str line, unsigned char quote, bool *ret_right,
                             tip_error *err)
{
    size_t used;
    row_clear(&table->row);
    csv_free(&table->csv);
    parser_start(&table->csv, table->delimiter, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_quote(&table->csv, quote);
    tip_status status = feed(table, line, &used, err);
    if (status != TIP_OK)
        return status;
    *ret_right = used == line.size && csv_fini(&table->csv, take_cell, take_end, &table->row) == 0;
    return table->row.status == TIP_OK ? TIP_OK : tip_fail_memory(err);
}

static tip_status read_tabbed(tip_table *table, size_t most, tip_error *err)
{
    tip_str line;
    bool right = false;
    tip_status status = next_line(table, &line, err);
    if (status == TIP_OK && line.size > most)
        status = row_too_large(table, most, err);
    if (status == TIP_OK && memchr(line.data, '"', line.size))
        status = parse_line(table, line, '"', &right, err);
    if (status == TIP_OK && !right) /* a NUL parts nothing within one line */
        status = parse_line(table, line, '\0', &right, err);
    table->row.complete = true;
    return status;
}

/* Reads a row of at most `most` bytes; row.complete is false at the end. */
static tip_status read_row(tip_table *table, size_t most, tip_error *err)
{
    row_clear(&table->row);
    skip_blank_lines(table);
    table->row_line = table->line;
    if (table->rest.size == 0)
        return TIP_OK;
    return table->delimiter == '\t' ? read_tabbed(table, most, err) : read_quoted(table, most, err);
}

static tip_str cell_at(const struct row *row, size_t i)
{
    const size_t *ends = (const size_t *)(const void *)row->ends.data;
    size_t start = i > 0 ? ends[i - 1] : 0;
    return (tip_str){row->text.data ? row->text.data + start : "", ends[i] - start};
}

tip_status tip_table_next(tip_table *table, tip_row *ret_row, bool *ret_found, tip_error *err)
{
    struct row *row = &table->row;
    tip_status status;
    do
        status = read_row(table, TIP_TABLE_ROW_MAX, err);
    while (status == TIP_OK && row->complete && row->filled == 0);
    if (status != TIP_OK)
        return status;
    *ret_found = row->complete;
    if (!row->complete)
        return TIP_OK;
    if (row->filled > table->columns)
        warn(table, "the row has %zu cells, the header %zu; the rest was left out", row->count,
             table->columns);
    else if (row->count < table->columns)
        warn(table,
             "the row has only %zu of the header's %zu cells; the others are taken for empty",
             row->count, table->columns);
    for (size_t i = 0; i < table->columns; i++)
        table->cells[i] = i < row->count ? cell_at(row, i) : (tip_str){NULL, 0};
    *ret_row = (tip_row){table->row_line, table->cells};
    return TIP_OK;
}

/* ---- The header row ---- */

/* A name as it is compared: without white space, small letters. */
static char *column_name(tip_str cell)
{
    char *name = tip_str_dup(cell);
    size_t size = 0;
    for (size_t i = 0; name && i < cell.size; i++) {
        char c = cell.data[i];
        if (c == ' ' || c == '\0' || (c >= '\t' && c <= '\r'))
            continue;
        name[size++] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    if (name)
        name[size] = '\0';
    return name;
}

static void forget_header(tip_table *table)
{
    for (size_t i = 0; i < table->columns; i++)
        free(table->names[i]);
    free(table->names);
    free(table->cells);
    table->names = NULL;
    table->cells = NULL;
    table->columns = 0;
}

static tip_status keep_header(tip_table *table, tip_error *err)
{
    size_t count = table->row.count;
    table->names = calloc(count, sizeof *table->names);
    table->cells = calloc(count, sizeof *table->cells);
    if (!table->names || !table->cells)
        return tip_fail_memory(err);
    for (; table->columns < count; table->columns++) {
        table->names[table->columns] = column_name(cell_at(&table->row, table->columns));
        if (!table->names[table->columns])
            return tip_fail_memory(err);
    }
    return TIP_OK;
}

/* Reads the header row with cells parted by `delimiter`. */
static tip_status read_header(tip_table *table, char delimiter, tip_error *err)
{
    const tip_input *input = table->input;
    forget_header(table);
    csv_free(&table->csv);
    parser_start(&table->csv, delimiter, 0);
    table->delimiter = delimiter;
    table->rest = input->bytes;
    table->line = input->first_line ? input->first_line : 1;
    table->row.most = TIP_TABLE_COLUMNS_MAX;
    tip_status status = read_row(table, TIP_TABLE_HEADER_MAX, err);
    if (status == TIP_OK && (!table->row.complete || table->row.count == 0))
        status = tip_fail(err, TIP_BAD_INPUT, "%.*s: there is no header row", path_size(table),
                          input->path.data);
    if (status == TIP_OK && table->row.count > TIP_TABLE_COLUMNS_MAX)
        status =
            tip_fail(err, TIP_TOO_LARGE, "%.*s: %zu columns; the limit is %zu", path_size(table),
                     input->path.data, table->row.count, TIP_TABLE_COLUMNS_MAX);
    if (status == TIP_OK)
        status = keep_header(table, err);
    table->row.most = table->columns;
    table->header_size = input->bytes.size - table->rest.size;
    return status;
}

bool tip_table_find(const tip_table *table, const char *name, size_t *ret_column)
{
    for (size_t i = 0; i < table->columns; i++) {
        if (strcmp(table->names[i], name) == 0) {
            *ret_column = i;
            return true;
        }
    }
    return false;
}

static tip_status no_column(const tip_table *table, const char *needed, tip_error *err)
{
    char names[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < table->columns && used < sizeof names - 1; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "",
                                 table->names[i]);
    return tip_fail(err, TIP_BAD_INPUT, "%.*s: no column \"%s\" in the header row, which has: %s",
                    path_size(table), table->input->path.data, needed, names);
}

/* Spreadsheets save "Unicode text" so. */
static bool is_utf16(tip_str bytes)
{
    return bytes.size >= 2 &&
           (memcmp(bytes.data, "\xFF\xFE", 2) == 0 || memcmp(bytes.data, "\xFE\xFF", 2) == 0);
}

static tip_status find_header(tip_table *table, const char *needed, tip_error *err)
{
    static const char delimiters[] = {',', ';', '\t'};
    const tip_input *input = table->input;
    size_t column;
    if (is_utf16(input->bytes))
        return tip_fail(err, TIP_BAD_INPUT, "%.*s: this is UTF-16; save it as UTF-8",
                        path_size(table), input->path.data);
    for (size_t i = 0; i < sizeof delimiters; i++) {
        tip_status status = read_header(table, delimiters[i], err);
        if (status == TIP_NO_MEMORY || (status == TIP_OK && tip_table_find(table, needed, &column)))
            return status;
    }
    /* What is wrong is told of the usual delimiter. */
    tip_status status = read_header(table, ',', err);
    return status == TIP_OK ? no_column(table, needed, err) : status;
}

tip_status tip_table_open(const tip_input *input, const char *needed, tip_warning_fn warning,
                          void *payload, tip_table **ret_table, tip_error *err)
{
    tip_table *table = calloc(1, sizeof *table);
    if (!table)
        return tip_fail_memory(err);
    table->input = input;
    parser_start(&table->csv, ',', 0);
    tip_status status = find_header(table, needed, err);
    table->warning = warning; /* not of what was tried in looking for the header */
    table->payload = payload;
    if (status == TIP_OK)
        *ret_table = table;
    else
        tip_table_free(table);
    return status;
}

size_t tip_table_columns(const tip_table *table)
{
    return table->columns;
}

const char *tip_table_column(const tip_table *table, size_t column)
{
    return table->names[column];
}

size_t tip_table_header_size(const tip_table *table)
{
    return table->header_size;
}

char tip_table_delimiter(const tip_table *table)
{
    return table->delimiter;
}

void tip_table_free(tip_table *table)
{
    if (!table)
        return;
    forget_header(table);
    csv_free(&table->csv);
    tip_buf_free(&table->row.text);
    tip_buf_free(&table->row.ends);
    tip_buf_free(&table->converted);
    free(table);
}

tip_status tip_table_whole_rows(char delimiter, tip_str bytes, size_t *ret_size)
{
    const char *feed_at = bytes.size ? memrchr(bytes.data, '\n', bytes.size) : NULL;
    size_t lines = feed_at ? (size_t)(feed_at - bytes.data) + 1 : 0;
    struct csv_parser csv;
    struct row row = {0};
    tip_str rest = {bytes.data, delimiter == '\t' ? 0 : lines};
    tip_status status = TIP_OK;
    size_t whole = delimiter == '\t' ? lines : 0;
    parser_start(&csv, delimiter, CSV_REPALL_NL);
    while (rest.size && status == TIP_OK) {
        tip_str line = take_line(&rest);
        row.complete = false;
        if (csv_parse(&csv, line.data, line.size, take_cell, take_end, &row) != line.size)
            status = TIP_NO_MEMORY;
        if (row.complete && line.data[line.size - 1] == '\n')
            whole = lines - rest.size;
    }
    csv_free(&csv);
    if (status == TIP_OK)
        *ret_size = whole;
    return status;
}
