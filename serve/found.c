/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "serve/found.h"

#include "tip/suggest.h"

#include <stdlib.h>

void found_free(found *f)
{
    for (size_t i = 0; i < f->facet_count; i++)
        tip_counts_free(f->facets[i].counts);
    tip_counts_free(f->trend);
    tip_results_free(f->results);
    tip_query_free(f->query);
    free(f->suggestion);
    *f = (found){0};
}

static tip_status count(tip_searcher *searcher, const request *q, found *f, tip_error *err)
{
    tip_status status = TIP_OK;
    while (f->facet_count < q->facet_count && status == TIP_OK) {
        output_facet *facet = &f->facets[f->facet_count];
        facet->facet = q->facets[f->facet_count];
        status = tip_count_by(searcher, f->query, facet->facet, &facet->counts, err);
        f->facet_count += status == TIP_OK;
    }
    if (status == TIP_OK && q->trend)
        status = tip_trend(searcher, f->query, &f->trend, err);
    return status;
}

tip_status found_make(tip_searcher *searcher, const request *q, const char *text, found *ret_found,
                      tip_error *err)
{
    found f = {0};
    tip_query_options options = q->query;
    options.filters = q->filters;
    tip_status status = tip_query_parse(searcher, tip_str_of(text), &options, &f.query, err);
    if (status == TIP_OK)
        status = tip_search(searcher, f.query, &q->search, &f.results, err);
    if (status == TIP_OK)
        status = count(searcher, q, &f, err);
    if (status != TIP_OK) {
        found_free(&f);
        return status;
    }
    /* A suggestion that cannot be made is none. */
    if (q->search.offset == 0)
        (void)tip_suggest(searcher, tip_str_of(text), options.plain,
                          tip_results_total(f.results) < TIP_FEW_ANSWERS, &f.suggestion, NULL);
    *ret_found = f;
    return TIP_OK;
}
