/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Writing a tip_error. For the rooms of libtip; not public.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "tip/status.h"

#include <stdarg.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Fills *err (which may be NULL) with a printf-style message and no position; returns status, so
 * that a failing function can end with `return tip_fail(err, TIP_..., ...)`. What the arguments
 * bring along that is not UTF-8 or would command a terminal (a file's name may hold anything) is
 * written as '?'.
 */
tip_status tip_fail(tip_error *err, tip_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** As tip_fail, for a message whose arguments were collected. */
tip_status tip_vfail(tip_error *err, tip_status status, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

/** As tip_fail, with ": " and the text of errno value `error` behind the message. */
tip_status tip_fail_errno(tip_error *err, tip_status status, int error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** TIP_NO_MEMORY with the standard message. Allocates nothing. */
tip_status tip_fail_memory(tip_error *err);

#ifdef __cplusplus
}
#endif

#endif
