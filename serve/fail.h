/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Failures of tipserve's own. Private to it.
 */
#ifndef SERVE_FAIL_H
#define SERVE_FAIL_H

#include "tip/status.h"

/** Writes a message as printf does, about no place, into *err (NULL: nowhere). Returns `status`. */
tip_status fail(tip_error *err, tip_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** The same for TIP_NO_MEMORY. */
tip_status fail_memory(tip_error *err);

#endif
