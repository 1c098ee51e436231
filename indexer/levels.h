/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Compacting many databases or stores into one, in levels, so that none opens too many files or
 * has too much in memory.
 * Private to this room.
 */
#ifndef INDEXER_LEVELS_H
#define INDEXER_LEVELS_H

#include "indexer/paths.h"

/** How those of a kind are compacted. */
typedef struct tip_compaction {
    /** As xc_compact. */
    tip_status (*compact)(const char *const *sources, size_t count, const char *path,
                          tip_error *err);
    size_t most; /**< that it may be given at once */
} tip_compaction;

/** Compacts neighbours, and removes what they were made of, until those at the paths and `extra`
 * ones beside them may be given at once. New ones are in FOLDER, and their names begin with NAME.
 * TIP_OK or any failure of the rooms below. */
tip_status tip_compact_to_few(const tip_compaction *how, tip_paths *p, size_t extra,
                              const char *folder, const char *name, tip_error *err);

/** Takes the databases at the paths, and behind them the one at `more` unless it is NULL, to
 * FOLDER/NAME, and removes those of the paths, which there may be none of when there is `more`.
 * TIP_OK or any failure of the rooms below. */
tip_status tip_compact_levels(const tip_compaction *how, tip_paths *p, const char *more,
                              const char *folder, const char *name, tip_error *err);

#endif
