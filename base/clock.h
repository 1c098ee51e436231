/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Time that passes.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#ifdef __cplusplus
extern "C" {
#endif

/** Seconds, of a clock that only goes on and that nobody sets (clock_gettime(2), CLOCK_MONOTONIC).
 */
double tip_seconds_now(void);

#ifdef __cplusplus
}
#endif

#endif
