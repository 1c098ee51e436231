/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Status codes and error text: the one way in which libtip says that something failed.
 *
 * Every function that can fail returns a tip_status and takes, as its last argument, a pointer to a
 * tip_error that the caller owns (it may be NULL). The error is written only on failure; out
 * parameters (named ret_...) are written only on success. Nothing in libtip prints or exits.
 */
#ifndef TIP_STATUS_H
#define TIP_STATUS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/** What a call came to. The values are fixed: new ones are added at the end. */
typedef enum tip_status {
    TIP_OK = 0,
    TIP_NO_MEMORY = 1,     /**< an allocation failed; nothing was changed */
    TIP_BAD_ARGUMENT = 2,  /**< a parameter is outside what its function documents */
    TIP_BAD_QUERY = 3,     /**< a query cannot be read; tip_error.position says where */
    TIP_IO_ERROR = 4,      /**< the operating system refused to read, write, sync or rename */
    TIP_NOT_FOUND = 5,     /**< no such file, index or paragraph */
    TIP_CORRUPT = 6,       /**< an index file is not what was written: rebuild the index */
    TIP_BAD_VERSION = 7,   /**< an index made by another version of the format: rebuild the index */
    TIP_LOCKED = 8,        /**< another process is updating the index */
    TIP_BAD_INPUT = 9,     /**< a source file cannot be read as what it claims to be */
    TIP_TOO_LARGE = 10,    /**< a documented limit was exceeded */
    TIP_UNSUPPORTED = 11,  /**< not available in this build, or for an index of this layout */
    TIP_ENGINE_ERROR = 12, /**< libxapian reported an error of no other kind */
    TIP_STOPPED = 13,      /**< a callback asked to stop */
    TIP_UNREACHABLE = 14   /**< a server of an index does not answer */
} tip_status;

/** No place in a query: the value of tip_error.position for errors of any other kind. */
#define TIP_NO_POSITION ((size_t)-1)

/** The text of a failure. Owned by the caller; needs no initialization and no release. */
typedef struct tip_error {
    size_t position;    /**< byte offset into the query for TIP_BAD_QUERY, else TIP_NO_POSITION */
    char message[1024]; /**< UTF-8, one line, NUL-terminated; names the file or query, says what is
                             wrong and what to do; cut at a character boundary when too long */
} tip_error;

/** The name of a status in English words, such as "out of memory". Static storage; never NULL. */
const char *tip_status_text(tip_status status);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
