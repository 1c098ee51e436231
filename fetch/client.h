/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A client that asks for one page at a time, with time between the requests. Private to fetch/.
 */
#ifndef FETCH_CLIENT_H
#define FETCH_CLIENT_H

#include "base/buf.h"
#include "fetch/addresses.h"
#include "tip/status.h"

#include <time.h>

/** The largest page that is taken, decompressed; the largest known report page has 4 MB. */
#define FETCH_PAGE_MAX ((size_t)16 * 1024 * 1024)

/** The longest time, in seconds, that a server may ask to wait (Retry-After) and is obeyed within
 * a run; the longest pause between two attempts, too. */
#define FETCH_PAUSE_MAX 300

/** Redirects that are followed for one page. */
#define FETCH_REDIRECTS_MAX 5

/** After so many pages in a row that the server refused or did not deliver, no more are asked. */
#define FETCH_REFUSALS_MAX 3

/** How to ask. Borrowed by the client as long as it lives. */
typedef struct fetch_manners {
    const fetch_table *table;
    const char *base_url;     /**< of a mirror that has each host's pages below the host's name,
                                   without a closing slash; NULL: the publisher's own hosts */
    const char *user_agent;   /**< not NULL */
    double delay_seconds;     /**< from the end of a request to the next */
    unsigned timeout_seconds; /**< without a byte, before an attempt is given up; not 0 */
    unsigned retries;         /**< further attempts at a page that may come yet */
    void (*note)(void *payload, const char *message); /**< each request; may be NULL */
    void *payload;
} fetch_manners;

/** A client: one connection. One thread at a time. */
typedef struct fetch_client fetch_client;

/** Release with fetch_client_free. TIP_OK or TIP_NO_MEMORY. */
tip_status fetch_client_new(const fetch_manners *manners, fetch_client **ret_client,
                            tip_error *err);

/** Ends the connection; NULL is ignored. */
void fetch_client_free(fetch_client *client);

/** What came. Owned by whoever declares it: initialize with {0}, release with tip_buf_free. */
typedef struct fetch_reply {
    bool unmodified; /**< not changed since the time given: no bytes */
    tip_buf bytes;
    time_t modified; /**< of Last-Modified, else of Date, else now */
} fetch_reply;

/**
 * Asks for a page, if it has changed since `since` (0: in any case). Redirects are followed to the
 * table's hosts only. The statuses 408, 429, 500, 502, 503 and 504 and failures of the connection
 * are tried again: after the delay doubled with each attempt, or what Retry-After asks for.
 *
 * TIP_OK for an HTML page or none (unmodified); TIP_NOT_FOUND (404, 410); TIP_BAD_INPUT for what is
 * no HTML page; TIP_TOO_LARGE; TIP_IO_ERROR for any other failure; TIP_STOPPED for one after which
 * the server should be left alone (FETCH_REFUSALS_MAX); TIP_NO_MEMORY. The message names the
 * address.
 */
tip_status fetch_get(fetch_client *client, const char *address, time_t since,
                     fetch_reply *ret_reply, tip_error *err);

#endif
