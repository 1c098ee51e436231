/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the fixed sentences of the reports say: the tier, and the single recommendations of a
 * paragraph that holds them all.
 */
#ifndef CORPUS_FORMULA_H
#define CORPUS_FORMULA_H

#include "tip/record.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The canonical tier that a paragraph of a country's own narrative states for this year's report:
 * "therefore Malawi remained on Tier 2", "was downgraded to Tier 3", "is placed on Tier 2 Watch
 * List for its failure ...", "Tier 2 for the third consecutive year". A tier of an earlier year
 * ("was on Tier 2 in 2016"), of another country or of a possibility ("may be downgraded to Tier 3")
 * is not one. NULL when none is stated. Static storage. Cannot fail.
 */
const char *tip_tier_of_sentence(tip_str paragraph);

/**
 * Takes the next recommendation off a paragraph that lists them, whether joined by inline bullets,
 * by semicolons ("a; b; and c."), or by being sentences that each begin with a verb. An item has no
 * bullet, no closing semicolon and no leading "and". A paragraph that lists nothing is one item.
 * False when *rest is used up. Both are borrowed from the paragraph. Cannot fail.
 */
bool tip_recommendation_next(tip_str *rest, tip_str *ret_item);

#ifdef __cplusplus
}
#endif

#endif
