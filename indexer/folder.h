/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The folder of an index as such: making it, the lock that keeps updates apart, the numbers of its
 * generations, and removing what is no longer used. Private to this room.
 */
#ifndef INDEXER_FOLDER_H
#define INDEXER_FOLDER_H

#include "store/generation.h"
#include "tip/index.h"
#include "tip/status.h"

/** Makes one folder; that it is there already is no failure. TIP_OK or TIP_IO_ERROR. */
tip_status tip_folder_make(const char *path, tip_error *err);

/**
 * Makes the folder of an index and those above it. One that holds anything else, and no index, is
 * somebody's: nothing is put there. TIP_OK, TIP_BAD_ARGUMENT, TIP_NO_MEMORY or TIP_IO_ERROR.
 */
tip_status tip_folder_prepare(const char *directory, tip_error *err);

/**
 * Locks the index against other updates, waiting up to that many seconds; readers do not care. The
 * lock ends when the descriptor *ret_lock is closed. TIP_OK, TIP_LOCKED, TIP_NO_MEMORY or
 * TIP_IO_ERROR.
 */
tip_status tip_folder_lock(const char *directory, unsigned wait_seconds, int *ret_lock,
                           tip_error *err);

/**
 * Keeps the file that names the database in use to other programs: `text` is what it is to say,
 * NULL for no such file; one that is not ours is left alone then. Synced but for the folder.
 * TIP_OK, TIP_NO_MEMORY or TIP_IO_ERROR.
 */
tip_status tip_folder_write_stub(const char *directory, const char *text, tip_error *err);

/** The same for generation `number`. */
tip_status tip_folder_name_database(const char *directory, tip_layout layout, unsigned number,
                                    tip_error *err);

/**
 * Makes generation `number` the one in use, as tip_generation_publish does, and names its database.
 * Whenever it ends, a search finds the old generation or the new one; the old one if it fails.
 * TIP_OK, TIP_NO_MEMORY or TIP_IO_ERROR.
 */
tip_status tip_folder_put_in_use(const char *directory, tip_layout layout, unsigned number,
                                 uint64_t manifest_checksum, tip_error *err);

/** Adds the line that names the database of a shard beside the file. TIP_OK or TIP_NO_MEMORY. */
tip_status tip_folder_add_shard(unsigned shard, tip_buf *lines);

/** Whether there is such a file: what is left of an index of the portable layout tells it so. */
bool tip_folder_has_stub(const char *directory);

/** The highest number of a generation in the folder that is below `limit`, whether the generation
 * is complete or in use or not; 0 for none. */
unsigned tip_folder_newest_below(const char *directory, unsigned limit);

/** A number that no generation has had: a reader may still hold one that `current` has lost. */
unsigned tip_folder_next_number(const char *directory);

/**
 * Removes what no reader holds and what an update that was killed has left, but not generation
 * `current`, nor the options->keep newest ones up to `previous`, the one in use before (`current`
 * if that has not changed, 0 if it cannot be told). Those between were rolled back from. What
 * cannot be removed now is tried again by the next update.
 */
void tip_folder_clean(const char *directory, unsigned current, unsigned previous,
                      const tip_update_options *options);

#endif
