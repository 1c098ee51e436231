/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The record: one paragraph of one report, and what is known of it.
 */
#ifndef TIP_RECORD_H
#define TIP_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/** A run of bytes, not NUL-terminated, borrowed from whoever made it. {NULL, 0} is "unknown". */
typedef struct tip_str {
    const char *data;
    size_t size; /**< bytes */
} tip_str;

/** The characters of a NUL-terminated string, borrowed; NULL gives the empty run. */
tip_str tip_str_of(const char *text);

/** Whether two runs hold the same bytes. */
bool tip_str_equal(tip_str a, tip_str b);

/**
 * One paragraph. All strings are UTF-8 and borrowed: the function that hands out a record says how
 * long they live. Only text is required; what is not known is empty (numbers: 0).
 */
typedef struct tip_record {
    tip_str id;         /**< stable name, as "2020/KGZ/prosecution/3" */
    int year;           /**< of the report; 0 unknown */
    tip_str country;    /**< canonical English name, as "Kyrgyz Republic" */
    tip_str iso3;       /**< ISO 3166-1 alpha-3 (and XKX for Kosovo), upper case */
    tip_str region;     /**< one of the State Department's six regions */
    tip_str tier;       /**< "1", "2", "2WL", "3" or "special" */
    tip_str section;    /**< "overview", "recommendations", "prosecution", "protection",
                             "prevention", "profile", or the source's own heading */
    unsigned paragraph; /**< number in its section, from 1; 0 unknown */
    unsigned page;      /**< of the document that it begins on, from 1; 0 where there are none */
    tip_str title;      /**< of the report or document */
    tip_str source;     /**< path or address it was read from */
    tip_str text;       /**< the paragraph itself */
} tip_record;

/** A tier as people read it: "Tier 2 Watch List" for "2WL"; NULL for no tier. Static storage. */
const char *tip_tier_title(tip_str tier);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
