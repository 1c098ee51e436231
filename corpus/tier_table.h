/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Tiers that the user supplies, for reports that do not state theirs. For the rooms of libtip; not
 * public.
 */
#ifndef CORPUS_TIER_TABLE_H
#define CORPUS_TIER_TABLE_H

#include "corpus/reader.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Tiers by country and year. Never changes: any number of threads may use it at once. */
typedef struct tip_tier_table tip_tier_table;

/**
 * Reads a table (corpus/table.h) with the columns year, tier (as tip_tier_of_text reads it), and
 * iso3 or country (any name of it). Release with tip_tier_table_free.
 *
 * `warning` is told, with the line, of a row that is skipped because it cannot be read or names no
 * known country, and of rows that give one report different tiers, none of which is taken; of the
 * first twenty, and how many more there were.
 *
 * TIP_OK; TIP_NO_MEMORY; TIP_NOT_FOUND; TIP_IO_ERROR; TIP_TOO_LARGE as tip_load and tip_table_open;
 * TIP_BAD_INPUT when a column is missing or no row can be used.
 */
tip_status tip_tier_table_load(const char *path, tip_warning_fn warning, void *payload,
                               tip_tier_table **ret_table, tip_error *err);

/** The tier of the report on a country (its iso3) of a year; NULL when it is not known, and when
 * `table` is NULL. Static storage. */
const char *tip_tier_table_find(const tip_tier_table *table, tip_str iso3, int year);

/** Releases it; NULL is ignored. */
void tip_tier_table_free(tip_tier_table *table);

#ifdef __cplusplus
}
#endif

#endif
