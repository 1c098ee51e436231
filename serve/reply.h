/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What is sent back. Private to tipserve.
 */
#ifndef SERVE_REPLY_H
#define SERVE_REPLY_H

#include "tip/status.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/** Initialize with {0}, release with reply_free. */
typedef struct reply {
    unsigned status;       /**< of HTTP */
    const char *type;      /**< media type; static */
    const char *file_name; /**< to be saved under; static; NULL: to be shown */
    char *body;            /**< owned */
    size_t size;
    bool gzipped;
    uint64_t tag; /**< of the ETag; 0: nothing is to be kept */
} reply;

void reply_free(reply *r);

/** Opens the body to be written; close it with reply_close. NULL when out of memory. */
FILE *reply_open(reply *r, const char *type);

/** Closes what reply_open gave. TIP_OK or TIP_NO_MEMORY. */
tip_status reply_close(reply *r, FILE *stream);

/** The status of HTTP that says what a call came to. */
unsigned reply_status_of(tip_status status);

/**
 * Replaces the reply by a failure in JSON: {"format_version": 1, "error": {"status": ...,
 * "message": ..., "position": ...}}, the position in Unicode characters of the query, null when
 * it is not about a place. When even that fails the body is empty.
 */
void reply_fail_json(reply *r, unsigned http_status, const tip_error *err, const char *query);

/** Compresses the body, when that makes it smaller. */
void reply_gzip(reply *r);

#endif
