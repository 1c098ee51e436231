/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The analysis of a record: which terms stand for it, in whatever layout. Private to this room.
 */
#ifndef INDEXER_ANALYSIS_H
#define INDEXER_ANALYSIS_H

#include "store/store.h"
#include "text/text.h"
#include "tip/record.h"
#include "tip/status.h"
#include "xapian-c/xapian_c.h"

/** What is kept from one record to the next. One thread at a time may use one. */
typedef struct tip_analysis tip_analysis;

/** Words and stems get their numbers from `builder`, which is borrowed as the stemmer is, until it
 * is released with tip_analysis_free. TIP_OK or TIP_NO_MEMORY. */
tip_status tip_analysis_new(tip_stemmer *stemmer, tip_store_builder *builder,
                            tip_analysis **ret_analysis, tip_error *err);

/** Releases it; NULL is ignored. */
void tip_analysis_free(tip_analysis *analysis);

/** Finds the words and the postings of a record, which are borrowed until the next one. TIP_OK,
 * TIP_NO_MEMORY or TIP_TOO_LARGE. */
tip_status tip_analysis_run(tip_analysis *analysis, const tip_record *record, tip_error *err);

/** The words of the record's text, in order, by their numbers. */
const uint32_t *tip_analysis_words(const tip_analysis *analysis, size_t *ret_count);

/** The record's terms, each once: stems with their frequency, fields with 0. */
const xc_posting *tip_analysis_postings(const tip_analysis *analysis, size_t *ret_count);

/** The words that stand for a report in the postings of its paragraphs; a tip_name_words_fn. */
tip_status tip_analysis_name_words(const tip_record *report,
                                   tip_status (*word)(void *payload, tip_str word), void *payload);

#endif
