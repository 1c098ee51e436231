/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A record as JSON: what is read again as JSON lines, and the fields of every hit.
 */
#ifndef BASE_RECORD_JSON_H
#define BASE_RECORD_JSON_H

#include "tip/record.h"

#include <jansson.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What json_load... has returned, when errno was 0 before; but NULL and an empty reason when
 * memory ran out, which jansson takes for bad JSON here and there. */
json_t *tip_json_loaded(json_t *json, json_error_t *reason);

/** A JSON string; bytes that are not UTF-8 become U+FFFD; the empty string becomes null. A new
 * reference; NULL when out of memory. */
json_t *tip_json_string(tip_str text);

/** Sets the fields of a record in a JSON object, in the order id, year, country, iso3, region,
 * tier, section, paragraph, page, title, source; what is unknown is null. 0, or -1 when out of
 * memory. */
int tip_json_set_record(json_t *object, const tip_record *record);

/** A new object of these and, behind them, the text; NULL when out of memory. */
json_t *tip_json_record(const tip_record *record);

/** Reads such an object: the strings are borrowed from it. False, and nothing set, when it is none
 * or has a value of another kind. */
bool tip_json_read_record(const json_t *object, tip_record *ret_record);

#ifdef __cplusplus
}
#endif

#endif
