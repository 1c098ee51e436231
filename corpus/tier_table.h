/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Tiers that the user supplies, for reports that do not state theirs. For the rooms of libtip; not
 * public.
 */
#ifndef CORPUS_TIER_TABLE_H
#define CORPUS_TIER_TABLE_H

#include "tip/record.h"
#include "tip/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Tiers by country and year. Never changes: any number of threads may use it at once. */
typedef struct tip_tier_table tip_tier_table;

/**
 * Reads a table (corpus/table.h) with the columns year, tier (as tip_tier_of_text reads it), and
 * iso3 or country (any name of it). Release with tip_tier_table_free.
 *
 * TIP_OK; TIP_NO_MEMORY; TIP_NOT_FOUND; TIP_IO_ERROR; TIP_TOO_LARGE as tip_load and tip_table_open;
 * TIP_BAD_INPUT when a column is missing or a row cannot be read, names no known country or gives a
 * report a second, different tier: the message names the line.
 */
tip_status tip_tier_table_load(const char *path, tip_tier_table **ret_table, tip_error *err);

/** The tier of the report on a country (its iso3) of a year; NULL when it is not known, and when
 * `table` is NULL. Static storage. */
const char *tip_tier_table_find(const tip_tier_table *table, tip_str iso3, int year);

/** Releases it; NULL is ignored. */
void tip_tier_table_free(tip_tier_table *table);

#ifdef __cplusplus
}
#endif

#endif
