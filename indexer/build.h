/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Building: files and documents of the old store in, parts of a new generation out, by parallel
 * jobs. Private to this room.
 */
#ifndef INDEXER_BUILD_H
#define INDEXER_BUILD_H

#include "corpus/tier_table.h"
#include "indexer/plan.h"
#include "tip/index.h"
#include "tip/status.h"

/** What a task has left: part-N.postings and, if its documents were read from files, part-N.store;
 * nothing when it has no documents. In the portable layout only the first, a full database. */
typedef struct tip_built_part {
    size_t documents;
    bool is_gone;  /**< as in tip_work */
    bool is_known; /**< as in tip_work: they are in the old store */
} tip_built_part;

/** What is to be built. */
typedef struct tip_build_request {
    const char *folder; /**< where to; nothing there is called part-N */
    const tip_plan *plan;
    const tip_store *store;      /**< the old one; NULL when the plan needs none */
    const tip_tier_table *tiers; /**< for records that have none; may be NULL */
    tip_layout layout;
    unsigned shard;  /**< only records of this shard, from 0, ... */
    unsigned shards; /**< ... of so many; 0: all records */
    const tip_update_options *options;
} tip_build_request;

/**
 * Does the plan's work, and notes in each source that is read its checksum, its documents and its
 * problem. What comes of it does not depend on the number of jobs. Appends to *ret_parts a
 * tip_built_part for each task, in order; parts are numbered by their place there, from 0. Not
 * synced.
 *
 * TIP_OK, also when single sources failed; or any failure of the rooms below, in which case what
 * was written in the folder is of no use.
 */
tip_status tip_build_parts(const tip_build_request *request, tip_known_list *sources,
                           tip_buf *ret_parts, tip_error *err);

/** How many jobs the options ask for. */
unsigned tip_build_jobs(const tip_update_options *options);

#endif
