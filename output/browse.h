/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Comparisons, tiers, keyword in context and folded paragraphs in the output formats.
 */
#ifndef OUTPUT_BROWSE_H
#define OUTPUT_BROWSE_H

#include "output/output.h"
#include "tip/compare.h"
#include "tip/kwic.h"

#include <jansson.h>

/**
 * Writes how a country's reports differ. Text: what was reworded, added and dropped, as
 * `git diff --word-diff=plain` has it ([-removed-]{+added+}), with colour in red and green instead;
 * then the recommendations of the last report with their age. CSV and TSV: one row a paragraph, and
 * JSON lines one object, those that were kept included; `age` and `years` there are those of a
 * recommendation of the last report. TREC is written as text. JSON says which indexes of the
 * searcher were left out, here and below. TIP_OK or TIP_NO_MEMORY.
 */
tip_status output_changes(const output *out, const tip_searcher *searcher,
                          const tip_comparison *comparison);

/** Writes the tiers of a country: text as a bar per year, with out->bars. TIP_OK or TIP_NO_MEMORY.
 */
tip_status output_tiers(const output *out, const tip_searcher *searcher,
                        const tip_tier_history *history);

/** Writes occurrences of what a query looks for, one a line. Text is aligned at the match and cut
 * to out->width. TIP_OK or TIP_NO_MEMORY. */
tip_status output_kwic(const output *out, const char *query, size_t offset,
                       const tip_kwic_list *list);

/** Text: the years in which what a hit says stands too, "also in 2018, 2019", as a line of its own;
 * nothing when there are none. */
void output_repeats(const output *out, const tip_hit *hit);

/** The same for JSON: [{"year":2018,"id":"2018/..."}, ...]. A new reference; NULL when out of
 * memory. */
json_t *output_json_repeats(const tip_hit *hit);

/** Sets which indexes were left out; nothing when none was. Whether that failed. */
int output_json_lost(json_t *json, const tip_searcher *searcher);

/** Writes a value with the flags of json_dumps, and ends its line; releases it. Nothing is written
 * when it `failed` to be made or memory does not suffice: TIP_OK or TIP_NO_MEMORY. */
tip_status output_put_json(const output *out, json_t *json, int failed, size_t flags);

#endif
