/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Reading a manifest. Private to this room.
 */
#ifndef STORE_MANIFEST_H
#define STORE_MANIFEST_H

#include "store/generation.h"

/** Reads the text of the manifest of the generation in `folder`. TIP_OK, TIP_CORRUPT,
 * TIP_BAD_VERSION or TIP_NO_MEMORY. */
tip_status manifest_parse(tip_str text, const char *folder, tip_manifest *ret_manifest,
                          tip_error *err);

#endif
