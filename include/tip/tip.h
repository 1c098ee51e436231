/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * All of libtip's C API.
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

#endif
