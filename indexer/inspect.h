/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Verifying one generation of an index. Private to this room.
 */
#ifndef INDEXER_INSPECT_H
#define INDEXER_INSPECT_H

#include "store/generation.h"
#include "tip/status.h"

/** Verifies all of an open generation. TIP_OK, or as tip_index_check. */
tip_status tip_check_generation(const tip_generation *g, tip_error *err);

#endif
