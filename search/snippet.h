/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Snippets: the best passage of a text, and which of its words to mark. Private to this room.
 */
#ifndef SEARCH_SNIPPET_H
#define SEARCH_SNIPPET_H

#include "base/buf.h"
#include "search/query.h"

/** Knows what a query looks for. */
typedef struct snippet_maker snippet_maker;

/** Makes one for a query's tree, which it borrows, as it does the stemmer. Release with
 * snippet_maker_free. TIP_OK or TIP_NO_MEMORY. */
tip_status snippet_maker_new(const query_node *root, tip_stemmer *stemmer,
                             snippet_maker **ret_maker);

/** Releases it; NULL is ignored. */
void snippet_maker_free(snippet_maker *maker);

/**
 * Appends to *ret_snippet the passage of about `size` bytes that holds most of what is looked
 * for, and to *ret_marks its marks (tip_mark, bytes from the start of this snippet). The passage
 * is cut at words, preferably where a sentence starts, and has "…" where it was cut; white space
 * and control characters are spaces. TIP_OK or TIP_NO_MEMORY.
 */
tip_status snippet_make(snippet_maker *maker, tip_str text, size_t size, tip_buf *ret_snippet,
                        tip_buf *ret_marks);

#endif
