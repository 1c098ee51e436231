/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Searching standard databases, in folders of this machine and behind xapian-tcpsrv on others, as
 * one. Queries of xapian_c.h are made for such a database as for any other, but for
 * xc_query_accept; they consist of what Xapian itself has, so that any server understands them.
 *
 * Failures of a server are TIP_UNREACHABLE when it does not answer, and their messages name it, as
 * do those of what it says is wrong: "Any failure", of xapian_c.h, and these.
 */
#ifndef XAPIAN_C_SHARDS_H
#define XAPIAN_C_SHARDS_H

#include "xapian_c.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A database: in a folder, or else served by a host. */
typedef struct xc_shard {
    const char *path; /**< of a glass database; NULL for one that is served */
    const char *host; /**< name or address */
    unsigned port;
} xc_shard;

/** No database yet; release with xc_database_free. Any failure. */
tip_status xc_shards_new(xc_database **ret_database, tip_error *err);

/**
 * Adds a database; a server has so many milliseconds to let itself be connected to, and then for
 * each answer. On failure all is as before. TIP_UNSUPPORTED for a server of several databases,
 * which cannot be told apart; or any failure.
 */
tip_status xc_shards_add(xc_database *database, const xc_shard *shard, unsigned milliseconds,
                         tip_error *err);

/** Adds the databases of another one, which is released, also on failure; a thread that has opened
 * them must have ended. Any failure. */
tip_status xc_shards_take(xc_database *database, xc_database *other, tip_error *err);

/** The number of the server that the last failure was met at, in order of adding, from 0; SIZE_MAX
 * when it was none. */
size_t xc_shards_failed(const xc_database *database);

/** Asks servers whether they are there: all of them after a while without a question, when they end
 * a connection (after a minute, unless they are told otherwise); else only those to which this
 * process has a connection that was ended, as by a server that was started anew. Any failure. */
tip_status xc_shards_ping(const xc_database *database, bool is_idle, tip_error *err);

/** Told of a key or a term. What it returns, unless it is TIP_OK, ends the walk and is returned. */
typedef tip_status (*xc_metadata_fn)(void *payload, tip_str key, tip_str value);
typedef tip_status (*xc_term_fn)(void *payload, tip_str term, size_t documents);

/** Tells of each key of one database that begins with `prefix`, in order. Any failure. */
tip_status xc_shards_metadata(const xc_database *database, size_t shard, const char *prefix,
                              xc_metadata_fn see, void *payload, tip_error *err);

/** Tells of each term that begins with `prefix`, in order, and of how many documents of all have
 * it. Any failure. */
tip_status xc_shards_terms(const xc_database *database, tip_str prefix, xc_term_fn see,
                           void *payload, tip_error *err);

/** How many documents have each of some terms, in their order; each server is asked once. Any
 * failure. */
tip_status xc_shards_documents(const xc_database *database, const tip_str *terms, size_t count,
                               size_t *ret_documents, tip_error *err);

/** The uuids of all databases. Any failure. */
tip_status xc_shards_uuids(const xc_database *database, void (*see)(void *payload, tip_str uuid),
                           void *payload, tip_error *err);

/* ---- Queries ---- */

/** Documents in which the operands (terms, or ORs of terms) stand in this order within so many
 * positions; they do not weigh. Any failure. */
tip_status xc_query_window(xc_query *const *operands, size_t count, size_t window,
                           xc_query **ret_query, tip_error *err);

/** Documents whose value is one of these or between them; they do not weigh. Any failure. */
tip_status xc_query_range(unsigned slot, tip_str first, tip_str last, xc_query **ret_query,
                          tip_error *err);

/* ---- Matching ---- */

/** What to match and how much of it to return. */
typedef struct xc_shards_request {
    const xc_query *query;
    double ineb2_c;   /**< as of xc_request, by Xapian::IneB2Weight; <= 0 for no weights */
    unsigned order;   /**< slot of the value that documents of equal weights stand in order of */
    size_t first;     /**< matches to leave out from the best */
    size_t count;     /**< matches to return at most */
    bool exact_total; /**< as of xc_request */
} xc_shards_request;

/** A document that matched. */
typedef struct xc_found {
    double weight;
    tip_str order; /**< the value of the slot */
    tip_str data;
} xc_found;

/** Documents, best first. */
typedef struct xc_found_list {
    xc_found *items; /**< and their strings, in one piece */
    size_t count;
    size_t total; /**< documents that match; exact when asked for, else Xapian's estimate */
} xc_found_list;

/**
 * Runs a query. Weights that differ by no more than the rounding of sums that are taken in another
 * order (1e-9 of them) count as equal, so that the order does not depend on which database a
 * document is in. Release the result with xc_found_free. Any failure.
 */
tip_status xc_shards_match(const xc_database *database, const xc_shards_request *request,
                           xc_found_list *ret_documents, tip_error *err);

/** Releases them; the struct is {0} again. */
void xc_found_free(xc_found_list *documents);

/** Told of a value and of how many matches have it. As xc_term_fn. */
typedef tip_status (*xc_value_fn)(void *payload, tip_str value, size_t documents);

/** Tells of each value that matches of a query have in a slot, exactly. Any failure. */
tip_status xc_shards_count(const xc_database *database, const xc_query *query, unsigned slot,
                           xc_value_fn see, void *payload, tip_error *err);

#ifdef __cplusplus
}
#endif

#endif
