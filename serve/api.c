/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "serve/api.h"

#include "output/browse.h"
#include "serve/fail.h"
#include "serve/found.h"
#include "tip/browse.h"

#include <string.h>

static const struct {
    const char *type;
    const char *file_name;
} formats[] = {
    [OUTPUT_JSON] = {"application/json", NULL},
    [OUTPUT_JSONL] = {"application/jsonl", "tipsearch.jsonl"},
    [OUTPUT_CSV] = {"text/csv; charset=utf-8", "tipsearch.csv"},
    [OUTPUT_TSV] = {"text/tab-separated-values; charset=utf-8", "tipsearch.tsv"},
};

/* Opens the reply for what output_... functions write. */
static tip_status begin(const request *q, reply *r, output *ret_out, tip_error *err)
{
    FILE *stream = reply_open(r, formats[q->format].type);
    if (!stream)
        return fail_memory(err);
    r->file_name = formats[q->format].file_name;
    *ret_out = (output){.format = q->format, .stream = stream};
    output_all_fields(ret_out);
    return TIP_OK;
}

static tip_status end(const output *out, reply *r, tip_status status, tip_error *err)
{
    if (reply_close(r, out->stream) != TIP_OK || status != TIP_OK)
        return fail_memory(err);
    return TIP_OK;
}

/* What cannot say that it is a part is not given as if it were all. */
static tip_status need_said(const tip_searcher *searcher, const request *q, tip_error *err)
{
    const tip_lost_index *lost = tip_searcher_lost_at(searcher, 0);
    if (!lost || q->format == OUTPUT_JSON)
        return TIP_OK;
    return fail(err, TIP_UNREACHABLE, "%s; only answers in json can be partial, and say so",
                lost->message);
}

static tip_status write_answer(const request *q, const output_answer *answer, reply *r,
                               tip_error *err)
{
    output out;
    tip_status status = need_said(answer->searcher, q, err);
    if (status == TIP_OK)
        status = begin(q, r, &out, err);
    if (status != TIP_OK)
        return status;
    return end(&out, r, output_write(&out, answer), err);
}

/* Rows and lines are to be kept in a file; a page of JSON is to be shown. */
static tip_status check_limit(const request *q, tip_error *err)
{
    if (q->format == OUTPUT_JSON && q->search.limit > REQUEST_LIMIT_MAX)
        return fail(err, TIP_BAD_ARGUMENT,
                    "limit: at most %d answers are given as json, and %d as csv, tsv or jsonl",
                    REQUEST_LIMIT_MAX, REQUEST_EXPORT_MAX);
    return TIP_OK;
}

tip_status api_search(tip_searcher *searcher, const request *q, reply *r, tip_error *err)
{
    found f = {0};
    tip_status status = check_limit(q, err);
    if (status == TIP_OK && q->query_count != 1)
        return fail(err, TIP_BAD_ARGUMENT, "q: one query is expected");
    if (status == TIP_OK)
        status = found_make(searcher, q, request_query(q), &f, err);
    if (status != TIP_OK)
        return status;
    const output_answer answer = {.query = request_query(q),
                                  .offset = q->search.offset,
                                  .results = f.results,
                                  .facets = f.facets,
                                  .facet_count = f.facet_count,
                                  .trend = f.trend,
                                  .suggestion = f.suggestion,
                                  .searcher = searcher,
                                  .expanded = q->query.expand ? f.query : NULL};
    status = write_answer(q, &answer, r, err);
    found_free(&f);
    return status;
}

tip_status api_facets(tip_searcher *searcher, const request *q, reply *r, tip_error *err)
{
    request counted = *q;
    if (!q->limited)
        counted.search.limit = 0;
    if (q->facet_count == 0)
        while (counted.facet_count < REQUEST_FACETS_MAX) {
            counted.facets[counted.facet_count] = (tip_facet)counted.facet_count;
            counted.facet_count++;
        }
    return api_search(searcher, &counted, r, err);
}

tip_status api_trend(tip_searcher *searcher, const request *q, reply *r, tip_error *err)
{
    request counted = *q;
    if (!q->limited)
        counted.search.limit = 0;
    counted.trend = true;
    return api_search(searcher, &counted, r, err);
}

tip_status api_paragraph(tip_searcher *searcher, const request *q, reply *r, tip_error *err)
{
    const char *id = q->path + strlen("/api/paragraph/");
    tip_results *results;
    size_t place;
    tip_status status =
        tip_show(searcher, tip_str_of(id), q->context, q->context, &results, &place, err);
    if (status != TIP_OK)
        return status;
    const output_answer answer = {.query = id,
                                  .results = results,
                                  .searcher = searcher,
                                  .asked = tip_results_hit(results, place)};
    status = write_answer(q, &answer, r, err);
    tip_results_free(results);
    return status;
}

/* ---- Countries ---- */

/* The country and the years, as --changes and --tiers take them. */
static tip_status read_country(const request *q, const char **ret_country, int *ret_first,
                               int *ret_last, tip_error *err)
{
    *ret_country = request_filter(q, TIP_FIELD_COUNTRY);
    if (!*ret_country)
        return fail(err, TIP_BAD_ARGUMENT, "country: a country is expected");
    return request_years(q, ret_first, ret_last, err);
}

tip_status api_changes(tip_searcher *searcher, const request *q, reply *r, tip_error *err)
{
    const char *country;
    int first;
    int last;
    tip_comparison *comparison;
    output out;
    tip_status status = read_country(q, &country, &first, &last, err);
    if (status == TIP_OK)
        status = need_said(searcher, q, err);
    if (status == TIP_OK)
        status = tip_changes(searcher, tip_str_of(country), first, last, &comparison, err);
    if (status != TIP_OK)
        return status;
    status = begin(q, r, &out, err);
    if (status == TIP_OK)
        status = end(&out, r, output_changes(&out, searcher, comparison), err);
    tip_comparison_free(comparison);
    return status;
}

tip_status api_tiers(tip_searcher *searcher, const request *q, reply *r, tip_error *err)
{
    const char *country;
    int first;
    int last;
    tip_tier_history *tiers;
    output out;
    tip_status status = read_country(q, &country, &first, &last, err);
    if (status == TIP_OK)
        status = need_said(searcher, q, err);
    if (status == TIP_OK)
        status = tip_tiers(searcher, tip_str_of(country), first, last, &tiers, err);
    if (status != TIP_OK)
        return status;
    status = begin(q, r, &out, err);
    if (status == TIP_OK)
        status = end(&out, r, output_tiers(&out, searcher, tiers), err);
    tip_tier_history_free(tiers);
    return status;
}
