/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Merging sorted string tables, or some strings of each, into one. Private to this room.
 */
#ifndef STORE_MERGE_TABLE_H
#define STORE_MERGE_TABLE_H

#include "store/table.h"

/** What is merged: a table, and which of its strings; NULL for all. Borrowed. */
typedef struct table_part {
    const string_table *table;
    const bool *used;
} table_part;

/** The merged table, and for each input a map from its string numbers to the merged ones (0 for
 * those that were left out).
 * Initialize with {0}, release with table_merge_free. */
typedef struct table_merge {
    table_writer table;
    uint32_t **maps;
    size_t count;
} table_merge;

/** Merges; inputs must be sorted and without repetition. TIP_OK, TIP_NO_MEMORY, TIP_TOO_LARGE or
 * TIP_CORRUPT. */
tip_status table_merge_run(const table_part *inputs, size_t count, table_merge *ret_merge,
                           tip_error *err);

void table_merge_free(table_merge *merge);

#endif
