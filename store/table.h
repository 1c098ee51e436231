/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A sorted table of strings as it stands in a store file: u32 count, u32 0, u32 offsets[count + 1],
 * then the characters. Private to this room.
 */
#ifndef STORE_TABLE_H
#define STORE_TABLE_H

#include "base/buf.h"
#include "store/file.h"
#include "store/strings.h"
#include "tip/record.h"
#include "tip/status.h"

#include <stdbool.h>
#include <stdint.h>

/** A view of a table; borrowed from the bytes it was made from. */
typedef struct string_table {
    size_t count;
    const uint32_t *offsets;
    const char *bytes;
    size_t bytes_size;
} string_table;

/** Makes a view; false when the bytes are too few for what they say. Offsets are verified when
 * they are used. */
bool string_table_view(const void *bytes, size_t size, string_table *ret_table);

/** The i-th string; {NULL, 0} when i is out of range or the table is damaged. */
tip_str string_table_at(const string_table *table, size_t i);

/** Where a string stands; TIP_STORE_NONE when it is not in the table. */
uint32_t string_table_find(const string_table *table, tip_str string);

/** Collects the sorted strings of a table to be written. Initialize with {0}. */
typedef struct table_writer {
    tip_buf offsets; /* u32 */
    tip_buf bytes;
} table_writer;

/** Appends the next string. TIP_OK, TIP_NO_MEMORY or TIP_TOO_LARGE (4 GiB). */
tip_status table_writer_add(table_writer *writer, tip_str string);

/** How many strings were appended. */
size_t table_writer_count(const table_writer *writer);

/** Writes the table as one section. TIP_OK, TIP_NO_MEMORY or TIP_IO_ERROR. */
tip_status table_writer_write(const table_writer *writer, file_writer *file, section_kind kind,
                              tip_error *err);

/** Releases the memory. */
void table_writer_free(table_writer *writer);

#endif
