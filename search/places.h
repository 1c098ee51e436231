/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Where indexes are: what --db names. Private to this room.
 */
#ifndef SEARCH_PLACES_H
#define SEARCH_PLACES_H

#include "tip/status.h"

#include <stdbool.h>
#include <stddef.h>

/** An index. */
typedef struct place_name {
    char *name;    /**< as messages have it: the folder, or tcp:HOST:PORT */
    char *host;    /**< of a server; else NULL */
    unsigned port; /**< of it */
    char *path;    /**< of a database named in a list of them; else NULL */
} place_name;

/** Indexes of one layout. Owned by the caller: initialize with {0}, release with places_free. */
typedef struct place_list {
    place_name *items;
    size_t count;
    bool portable; /**< else they are folders of the fast layout */
} place_list;

/**
 * Finds out what the names stand for: folders of indexes, or of shards; tcp:HOST:PORT for an index
 * behind xapian-tcpsrv; and files that list such, as Xapian has them: lines of "remote HOST:PORT",
 * "auto PATH" and "glass PATH", comments behind "#". TIP_OK, TIP_NO_MEMORY; TIP_NOT_FOUND (no such
 * file, or it is no such list), TIP_IO_ERROR, TIP_BAD_ARGUMENT (a server that cannot be read, or
 * indexes of both layouts), with a message that names it.
 */
tip_status places_read(const char *const *names, size_t count, place_list *ret_places,
                       tip_error *err);

/** The database of an index of the portable layout, in its folder and without a link on the way, as
 * a new string to be released with free(). TIP_OK, TIP_NO_MEMORY, TIP_NOT_FOUND, TIP_CORRUPT or
 * TIP_IO_ERROR. */
tip_status places_database(const char *folder, char **ret_path, tip_error *err);

void places_free(place_list *places);

#endif
