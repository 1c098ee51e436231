/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * "Did you mean": words of a query that are not in the index, and what they may have been.
 */
#ifndef TIP_SUGGEST_H
#define TIP_SUGGEST_H

#include "tip/search.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/** A query with fewer answers is best asked with `rare`: with hardly one, a rare word, too, may be
 * a misspelled one. Chosen by us. */
enum { TIP_FEW_ANSWERS = 3 };

/**
 * The query with each misspelled word replaced by the nearest word of the index, then the most
 * frequent one; all else, byte by byte, as it was. Nearest by the Damerau-Levenshtein distance
 * ("A technique for computer detection and correction of spelling errors", CACM 7(3), 1964): how
 * many letters are missing, too many, wrong, or changed places with their neighbour; 1 for words
 * of 4 to 7 letters, 2 for longer ones, none for shorter ones.
 *
 * A word counts as misspelled when no paragraph has its stem; with `rare` also when as good as none
 * has it (1 in 20,000) and the other word occurs at least 10 times as often. In section: and
 * region: a word is compared with those of the sections and regions there are. Values of other
 * fields, names of countries, words with digits and acronyms are left alone. A capital at the
 * beginning stays one, as do words in capitals. At most the first 16 such words are looked at.
 *
 * `plain` is as in tip_query_options. *ret_text is a new string, to be released with free(), or
 * NULL when there is nothing to suggest. TIP_OK; TIP_BAD_QUERY as from tip_query_parse;
 * TIP_NO_MEMORY; TIP_CORRUPT; TIP_ENGINE_ERROR.
 */
tip_status tip_suggest(tip_searcher *searcher, tip_str text, bool plain, bool rare, char **ret_text,
                       tip_error *err);

/**
 * Why a query finds nothing, as far as its fields tell: for each value of a field, also of a
 * filter, that no paragraph of the index has, a line that says so and which values there are.
 * *ret_text is a new string of one or more lines without a newline at the end, to be released with
 * free(), or NULL when each value is somebody's. TIP_OK; TIP_NO_MEMORY; TIP_CORRUPT;
 * TIP_ENGINE_ERROR.
 */
tip_status tip_query_hint(const tip_query *query, char **ret_text, tip_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
