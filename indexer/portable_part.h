/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A part of a generation in the portable layout (portable/layout.h): a full database of the
 * documents of one store, which is no longer needed then. Private to this room.
 */
#ifndef INDEXER_PORTABLE_PART_H
#define INDEXER_PORTABLE_PART_H

#include "text/text.h"
#include "tip/record.h"
#include "tip/status.h"

#include <stdint.h>

/** Where a document stands among all. */
typedef struct tip_order {
    const char *path; /**< of the file it was read from */
    uint32_t number;  /**< in that file, from 0 */
} tip_order;

/**
 * Writes the documents of the store at `store_path` into a new database in the folder `path`;
 * `orders` has one entry for each. Not synced. TIP_OK or any failure of the rooms below.
 */
tip_status tip_portable_part_write(tip_stemmer *stemmer, const char *store_path,
                                   const tip_order *orders, const char *path, tip_error *err);

#endif
