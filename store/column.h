/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A column: an array of numbers as it stands in a store file, all as wide as the largest of them
 * needs: 0 (all are 0), 1, 2, 3, 4 or 8 bytes each, little-endian. The width is the section's size
 * by the count, which the reader knows. Private to this room.
 */
#ifndef STORE_COLUMN_H
#define STORE_COLUMN_H

#include "store/file.h"
#include "tip/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** A view of a column; borrowed from the bytes it was made from. */
typedef struct column {
    const unsigned char *bytes;
    size_t count;
    unsigned width;
} column;

/** Makes a view; false when `size` bytes cannot be `count` numbers of at most `widest` bytes. */
bool column_view(const void *bytes, uint64_t size, size_t count, unsigned widest,
                 column *ret_column);

/** The i-th number; i must be below the count. */
static inline uint64_t column_at(const column *c, size_t i)
{
    const unsigned char *at = c->bytes + i * c->width;
    uint64_t number = 0;
    switch (c->width) {
    case 0:
        break;
    case 1:
        number = at[0];
        break;
    case 2:
        memcpy(&number, at, 2);
        break;
    case 3:
        memcpy(&number, at, 3);
        break;
    case 4:
        memcpy(&number, at, 4);
        break;
    default:
        memcpy(&number, at, 8);
    }
    return number;
}

/** The i-th number of a column that was viewed with at most 4 bytes. */
static inline uint32_t column_u32(const column *c, size_t i)
{
    return (uint32_t)column_at(c, i);
}

/** The first place from `from` on, at most the count, that has the number; the count when there is
 * none. */
size_t column_find(const column *c, size_t from, uint32_t number);

/** The largest of `count` numbers from the `first` on, all of which must be there; 0 of none. */
uint64_t column_most(const column *c, size_t first, size_t count);

/** A column being written. */
typedef struct column_writer {
    section_writer section;
    unsigned width;
} column_writer;

/** Starts the column of `count` numbers up to `most`; another section may be started before it
 * ends. TIP_OK or TIP_NO_MEMORY. */
tip_status column_start(file_writer *file, section_kind kind, size_t count, uint64_t most,
                        column_writer *ret_column, tip_error *err);

/** Appends a number, at most the `most` of column_start. TIP_OK, TIP_NO_MEMORY or TIP_IO_ERROR. */
tip_status column_add(column_writer *c, uint64_t number, tip_error *err);

/** Ends the column when `status` is TIP_OK, else releases it; returns `status` or what ending it
 * returned: TIP_IO_ERROR. */
tip_status column_end(column_writer *c, tip_status status, tip_error *err);

/** A whole column at once. TIP_OK, TIP_NO_MEMORY or TIP_IO_ERROR. */
tip_status column_write(file_writer *file, section_kind kind, const uint64_t *numbers, size_t count,
                        tip_error *err);

#endif
