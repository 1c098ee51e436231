/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Lists of paths, and removing what is there. Private to this room.
 */
#ifndef INDEXER_PATHS_H
#define INDEXER_PATHS_H

#include "tip/status.h"

/** Owned by the caller: initialize with {0}, release with tip_paths_free. */
typedef struct tip_paths {
    char **items;
    size_t count;
} tip_paths;

/** Adds a path that is made as by printf. TIP_OK or TIP_NO_MEMORY. */
tip_status tip_paths_add(tip_paths *p, tip_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void tip_paths_free(tip_paths *p);

/** Removes all that is at the paths. TIP_OK or TIP_IO_ERROR. */
tip_status tip_paths_remove(const tip_paths *p, tip_error *err);

/** Removes a file or a folder and all in it, never following links. TIP_OK (also when there is
 * none) or TIP_IO_ERROR. */
tip_status tip_remove_tree(const char *path, tip_error *err);

#endif
