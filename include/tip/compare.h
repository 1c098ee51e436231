/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * One country's reports over the years: what each says that the one before did not, which
 * recommendations are made again and again, and the tiers.
 */
#ifndef TIP_COMPARE_H
#define TIP_COMPARE_H

#include "tip/record.h"
#include "tip/search.h"
#include "tip/status.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/** What became of a paragraph from one report to the next. */
typedef enum tip_change_kind {
    TIP_CHANGE_KEPT,     /**< the same words, case and punctuation aside */
    TIP_CHANGE_REWORDED, /**< recognizably the same paragraph, with other words */
    TIP_CHANGE_ADDED,    /**< not in the report before */
    TIP_CHANGE_DROPPED   /**< not in the report behind */
} tip_change_kind;

/** How many kinds there are. */
#define TIP_CHANGE_KINDS 4

/** The kind in English, "kept". Static storage. */
const char *tip_change_kind_name(tip_change_kind kind);

/** Whether words stand in both texts, only in the one before, or only in the one behind. */
typedef enum tip_run_kind { TIP_RUN_KEPT, TIP_RUN_REMOVED, TIP_RUN_ADDED } tip_run_kind;

/** Some words of a text one behind the other, with their punctuation and what stands between them;
 * no white space at either end. */
typedef struct tip_run {
    tip_run_kind kind;
    tip_str text;
} tip_run;

/** One paragraph and what became of it. */
typedef struct tip_change {
    tip_change_kind kind;
    tip_record before;   /**< in the earlier report; empty when it was added */
    tip_record after;    /**< in the later report; empty when it was dropped */
    double similarity;   /**< of the two, 0 to 1, see tip_changes; 0 when there is but one */
    const tip_run *runs; /**< of a reworded one: the difference, kept runs as the later text has
                            them; removed ones come before the added ones that replace them */
    size_t run_count;
} tip_change;

/** From one report to the next. */
typedef struct tip_year_changes {
    int before;                /**< year of the earlier report */
    int after;                 /**< year of the later one */
    const tip_change *changes; /**< in the order of the later report; what was dropped stands where
                                    it was: behind what stood before it, if that is still there */
    size_t change_count;
    size_t totals[TIP_CHANGE_KINDS]; /**< by kind */
} tip_year_changes;

/** A recommendation of the last report, and the earlier reports that made it. */
typedef struct tip_recommendation {
    tip_record record;
    const int *years; /**< of the reports before, from the latest back, without a gap: each has the
                           recommendation, kept or reworded from one to the next */
    size_t age;       /**< how many they are; 0: it is new */
} tip_recommendation;

/** How a country's reports differ. */
typedef struct tip_comparison tip_comparison;

/**
 * Compares each report on `country` (any name, demonym or code, or a name as the index has it) from
 * `first_year` to `last_year` (0: as far as the index goes) with the one before it in the index.
 * Release with tip_comparison_free.
 *
 * Paragraphs are aligned one to one, the most similar first, those of the same section before
 * others. Similarity is Broder's resemblance ("On the resemblance and containment of documents",
 * Compression and Complexity of Sequences, 1997): the Jaccard similarity of the sets of runs of
 * three words, or of single words for a paragraph of fewer than 12 that is compared with one of
 * fewer than 24. From 0.2 on (0.4 by single words) a paragraph is reworded, and also when 0.7 of
 * the runs of the shorter one are in the longer one (Broder's containment) of the same section. The
 * difference is a longest common subsequence of words as white space separates them, compared
 * without case and punctuation; texts of which too much differs for that (the product of their
 * lengths is over 4 million) are shown as replaced.
 *
 * TIP_OK; TIP_NOT_FOUND when no such country or no two reports of it are there (the message says
 * which years are); TIP_BAD_ARGUMENT when first_year is behind last_year; TIP_NO_MEMORY;
 * TIP_CORRUPT.
 */
tip_status tip_changes(tip_searcher *searcher, tip_str country, int first_year, int last_year,
                       tip_comparison **ret_comparison, tip_error *err);

/** The country's name; valid until the searcher is freed. */
tip_str tip_comparison_country(const tip_comparison *comparison);

/** How many pairs of reports were compared, and the i-th, in order of time; NULL when there is
 * none. Borrowed. */
size_t tip_comparison_size(const tip_comparison *comparison);
const tip_year_changes *tip_comparison_at(const tip_comparison *comparison, size_t i);

/** How many recommendations the last report makes (paragraphs of its section "recommendations"),
 * and the i-th in its order; NULL when there is none. Borrowed. */
size_t tip_comparison_recommendations(const tip_comparison *comparison);
const tip_recommendation *tip_comparison_recommendation(const tip_comparison *comparison, size_t i);

/** Releases them; NULL is ignored. */
void tip_comparison_free(tip_comparison *comparison);

/* ---- Tiers ---- */

/** The tier of one year. */
typedef struct tip_tier_year {
    int year;
    tip_str tier; /**< "1", "2", "2WL", "3" or "special"; empty when the report does not say */
} tip_tier_year;

/** The tiers of a country. */
typedef struct tip_tier_history tip_tier_history;

/**
 * The tier of each year from `first_year` to `last_year` (0: as far as the index goes) that the
 * index has a report of, in order; of several reports of one year the first that has a tier.
 * Release with tip_tier_history_free. TIP_OK; TIP_NOT_FOUND when no such country or no report of
 * it is there (the message says which years are); TIP_BAD_ARGUMENT when first_year is behind
 * last_year; TIP_NO_MEMORY; TIP_CORRUPT.
 */
tip_status tip_tiers(tip_searcher *searcher, tip_str country, int first_year, int last_year,
                     tip_tier_history **ret_tiers, tip_error *err);

/** The country's name, borrowed as are the tiers: valid until the searcher is freed. */
tip_str tip_tier_history_country(const tip_tier_history *tiers);

/** How many years there are, and the i-th; NULL when there is none. Borrowed. */
size_t tip_tier_history_size(const tip_tier_history *tiers);
const tip_tier_year *tip_tier_history_at(const tip_tier_history *tiers, size_t i);

/** Releases them; NULL is ignored. */
void tip_tier_history_free(tip_tier_history *tiers);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
