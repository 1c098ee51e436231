/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Fetching the narratives of a year from the publisher's site into a folder.
 *
 * folder/2019/kenya.html is complete whenever it is there. Beside it stand the pages that were
 * read to find it, as hidden files (".index-..."), and, for a look, what came in its place and was
 * not a narrative ("kenya.html.rejected"). The only other state is the files' time of modification:
 * when the site says it last changed the page.
 */
#ifndef FETCH_FETCH_H
#define FETCH_FETCH_H

#include "corpus/country.h"
#include "fetch/client.h"
#include "tip/status.h"

#include <stdbool.h>
#include <stddef.h>

/** What to fetch, and how. Borrowed as long as the run lasts. */
typedef struct fetch_options {
    const char *folder;
    fetch_manners manners;
    const tip_country *const *countries; /**< only these */
    size_t country_count;                /**< 0: all */
    bool update;  /**< ask for what is there as well, in case it has changed */
    bool dry_run; /**< read the index, but fetch and write nothing */
    /** One line of UTF-8 about what could not be had; it names the address. */
    void (*warning)(void *payload, const char *message);
    /** What is about to be fetched: where from and the file; done of total are. May be NULL. */
    void (*page)(void *payload, const char *address, const char *path, size_t done, size_t total);
    void *payload; /**< handed to the callbacks, as manners.payload is to its own */
} fetch_options;

/** What became of the pages of one year. */
typedef struct fetch_summary {
    size_t fetched; /**< new or changed; in a dry run: would be fetched */
    size_t present; /**< there already, and not changed as far as was asked */
    size_t failed;  /**< one warning each; the index counts as one */
} fetch_summary;

/** A run of fetching. One thread at a time. */
typedef struct fetch_run fetch_run;

/**
 * Makes the folder when it is missing, and locks it until fetch_run_close (neither in a dry run).
 * TIP_OK, TIP_NO_MEMORY, TIP_IO_ERROR, TIP_LOCKED (another run fetches into it).
 */
tip_status fetch_run_open(const fetch_options *options, fetch_run **ret_run, tip_error *err);

/** Ends the run; NULL is ignored. */
void fetch_run_close(fetch_run *fetcher);

/**
 * Fetches what is missing of one year. TIP_OK, also when pages failed (see the summary and the
 * warnings). On any other status the rest of the run is better left: TIP_NO_MEMORY, TIP_IO_ERROR (a
 * file cannot be written), TIP_STOPPED (the site refuses, see fetch_get). *summary, which may not
 * be NULL, is added to in every case.
 */
tip_status fetch_year(fetch_run *fetcher, int year, fetch_summary *summary, tip_error *err);

#endif
