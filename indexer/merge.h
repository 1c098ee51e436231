/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Merging the parts that the jobs have made into one segment. Private to this room.
 */
#ifndef INDEXER_MERGE_H
#define INDEXER_MERGE_H

#include "tip/status.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * Makes NAME.store and NAME.postings in `folder` of the parts part-N.store and part-N.postings,
 * N from `parts` in order, and removes the parts; with `parallel` both at once. Any failure of the
 * rooms below.
 */
tip_status tip_merge_parts(const char *folder, const char *name, const size_t *parts, size_t count,
                           bool parallel, tip_error *err);

/** Removes a file or a folder and all in it, never following links. TIP_OK (also when there is
 * none) or TIP_IO_ERROR. */
tip_status tip_remove_tree(const char *path, tip_error *err);

#endif
