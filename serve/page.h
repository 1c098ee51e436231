/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What people are shown: whole pages, which need no script. Private to tipserve.
 *
 * Each makes *r, or returns why not, as those of api.h. A query that cannot be read is shown with
 * the place where it cannot, in the box it was written in.
 */
#ifndef SERVE_PAGE_H
#define SERVE_PAGE_H

#include "serve/reply.h"
#include "serve/request.h"

#include <stdbool.h>

/** The answers with what they are counted by; without a query how to ask, and what there is. */
tip_status page_search(tip_searcher *searcher, const request *q, reply *r, tip_error *err);

/** The countries in which the query is found. */
tip_status page_all_countries(tip_searcher *searcher, const request *q, reply *r, tip_error *err);

/** A report as a whole, with what the query looks for marked: that of a paragraph's id, or of a
 * country and a year. */
tip_status page_report(tip_searcher *searcher, const request *q, reply *r, tip_error *err);

/** A country: its tiers, its reports, where the query stands in them. */
tip_status page_country(tip_searcher *searcher, const request *q, reply *r, tip_error *err);

/** What changed from one report to the next. */
tip_status page_changes(tip_searcher *searcher, const request *q, reply *r, tip_error *err);

/** Queries by year, side by side. */
tip_status page_trend(tip_searcher *searcher, const request *q, reply *r, tip_error *err);

/** A page that says what is wrong; `query` is what err->position is about, or NULL. */
void page_fail(reply *r, unsigned http_status, const tip_error *err, const char *query);

/* ---- For the pages ---- */

/** Opens a page: its head, the form with the query, and which indexes of the searcher are left out,
 * unless it is NULL. Close it with page_end. `title` is NULL for the search itself. NULL when out
 * of memory. */
FILE *page_begin(reply *r, const tip_searcher *searcher, const request *q, const char *title);

/** Ends the page. TIP_OK or TIP_NO_MEMORY. */
tip_status page_end(reply *r, FILE *out, tip_error *err);

/** What in an address is to be another one than it was. */
typedef struct page_link {
    const char *path;
    const char *name; /**< of the parameter to change, or NULL */
    tip_str value;    /**< {NULL, 0} leaves it out */
    bool only;        /**< of the filters only, without order, place and number of answers */
} page_link;

/** Writes the address of a page with the parameters of the request, changed, for an attribute. */
void page_address(FILE *out, const request *q, const page_link *other);

/** The same with those filters left out that have this very value, or with it added. */
void page_toggle(FILE *out, const request *q, tip_field field, tip_str value, bool on);

/** The query; when there is none, one for all paragraphs of known years. */
const char *page_asked(const request *q);

/** The attribute of a link that leads to what is shown now; nothing when it does not. */
void page_current(FILE *out, bool is_current);

/** The value of a filter without the quotation marks that keep its commas. */
tip_str page_unquoted(const char *value);

/** Where a paragraph was read, as a link when it is an address. */
void page_source(FILE *out, const tip_record *record);

/** Hidden fields of a form with all parameters of the request, but for those named. NULL ends the
 * names. */
void page_hidden(FILE *out, const request *q, const char *const *except);

/** A text with marks, in <mark>. */
void page_marked(FILE *out, tip_str text, const tip_mark *marks, size_t count);

/** Where a paragraph stands, "Kenya 2021, prosecution, paragraph 2", as links with the query. */
void page_place(FILE *out, const request *q, const tip_record *record);

/** How to cite a paragraph, in words. */
void page_citation(FILE *out, const tip_record *record);

/** Facets at the side, each counted as if it were not filtered by itself. Any failure of
 * tip_count_by. */
tip_status page_facets(FILE *out, tip_searcher *searcher, const request *q, tip_error *err);

/** The countries in which the query is found, by region, with counts. As page_facets. */
tip_status page_countries(FILE *out, tip_searcher *searcher, const request *q, tip_error *err);

#endif
