/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * C binding of what we use of libxapian 1.4 (https://xapian.org/docs/apidoc/html/). No exception
 * leaves it: each function that can fail returns a status, in one place translated from whatever
 * Xapian or the C++ library threw:
 *
 *   DatabaseCorruptError                 TIP_CORRUPT
 *   DatabaseVersionError                 TIP_BAD_VERSION
 *   DatabaseNotFoundError, DatabaseOpeningError   TIP_NOT_FOUND
 *   DatabaseLockError                    TIP_LOCKED
 *   InvalidArgumentError, RangeError     TIP_BAD_ARGUMENT
 *   FeatureUnavailableError, UnimplementedError   TIP_UNSUPPORTED
 *   std::bad_alloc                       TIP_NO_MEMORY
 *   std::system_error and other errors with an errno   TIP_IO_ERROR
 *   anything else                        TIP_ENGINE_ERROR
 *
 * "Any failure" below means any of these.
 */
#ifndef XAPIAN_C_H
#define XAPIAN_C_H

#include "tip/record.h"
#include "tip/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Writing ---- */

/** A new database that is being filled. One thread at a time may use one. */
typedef struct xc_writer xc_writer;

/** A term of a document: at most 245 bytes, no zero byte; wdf is its within-document frequency,
 * 0 for a term that only filters. */
typedef struct xc_posting {
    tip_str term;
    uint32_t wdf;
} xc_posting;

/**
 * Makes an empty glass database in the folder `path`, which must not exist, without termlist or
 * position tables and without syncing: for a private folder whose result is compacted and synced
 * later. Ends with xc_writer_finish or xc_writer_discard. Any failure.
 */
tip_status xc_writer_new(const char *path, xc_writer **ret_writer, tip_error *err);

/** Adds the next document. Terms may come in any order, each once. Any failure. */
tip_status xc_writer_add(xc_writer *writer, const xc_posting *postings, size_t count,
                         tip_error *err);

/** Commits, closes and releases, whatever the outcome. Any failure. */
tip_status xc_writer_finish(xc_writer *writer, tip_error *err);

/** Drops what was not committed and releases; NULL is ignored. */
void xc_writer_discard(xc_writer *writer);

/**
 * Compacts databases, in order, into one new single-file database at `path`, numbering the
 * documents on from one to the next. All sources are open at once: keep `count` well under the
 * limit of open files. Does not sync. Any failure.
 */
tip_status xc_compact(const char *const *sources, size_t count, const char *path, tip_error *err);

/* ---- Reading ---- */

/**
 * One or more indexes opened as one. Its documents are known by the index and their number in it,
 * from 1. One thread at a time may use one.
 */
typedef struct xc_database xc_database;

/** Documents of a layer that stand side by side in their index. */
typedef struct xc_run {
    uint32_t layer; /**< place among the layers of the index, from 0 */
    uint32_t first; /**< number of the first one in the layer, from 1 */
    uint32_t count;
} xc_run;

/**
 * An index: the documents of one or more database files ("layers"), in an order of its own. What
 * an update keeps stays where it is, what it adds is a further layer, and documents that no run
 * speaks of are gone. They do not match, and as their postings are known once more, in a database
 * of their own, they do not count either: answers and weights are those of one database that only
 * has the documents of the runs.
 */
typedef struct xc_index {
    const char *const *layers; /**< paths of databases */
    size_t layer_count;
    const char *gone;   /**< path of the postings of what is gone; NULL when nothing is */
    const xc_run *runs; /**< in the order of the documents; one of no documents is ignored */
    size_t run_count;
} xc_index;

/**
 * Opens indexes together. The descriptions are no longer needed afterwards. Release with
 * xc_database_free. TIP_CORRUPT when the runs overlap or speak of documents that a layer does not
 * have, or when they do not leave out as many as are in `gone`; or any failure. The message names
 * the file.
 */
tip_status xc_database_open(const xc_index *indexes, size_t count, xc_database **ret_database,
                            tip_error *err);

/** Closes and releases; NULL is ignored. */
void xc_database_free(xc_database *database);

/** Documents of all indexes together. */
size_t xc_database_documents(const xc_database *database);

/** In how many documents of all indexes together a term occurs. Any failure. */
tip_status xc_term_documents(const xc_database *database, tip_str term, size_t *ret_count,
                             tip_error *err);

/**
 * More than any weight that IneB2 gives a term in any document: its formula (see xc_request) for
 * a within-document frequency without end. 0 for a term that does not occur. Any failure.
 */
tip_status xc_term_weight_bound(const xc_database *database, tip_str term, double *ret_weight,
                                tip_error *err);

/**
 * Checks every block and posting of the database at `path` (Xapian::Database::check). TIP_CORRUPT
 * with the first finding in the message, or any failure.
 */
tip_status xc_database_check(const char *path, tip_error *err);

/* ---- Queries ---- */

/** A node of a query and all below it. Immutable. Release with xc_query_free. */
typedef struct xc_query xc_query;

typedef enum xc_operator {
    XC_AND,       /**< documents that match every operand; weights add up */
    XC_OR,        /**< documents that match any operand; weights add up */
    XC_AND_NOT,   /**< documents that match the first operand and no other */
    XC_FILTER,    /**< documents that match every operand; only the first one weighs */
    XC_AND_MAYBE, /**< documents that match the first; the others only weigh */
    XC_MAX        /**< documents that match any operand; the heaviest counts */
} xc_operator;

/** A term, for searches of `database` only, which must outlive them. Any failure. */
tip_status xc_query_term(xc_database *database, tip_str term, xc_query **ret_query, tip_error *err);

/** Every document, with no weight. Any failure. */
tip_status xc_query_all(xc_query **ret_query, tip_error *err);

/** No document. Any failure. */
tip_status xc_query_none(xc_query **ret_query, tip_error *err);

/** Joins `count` operands, which stay the caller's to release. Any failure. */
tip_status xc_query_join(xc_operator op, xc_query *const *operands, size_t count,
                         xc_query **ret_query, tip_error *err);

/** The same documents with their weights multiplied; 0 makes a pure filter. Any failure. */
tip_status xc_query_scale(const xc_query *query, double factor, xc_query **ret_query,
                          tip_error *err);

/** The documents that a query matches, all with the same weight. Any failure. */
tip_status xc_query_constant(const xc_query *query, double weight, xc_query **ret_query,
                             tip_error *err);

/**
 * Decides whether a document of an index (`index`, from 0) matches. Called from inside the matcher,
 * of each layer in rising order, never of what is gone; must not throw, exit or jump.
 */
typedef bool (*xc_accept_fn)(void *payload, size_t index, uint32_t document);

/**
 * Documents of `database` that `accept` accepts, with no weight (a Xapian::PostingSource). Meant
 * as a later operand of XC_AND or XC_FILTER: it then sees only what the others let through. Both
 * `database` and `payload` must outlive every search with the query. Any failure.
 */
tip_status xc_query_accept(const xc_database *database, xc_accept_fn accept, void *payload,
                           xc_query **ret_query, tip_error *err);

/** Releases; NULL is ignored. */
void xc_query_free(xc_query *query);

/* ---- Matching ---- */

/** A document that matched. */
typedef struct xc_hit {
    size_t index;      /**< from 0 */
    uint32_t document; /**< its number there, from 1 */
    double weight;
} xc_hit;

/** What to match and how much of it to return. */
typedef struct xc_request {
    const xc_query *query;
    double ineb2_c;   /**< parameter c of IneB2 (Amati and van Rijsbergen, "Probabilistic models of
                         information   retrieval based on measuring the divergence from randomness",
                         ACM   TOIS 20(4), 2002; Xapian::IneB2Weight); <= 0 for no   weights, in
                         document   order */
    size_t first;     /**< matches to leave out from the best */
    size_t count;     /**< matches to return at most */
    bool exact_total; /**< look at every match, so that the total is exact */
} xc_request;

/** Matches, best first; equal weights by document, those of one number by index. */
typedef struct xc_matches {
    xc_hit *hits;
    size_t count;
    size_t total; /**< documents that match; exact when asked for, else Xapian's estimate */
} xc_matches;

/** Runs a query. Release the result with xc_matches_free. Any failure. */
tip_status xc_match(const xc_database *database, const xc_request *request, xc_matches *ret_matches,
                    tip_error *err);

/** Releases the hits; the struct is {0} again. */
void xc_matches_free(xc_matches *matches);

/** Told of one document of an index (`index`). Called from inside the matcher; must not throw, exit
 * or jump. */
typedef void (*xc_visit_fn)(void *payload, size_t index, uint32_t document);

/** Tells `visit` of every match of a query, index by index in rising order of document; nothing is
 * weighed, sorted or kept. Any failure, after which some were told. */
tip_status xc_visit(const xc_database *database, const xc_query *query, xc_visit_fn visit,
                    void *payload, tip_error *err);

/** Tells `visit` of every document that has a term, in the same order. Any failure, after which
 * some were told. */
tip_status xc_term_visit(const xc_database *database, tip_str term, xc_visit_fn visit,
                         void *payload, tip_error *err);

#ifdef __cplusplus
}
#endif

#endif
