/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * How the wording of two texts differs. Private to this room.
 */
#ifndef SEARCH_WORDING_H
#define SEARCH_WORDING_H

#include "base/buf.h"
#include "tip/compare.h"

/** The largest product of numbers of words, without those that both texts begin and end with, for
 * which the difference is computed; beyond it all of it is replaced. */
#define WORDING_CELLS_MAX ((size_t)4 * 1000 * 1000)

/**
 * Appends the difference of two texts (tip_run, borrowed from them): see tip_changes. TIP_OK or
 * TIP_NO_MEMORY.
 */
tip_status wording_compare(tip_str before, tip_str after, tip_buf *ret_runs);

#endif
