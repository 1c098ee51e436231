/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Compacting many databases into one, in levels, so that no compaction opens too many files.
 * Private to this room.
 */
#ifndef INDEXER_LEVELS_H
#define INDEXER_LEVELS_H

#include "indexer/paths.h"

/** How databases of a kind are compacted. */
typedef struct tip_compaction {
    /** As xc_compact. */
    tip_status (*compact)(const char *const *sources, size_t count, const char *path,
                          tip_error *err);
    size_t most; /**< that it may be given at once */
} tip_compaction;

/** Takes the databases at the paths, and behind them the one at `more` unless it is NULL, to
 * FOLDER/NAME, and removes those of the paths, which there may be none of when there is `more`.
 * TIP_OK or any failure of the rooms below. */
tip_status tip_compact_levels(const tip_compaction *how, tip_paths *p, const char *more,
                              const char *folder, const char *name, tip_error *err);

#endif
