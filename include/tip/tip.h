/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * All of libtip's C API. Its functions may be called from several threads at once, as long as no
 * two of them use one handle.
 */
#ifndef TIP_TIP_H
#define TIP_TIP_H

#include "tip/browse.h"
#include "tip/compare.h"
#include "tip/index.h"
#include "tip/kwic.h"
#include "tip/record.h"
#include "tip/search.h"
#include "tip/status.h"
#include "tip/suggest.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/** The version of the library that the program runs with, "0.1.0". Static storage. */
const char *tip_version(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
