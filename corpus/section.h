/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Section headings and tiers as the reports of all years write them.
 */
#ifndef CORPUS_SECTION_H
#define CORPUS_SECTION_H

#include "tip/record.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The canonical section for a heading of a TIP narrative ("PRIORITIZED RECOMMENDATIONS:",
 * "Recommendations for Gabon:", "TRAFFICKING PROFILE", "Prosecution"), whatever its case and
 * closing colon: "recommendations", "prosecution", "protection", "prevention", "profile",
 * "overview". NULL when the heading is none of these, and when words follow its colon: such a line
 * is a paragraph with a heading before it. Static storage.
 */
const char *tip_section_of_heading(tip_str heading);

/**
 * How many bytes at the start of a text are the heading of a section: all of it when it is a
 * heading, those up to and with the colon of "Recommendations for Gabon: Increase ...", with a
 * space behind it; 0 when it begins with none. Cannot fail.
 */
size_t tip_section_heading_size(tip_str text);

/**
 * The canonical tier ("1", "2", "2WL", "3", "special") named by a phrase such as "Tier 2 Watch
 * List", "TIER 2", "2WL", "Special Case", the whole of it; NULL when there is none. Static storage.
 */
const char *tip_tier_of_text(tip_str text);

/** The i-th canonical section, in the order of a report, and the i-th canonical tier; NULL behind
 * the last. Static storage. */
const char *tip_section_at(size_t i);
const char *tip_tier_at(size_t i);

/**
 * Splits the line that heads a narrative, "GHANA: Tier 2 Watch List", "HONDURAS (TIER 2)",
 * "Albania (Tier 3)", into the name (capitalized, at most 80 bytes, without digits) and the
 * canonical tier, which is spelled out. False when the line is not of that
 * form. The name is borrowed from the line.
 */
bool tip_tier_line(tip_str line, tip_str *ret_name, const char **ret_tier);

#ifdef __cplusplus
}
#endif

#endif
