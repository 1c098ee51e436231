/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * From one paragraph to others: those around it, and those like it.
 *
 * A paragraph is named by its id, as tip_hit.record.id gives it. First the ids that tipindex makes
 * ("2020/KGZ/prosecution/3") are looked through, then those that came with their records; each time
 * for the very id, then for one that differs only in the case of ASCII letters. Of several
 * paragraphs with one id the first in the index counts.
 */
#ifndef TIP_BROWSE_H
#define TIP_BROWSE_H

#include "tip/search.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * The paragraph of an id with as many as `before` and `after` paragraphs of the same report (that
 * is, of the same source) around it, in the order of the report. *ret_at, which may not be NULL,
 * is the place of the paragraph asked for among the hits. Scores are 0, and there are no snippets;
 * tip_results_total is the number of hits. Release with tip_results_free. TIP_OK; TIP_NOT_FOUND
 * with a message that shows how an id looks; TIP_NO_MEMORY; TIP_CORRUPT.
 */
tip_status tip_show(tip_searcher *searcher, tip_str id, size_t before, size_t after,
                    tip_results **ret_results, size_t *ret_at, tip_error *err);

/**
 * The paragraphs that share most with the paragraph of an id, without itself, as for a query of its
 * most telling words: those with the greatest tf * idf (Sparck Jones, "A statistical interpretation
 * of term specificity", Journal of Documentation 28(1), 1972), which snippets mark. `within`, a
 * query of the same searcher, narrows the answers to what it matches; NULL for all. Release with
 * tip_results_free. TIP_OK (also when there is none); TIP_NOT_FOUND as for tip_show;
 * TIP_NO_MEMORY; TIP_CORRUPT; TIP_ENGINE_ERROR.
 */
tip_status tip_similar(tip_searcher *searcher, tip_str id, const tip_query *within,
                       const tip_search_options *options, tip_results **ret_results,
                       tip_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
