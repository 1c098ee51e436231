/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What is known of a report, as one string of the report table: the year as a u32, then country,
 * iso3, region, tier, title and source, each a u32 length and its bytes. Private to this room.
 */
#ifndef STORE_REPORT_H
#define STORE_REPORT_H

#include "base/buf.h"
#include "tip/record.h"
#include "tip/status.h"

#include <stdbool.h>

/** Writes the report of a record over *ret_bytes. TIP_OK or TIP_NO_MEMORY. */
tip_status report_encode(const tip_record *record, tip_buf *ret_bytes);

/** Sets the report's part of *ret_record, borrowed from the bytes; false when they are damaged. */
bool report_decode(tip_str bytes, tip_record *ret_record);

#endif
