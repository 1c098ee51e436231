/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * How many words the paragraphs of each year have together: metadata of a portable database that
 * follow from its values. Private to this room.
 */
#ifndef INDEXER_PORTABLE_WORDS_H
#define INDEXER_PORTABLE_WORDS_H

#include "tip/status.h"
#include "xapian-c/full.h"

#include <stdint.h>

/** Counts them, and writes them in place of those that are there. `path` is the database's, for
 * messages. TIP_OK, TIP_CORRUPT or any failure of the rooms below. */
tip_status tip_portable_words_write(xc_full *database, const char *path, tip_error *err);

/** Counts them, and compares them with those that are there. TIP_OK; TIP_CORRUPT when they differ;
 * or any failure of the rooms below. */
tip_status tip_portable_words_check(const xc_full *database, const char *path, tip_error *err);

/** The words of all years, as they are written. TIP_OK, TIP_CORRUPT as above, or any failure of the
 * rooms below. */
tip_status tip_portable_words_total(const xc_full *database, const char *path, uint64_t *ret_total,
                                    tip_error *err);

#endif
