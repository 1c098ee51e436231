/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The table of addresses (addresses.tsv, which says what its columns mean), and the addresses
 * themselves. Whatever is written "address" in this room is an absolute https address on the
 * publisher's side without port, user, query and fragment. Private to fetch/.
 */
#ifndef FETCH_ADDRESSES_H
#define FETCH_ADDRESSES_H

#include "tip/record.h"
#include "tip/status.h"

#include <stdbool.h>
#include <stddef.h>

/** The years that a table may speak of, both included. */
#define FETCH_YEAR_FIRST 2001
#define FETCH_YEAR_LAST 2099

/** What a row of the table gives. */
typedef enum fetch_role {
    FETCH_HOST,
    FETCH_INDEX,
    FETCH_LIST,
    FETCH_COUNTRY,
    FETCH_GROUP
} fetch_role;

/** One row for one year. */
typedef struct fetch_row {
    int year; /**< 0: every year */
    fetch_role role;
    char *address; /**< host name, address or pattern, with the year in place */
    char *words;   /**< pattern; empty: any words */
} fetch_row;

/** Owned by whoever declares it: initialize with {0}, release with fetch_table_free. */
typedef struct fetch_table {
    fetch_row *rows; /**< in the order of the file; within a row by year */
    size_t count;
} fetch_table;

/** The text of addresses.tsv. Static storage, ASCII. */
tip_str fetch_table_text(void);

/**
 * Reads the text of a table; `name` is for messages. TIP_OK; TIP_NO_MEMORY; TIP_BAD_INPUT with a
 * message that names the line.
 */
tip_status fetch_table_read(tip_str text, const char *name, fetch_table *ret_table, tip_error *err);

/** Reads the table in a file; NULL: the built-in one. As fetch_table_read and tip_load, whose
 * messages name the file. */
tip_status fetch_table_load(const char *path, fetch_table *ret_table, tip_error *err);

/** Releases the table; it is {0} again. */
void fetch_table_free(fetch_table *table);

/** The next row of that role for the year behind `after` (NULL: the first); NULL when there is
 * none. */
const fetch_row *fetch_table_next(const fetch_table *table, int year, fetch_role role,
                                  const fetch_row *after);

/** Whether a row of that role for the year matches an address, which is without a closing slash,
 * and the words of its link. */
bool fetch_table_matches(const fetch_table *table, int year, fetch_role role, const char *address,
                         const char *words);

/** Reads "2019" or "2018..2021", with years from FETCH_YEAR_FIRST to FETCH_YEAR_LAST in order of
 * time. False when the text is anything else. */
bool fetch_years_read(const char *text, int *ret_first, int *ret_last);

/* ---- Addresses ---- */

/**
 * The address that a link on the page at `base` (an address) leads to; to be released with free().
 * TIP_OK; TIP_NO_MEMORY; TIP_BAD_INPUT when it is no address of the web (a mail address, a script),
 * names a port or a user.
 */
tip_status fetch_address_resolve(const char *base, const char *link, char **ret_address);

/** Whether the address is on one of the table's hosts. Out of memory, it is not. */
bool fetch_address_allowed(const fetch_table *table, const char *address);

/** Takes the last part between slashes off the front of *rest, which shrinks; false when none is
 * left. What stands before the host counts as parts, too. */
bool fetch_address_part(tip_str *rest, tip_str *ret_part);

#endif
