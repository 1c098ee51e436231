/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * An interning table: each distinct string gets a number, in order of arrival. For the rooms of
 * libtip; not public.
 */
#ifndef STORE_STRINGS_H
#define STORE_STRINGS_H

#include "tip/record.h"
#include "tip/status.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tip_strings tip_strings;

/** An empty table; release with tip_strings_free. TIP_OK or TIP_NO_MEMORY. */
tip_status tip_strings_new(tip_strings **ret_strings);

/** Releases it; NULL is ignored. */
void tip_strings_free(tip_strings *strings);

/**
 * The number of a string, which is copied and given the next number (from 0) when it is new.
 * TIP_OK, TIP_NO_MEMORY, or TIP_TOO_LARGE after 2^32 - 1 strings.
 */
tip_status tip_strings_add(tip_strings *strings, tip_str string, uint32_t *ret_number);

/** How many there are. */
size_t tip_strings_count(const tip_strings *strings);

/** The string of a number below the count; borrowed as long as the table lives. */
tip_str tip_strings_at(const tip_strings *strings, uint32_t number);

/**
 * The numbers in byte order of their strings; an array to be released with free(). TIP_OK or
 * TIP_NO_MEMORY.
 */
tip_status tip_strings_sort(const tip_strings *strings, uint32_t **ret_numbers);

#ifdef __cplusplus
}
#endif

#endif
