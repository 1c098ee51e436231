/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Full databases: with all of Xapian's tables, so that any program can search and change them, in a
 * folder of their own. Failures are as in xapian_c.h; messages name the folder.
 */
#ifndef XAPIAN_C_FULL_H
#define XAPIAN_C_FULL_H

#include "base/buf.h"
#include "xapian-c/xapian_c.h"

#ifdef __cplusplus
extern "C" {
#endif

/** An open full database. One thread at a time may use one. */
typedef struct xc_full xc_full;

/** Where a term stands in a document, from 1. */
typedef struct xc_place {
    tip_str term; /**< as in xc_posting */
    uint32_t position;
} xc_place;

typedef struct xc_value {
    uint32_t slot;
    tip_str value;
} xc_value;

/** A document. Postings may come in any order; a term that comes again counts again. Places add
 * nothing to the wdf. */
typedef struct xc_document {
    const xc_posting *postings;
    size_t posting_count;
    const xc_place *places;
    size_t place_count;
    const xc_value *values;
    size_t value_count;
    tip_str data;
} xc_document;

/* ---- Writing: without syncing, for a private folder that is synced later ---- */

/** Makes an empty one in the folder `path`, which must not exist. Ends with xc_full_finish or
 * xc_full_discard. Any failure. */
tip_status xc_full_new(const char *path, xc_full **ret_full, tip_error *err);

/** Opens one to change it. Ends as that. Any failure. */
tip_status xc_full_change(const char *path, xc_full **ret_full, tip_error *err);

/** Adds the next document. Any failure. */
tip_status xc_full_add(xc_full *full, const xc_document *document, tip_error *err);

/** Adds the documents of the database at `path`, in order. Any failure. */
tip_status xc_full_add_all(xc_full *full, const char *path, tip_error *err);

/** Removes the documents that have a term. Any failure. */
tip_status xc_full_remove(xc_full *full, tip_str term, tip_error *err);

/** Sets metadata; an empty value removes them. Any failure. */
tip_status xc_full_set(xc_full *full, tip_str key, tip_str value, tip_error *err);

/** Commits what was changed, closes and releases, whatever the outcome. Any failure. */
tip_status xc_full_finish(xc_full *full, tip_error *err);

/** Closes and releases. What was changed and not finished is lost, in whole or in part; the folder
 * is then of no use. NULL is ignored. */
void xc_full_discard(xc_full *full);

/** Compacts databases, in order, into a new one in the folder `path`, numbering the documents on
 * from one to the next. All are open at once, with up to six files each. Any failure. */
tip_status xc_full_compact(const char *const *sources, size_t count, const char *path,
                           tip_error *err);

/* ---- Reading ---- */

/** Opens one to read it. Release with xc_full_discard. Any failure. */
tip_status xc_full_open(const char *path, xc_full **ret_full, tip_error *err);

size_t xc_full_documents(const xc_full *full);

/** Metadata of a key; empty when there are none. Written over *ret_value. Any failure. */
tip_status xc_full_get(const xc_full *full, tip_str key, tip_buf *ret_value, tip_error *err);

/** Hands the metadata whose keys have a prefix to `see`, in order of the keys. What it returns,
 * unless TIP_OK, ends it and is returned; any failure. */
tip_status xc_full_each_key(const xc_full *full, tip_str prefix,
                            tip_status (*see)(void *payload, tip_str key, tip_str value),
                            void *payload, tip_error *err);

/** How many terms have a prefix. Any failure. */
tip_status xc_full_terms(const xc_full *full, tip_str prefix, size_t *ret_count, tip_error *err);

/** How many values can be asked for at once. */
enum { XC_VALUES_MAX = 4 };

/**
 * Hands values of every document, in order, to `see`: those of `count` slots, in the order of the
 * slots; a value that a document does not have is empty. What `see` returns, unless TIP_OK, ends it
 * and is returned; any failure.
 */
tip_status xc_full_each_value(const xc_full *full, const uint32_t *slots, size_t count,
                              tip_status (*see)(void *payload, const tip_str *values),
                              void *payload, tip_error *err);

/** Hands the data of every document that has a term to `see`, in order of the value in `slot`. What
 * it returns, unless TIP_OK, ends it and is returned; any failure. */
tip_status xc_full_each_data(const xc_full *full, tip_str term, uint32_t slot,
                             tip_status (*see)(void *payload, tip_str data), void *payload,
                             tip_error *err);

/* ---- Numbers as values ---- */

/** The bytes that sort as numbers do (Xapian::sortable_serialise). Written over *ret_value. TIP_OK
 * or TIP_NO_MEMORY. */
tip_status xc_sortable_write(double number, tip_buf *ret_value);

/** The number that was written so; 0 for the empty value. */
double xc_sortable_read(tip_str value);

#ifdef __cplusplus
}
#endif

#endif
