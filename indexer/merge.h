/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Putting together what the jobs have made. Private to this room.
 */
#ifndef INDEXER_MERGE_H
#define INDEXER_MERGE_H

#include "indexer/build.h"

/** What a new generation is made of. */
typedef struct tip_merge_request {
    const char *folder;        /**< of the new generation, where the parts are */
    const tip_generation *old; /**< NULL when there is none that can be used */
    const tip_plan *plan;
    const tip_known_list *sources; /**< all of which have been read */
    const tip_built_part *parts;
    size_t part_count;
    bool parallel; /**< the store and the postings at once */
} tip_merge_request;

/**
 * Makes the store and the layers of postings in the folder, removes the parts, and sets `store`,
 * `layers`, `gone` and the runs of *manifest. Not synced. TIP_OK, TIP_CORRUPT when the old
 * generation is damaged, or any failure of the rooms below.
 */
tip_status tip_merge_parts(const tip_merge_request *request, tip_manifest *manifest,
                           tip_error *err);

#endif
