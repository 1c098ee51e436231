/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A generation in the portable layout: putting it together, and looking at it. Private to this
 * room.
 */
#ifndef INDEXER_PORTABLE_H
#define INDEXER_PORTABLE_H

#include "indexer/merge.h"
#include "tip/index.h"

/**
 * Makes the database in the folder of the new generation: of the parts alone or, where sources were
 * kept, of a copy of the old one without what is gone. Removes the parts and sets `database` of
 * *manifest. `before` is the list of the old generation. Not synced. TIP_OK, TIP_CORRUPT when the
 * old one is damaged, or any failure of the rooms below.
 */
tip_status tip_portable_merge(const tip_merge_request *request, const tip_known_list *before,
                              tip_manifest *manifest, tip_error *err);

/** Syncs the files of a database. TIP_OK, TIP_NO_MEMORY or TIP_IO_ERROR. */
tip_status tip_portable_sync(const char *path, tip_error *err);

/** Verifies the database of a generation. TIP_OK, or as tip_index_check. */
tip_status tip_portable_check(const tip_generation *g, tip_error *err);

/** Sets what *stats has of the paragraphs and of the disk. TIP_OK, or as tip_index_check. */
tip_status tip_portable_stats(const tip_generation *g, tip_index_stats *stats, tip_error *err);

/** As tip_index_dump, of one generation. */
tip_status tip_portable_dump(const tip_generation *g,
                             tip_status (*record)(void *payload, const tip_record *record),
                             void *payload, tip_error *err);

#endif
