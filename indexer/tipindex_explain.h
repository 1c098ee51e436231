/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * tipindex --explain, as people read it. Private to the command.
 */
#ifndef INDEXER_TIPINDEX_EXPLAIN_H
#define INDEXER_TIPINDEX_EXPLAIN_H

#include "tip/index.h"

/**
 * Prints to stdout what the readers make of the files: the reports of each, their sections with
 * the first words of the paragraphs, and what was skipped. *ret_skipped is whether anything was. As
 * tip_index_explain; stdout's errors are the caller's to look for.
 */
tip_status print_explanation(const char *const *paths, size_t count,
                             const tip_update_options *options, bool *ret_skipped, tip_error *err);

#endif
