/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/parts.h"

#include "base/error.h"
#include "corpus/archive.h"
#include "corpus/load.h"
#include "corpus/table.h"

#include <stdlib.h>
#include <string.h>

struct tip_parts {
    const char *path;
    tip_format format;
    size_t given; /* parts so far */
    bool at_end;
    tip_loader *loader;   /* of a file of lines or rows */
    tip_archive *archive; /* of an archive */
    char delimiter;       /* of a table; 0 unknown */
    tip_buf header;       /* the table's header row */
    tip_buf ahead;        /* of a table: the row that the last run broke off */
    size_t lines;         /* of a table: of all runs so far, without the header row */
};

void tip_part_free(tip_part *part)
{
    tip_buf_free(&part->path);
    tip_buf_free(&part->bytes);
    tip_buf_free(&part->problem);
    *part = (tip_part){0};
}

tip_status tip_part_read(const tip_part *part, const tip_sink *sink, tip_error *err)
{
    if (part->problem.size > 0)
        return tip_fail(err, TIP_BAD_INPUT, "%.*s", (int)part->problem.size, part->problem.data);
    tip_input input = {tip_buf_str(&part->path), tip_buf_str(&part->bytes), part->first_line};
    return tip_read(part->format, &input, sink, err);
}

bool tip_is_about_file(tip_status status)
{
    return status == TIP_BAD_INPUT || status == TIP_TOO_LARGE || status == TIP_NOT_FOUND ||
           status == TIP_IO_ERROR || status == TIP_UNSUPPORTED;
}

static bool has_lines(tip_format format)
{
    return format == TIP_FORMAT_JSONL || format == TIP_FORMAT_CSV;
}

tip_status tip_parts_open(const char *path, tip_format format, tip_parts **ret_parts,
                          tip_error *err)
{
    tip_parts *parts = calloc(1, sizeof *parts);
    if (!parts)
        return tip_fail_memory(err);
    parts->path = path;
    parts->format = format;
    tip_status status = TIP_OK;
    if (has_lines(format))
        status = tip_loader_open(path, &parts->loader, err);
    else if (format == TIP_FORMAT_ARCHIVE)
        status = tip_archive_open(path, &parts->archive, err);
    if (status == TIP_OK)
        *ret_parts = parts;
    else
        free(parts);
    return status;
}

static tip_status start_part(const tip_parts *parts, tip_part *part, tip_error *err)
{
    part->format = parts->format;
    part->first_line = 1;
    if (tip_buf_add_text(&part->path, parts->path) != TIP_OK)
        return tip_fail_memory(err);
    return TIP_OK;
}

static tip_status next_whole(tip_parts *parts, tip_part *part, tip_error *err)
{
    tip_status status = start_part(parts, part, err);
    if (status == TIP_OK)
        status = tip_load(parts->path, TIP_FILE_MAX, &part->bytes, err);
    parts->at_end = true;
    return status;
}

static tip_status next_lines(tip_parts *parts, size_t target, tip_part *part, tip_error *err)
{
    bool more = false;
    tip_status status =
        tip_loader_next(parts->loader, target, &part->bytes, &part->first_line, &more, err);
    parts->at_end = !more;
    return status;
}

/* ---- Tables ---- */

static size_t count_feeds(const tip_buf *bytes)
{
    size_t count = 0;
    for (size_t i = 0; i < bytes->size; i++)
        count += bytes->data[i] == '\n';
    return count;
}

/* Learns from the first run where rows end. A run that is no table is left to the reader, which
 * says why. */
static tip_status learn_table(tip_parts *parts, const tip_part *part, tip_error *err)
{
    tip_input input = {tip_buf_str(&part->path), tip_buf_str(&part->bytes), 1};
    tip_table *table = NULL;
    tip_status status = tip_table_open(&input, "text", NULL, NULL, &table, NULL);
    if (status == TIP_NO_MEMORY)
        return tip_fail_memory(err);
    if (status != TIP_OK)
        return TIP_OK;
    parts->delimiter = tip_table_delimiter(table);
    status = tip_buf_add(&parts->header, part->bytes.data, tip_table_header_size(table));
    tip_table_free(table);
    return status == TIP_OK ? TIP_OK : tip_fail_memory(err);
}

