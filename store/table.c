/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/table.h"

#include "base/error.h"
#include "store/store.h"

enum { TABLE_HEAD = 2 * sizeof(uint32_t) };

bool string_table_view(const void *bytes, size_t size, string_table *ret_table)
{
    if (size < TABLE_HEAD + sizeof(uint32_t))
        return false;
    const uint32_t *numbers = bytes;
    size_t count = numbers[0];
    size_t left = size - TABLE_HEAD;
    if (count >= left / sizeof(uint32_t))
        return false;
    size_t offsets_size = (count + 1) * sizeof(uint32_t);
    *ret_table = (string_table){
        .count = count,
        .offsets = numbers + 2,
        .bytes = (const char *)bytes + TABLE_HEAD + offsets_size,
        .bytes_size = left - offsets_size,
    };
    return true;
}

tip_str string_table_at(const string_table *table, size_t i)
{
    if (i >= table->count)
        return (tip_str){NULL, 0};
    size_t start = table->offsets[i];
    size_t end = table->offsets[i + 1];
    if (start > end || end > table->bytes_size)
        return (tip_str){NULL, 0};
    return (tip_str){table->bytes + start, end - start};
}

uint32_t string_table_find(const string_table *table, tip_str string)
{
    size_t low = 0;
    size_t high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = tip_str_compare(string_table_at(table, middle), string);
        if (order == 0)
            return (uint32_t)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return TIP_STORE_NONE;
}

tip_status table_writer_add(table_writer *writer, tip_str string)
{
    if (string.size > UINT32_MAX - writer->bytes.size)
        return TIP_TOO_LARGE;
    uint32_t start = (uint32_t)writer->bytes.size;
    if (tip_buf_add(&writer->offsets, &start, sizeof start) != TIP_OK)
        return TIP_NO_MEMORY;
    return tip_buf_add(&writer->bytes, string.data, string.size);
}

size_t table_writer_count(const table_writer *writer)
{
    return writer->offsets.size / sizeof(uint32_t);
}

static tip_status write_parts(const table_writer *writer, section_writer *section, tip_error *err)
{
    uint32_t head[2] = {(uint32_t)table_writer_count(writer), 0};
    uint32_t end = (uint32_t)writer->bytes.size;
    tip_status status = section_add(section, head, sizeof head, err);
    if (status == TIP_OK)
        status = section_add(section, writer->offsets.data, writer->offsets.size, err);
    if (status == TIP_OK)
        status = section_add(section, &end, sizeof end, err);
    if (status == TIP_OK)
        status = section_add(section, writer->bytes.data, writer->bytes.size, err);
    return status;
}

tip_status table_writer_write(const table_writer *writer, file_writer *file, section_kind kind,
                              tip_error *err)
{
    section_writer section;
    tip_status status = section_start(file, kind, 0, &section, err);
    if (status != TIP_OK)
        return status;
    status = write_parts(writer, &section, err);
    if (status != TIP_OK) {
        section_discard(&section);
        return status;
    }
    return section_end(&section, err);
}

void table_writer_free(table_writer *writer)
{
    tip_buf_free(&writer->offsets);
    tip_buf_free(&writer->bytes);
}
