/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Building a segment: files in, one store and one database of postings out, by parallel jobs.
 * Private to this room.
 */
#ifndef INDEXER_BUILD_H
#define INDEXER_BUILD_H

#include "corpus/tier_table.h"
#include "indexer/sources.h"
#include "tip/index.h"
#include "tip/status.h"

/**
 * Reads all `sources`, in order, into the files NAME.store and NAME.postings in `folder`, and
 * notes in each source its checksum, its documents and its problem. Records without a tier get it
 * from `tiers`, which may be NULL. The result does not depend on
 * the number of jobs. With no document at all, no file is written. Not synced.
 *
 * TIP_OK, also when single sources failed; or any failure of the rooms below, in which case what
 * was written in `folder` is of no use.
 */
tip_status tip_build_segment(const char *folder, const char *name, tip_known_list *sources,
                             const tip_tier_table *tiers, const tip_update_options *options,
                             size_t *ret_documents, tip_error *err);

#endif