/* Leaves whole rows in the part and keeps what is behind them. */
static tip_status cut_rows(tip_parts *parts, tip_part *part, tip_error *err)
{
    size_t whole = 0;
    if (tip_table_whole_rows(parts->delimiter, tip_buf_str(&part->bytes), &whole) != TIP_OK ||
        tip_buf_add(&parts->ahead, part->bytes.data + whole, part->bytes.size - whole) != TIP_OK)
        return tip_fail_memory(err);
    part->bytes.size = whole;
    return TIP_OK;
}

/* The header row, what the last run broke off, and the next run of lines. */
static tip_status next_table_lines(tip_parts *parts, size_t target, tip_part *part, tip_error *err)
{
    tip_buf_clear(&part->bytes);
    if (tip_buf_add(&part->bytes, parts->header.data, parts->header.size) != TIP_OK ||
        tip_buf_add(&part->bytes, parts->ahead.data, parts->ahead.size) != TIP_OK)
        return tip_fail_memory(err);
    tip_buf_clear(&parts->ahead);
    tip_status status = next_lines(parts, target, part, err);
    if (status == TIP_OK && !parts->delimiter)
        status = learn_table(parts, part, err);
    return status;
}

static bool no_row_yet(const tip_parts *parts, const tip_part *part)
{
    return part->bytes.size <= parts->header.size && parts->ahead.size > 0;
}

/* Asks for twice as much each time that not one row is whole, so that a long row is not looked
 * through again and again. */
static tip_status next_rows(tip_parts *parts, size_t target, tip_part *part, tip_error *err)
{
    do {
        tip_status status = next_table_lines(parts, target, part, err);
        parts->at_end = parts->at_end || !parts->delimiter;
        if (status == TIP_OK && !parts->at_end)
            status = cut_rows(parts, part, err);
        if (status != TIP_OK)
            return status;
        target = parts->ahead.size;
    } while (no_row_yet(parts, part) && target <= TIP_TABLE_ROW_MAX);
    size_t header_lines = count_feeds(&parts->header);
    if (no_row_yet(parts, part))
        return tip_fail(err, TIP_TOO_LARGE,
                        "%s:%zu: a row of more than %zu bytes; is a quotation mark not closed?",
                        parts->path, header_lines + parts->lines + 1, TIP_TABLE_ROW_MAX);
    part->first_line = parts->lines + 1;
    parts->lines += count_feeds(&part->bytes) - header_lines;
    return TIP_OK;
}

/* ---- Parts ---- */

static tip_status next_run(tip_parts *parts, size_t target, tip_part *part, tip_error *err)
{
    bool rows = parts->format == TIP_FORMAT_CSV;
    tip_status status = start_part(parts, part, err);
    if (status == TIP_OK)
        status = rows ? next_rows(parts, target, part, err) : next_lines(parts, target, part, err);
    part->on_disk = part->bytes.size;
    if (status == TIP_OK && part->bytes.size == 0)
        status = tip_fail(err, TIP_BAD_INPUT, "%s: empty", parts->path);
    return status;
}

static tip_status next_member(tip_parts *parts, tip_part *part, bool *ret_found, tip_error *err)
{
    tip_status status = tip_archive_next(parts->archive, part, ret_found, err);
    parts->at_end = status != TIP_OK || !*ret_found;
    if (status == TIP_OK && !*ret_found && parts->given == 0)
        return tip_fail(err, TIP_BAD_INPUT, "%s: no file of a kind that is read in this archive",
                        parts->path);
    return status;
}

tip_status tip_parts_next(tip_parts *parts, size_t target_bytes, tip_part *ret_part,
                          bool *ret_found, tip_error *err)
{
    bool found = !parts->at_end;
    tip_status status = TIP_OK;
    if (found && parts->archive)
        status = next_member(parts, ret_part, &found, err);
    else if (found && parts->loader)
        status = next_run(parts, target_bytes, ret_part, err);
    else if (found)
        status = next_whole(parts, ret_part, err);
    parts->given += found;
    if (status != TIP_OK)
        tip_part_free(ret_part);
    else
        *ret_found = found;
    return status;
}

size_t tip_parts_ignored(const tip_parts *parts)
{
    return parts->archive ? tip_archive_ignored(parts->archive) : 0;
}

void tip_parts_close(tip_parts *parts)
{
    if (!parts)
        return;
    (void)tip_loader_close(parts->loader, NULL); /* only reading: nothing can be lost */
    tip_archive_close(parts->archive);
    tip_buf_free(&parts->header);
    tip_buf_free(&parts->ahead);
    free(parts);
}
