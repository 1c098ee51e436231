/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running a query on indexes of the portable layout, and reading what the answers say. */
#include "search/portable_results.h"
#include "base/error.h"
#include "search/feedback.h"
#include "text/term.h"

#include <stdlib.h>
#include <string.h>

/* More are not fetched over a network to be looked through. */
enum { FETCH_MAX = 20000 };

const char *portable_name(const tip_searcher *searcher)
{
    return searcher->portable->count == 1 ? searcher->portable->shards[0].name.name
                                          : "one of the indexes";
}

tip_status portable_fetch(const tip_searcher *searcher, const xc_query *query, const char *what,
                          xc_found_list *ret_found, tip_error *err)
{
    const xc_shards_request request = {
        .query = query, .order = PORTABLE_SLOT_ORDER, .count = FETCH_MAX, .exact_total = true};
    tip_status status = xc_shards_match(searcher->database, &request, ret_found, err);
    if (status == TIP_OK && ret_found->total > FETCH_MAX)
        return tip_fail(err, TIP_TOO_LARGE,
                        "%zu paragraphs would have to be fetched for %s, more than %d: narrow the "
                        "query, or search an index of the fast layout",
                        ret_found->total, what, FETCH_MAX);
    return status;
}

tip_status results_filler_start(const tip_query *query, size_t snippet_bytes, size_t total,
                                size_t count, results_filler *ret_filler, tip_error *err)
{
    *ret_filler = (results_filler){.searcher = query->searcher, .snippet_bytes = snippet_bytes};
    if ((snippet_bytes > 0 &&
         snippet_maker_new(query->root, query->searcher->stemmer, &ret_filler->maker) != TIP_OK) ||
        results_new(total, count, &ret_filler->results) != TIP_OK)
        return tip_fail_memory(err);
    return TIP_OK;
}

tip_status results_fill_found(const results_filler *filler, const xc_found_list *found,
                              size_t first, tip_error *err)
{
    const char *name = portable_name(filler->searcher);
    tip_status status = TIP_OK;
    if (found->count > filler->results->count - first)
        return tip_fail(err, TIP_CORRUPT, "%s: more was found than was counted", name);
    for (size_t i = 0; i < found->count && status == TIP_OK; i++) {
        tip_record record = {0};
        json_t *json;
        status = portable_data_read(found->items[i].data, name, &json, &record, err);
        if (status != TIP_OK)
            return status;
        filler->results->hits[first + i].score = found->items[i].weight;
        if (results_fill(filler->results, first + i, &record, filler->maker,
                         filler->snippet_bytes) != TIP_OK)
            status = tip_fail_memory(err);
        json_decref(json);
    }
    return status;
}

tip_status results_filler_end(results_filler *filler, tip_status status, tip_results **ret_results)
{
    snippet_maker_free(filler->maker);
    if (status == TIP_OK)
        *ret_results = filler->results;
    else
        tip_results_free(filler->results);
    return status;
}

/* The records of documents. */
static tip_status make_results(const tip_query *query, const xc_found_list *found,
                               size_t snippet_bytes, tip_results **ret_results, tip_error *err)
{
    results_filler filler;
    tip_status status =
        results_filler_start(query, snippet_bytes, found->total, found->count, &filler, err);
    if (status == TIP_OK)
        status = results_fill_found(&filler, found, 0, err);
    return results_filler_end(&filler, status, ret_results);
}

tip_status portable_search(tip_searcher *searcher, const tip_query *query,
                           const tip_search_options *options, tip_results **ret_results,
                           tip_error *err)
{
    xc_found_list documents;
    const xc_shards_request request = {
        .query = query->compiled,
        .ineb2_c = query->ranked ? 1.0 : 0.0,
        .order = PORTABLE_SLOT_ORDER,
        .first = options->offset,
        .count = options->limit,
        .exact_total = !options->estimate_total,
    };
    tip_status status = TIP_OK;
    if (options->collapse)
        status = searcher_need_fast(searcher, "--collapse", err);
    if (status == TIP_OK && options->sort != TIP_SORT_RELEVANCE)
        return portable_sorted(query, options, ret_results, err);
    if (status == TIP_OK)
        status = xc_shards_match(searcher->database, &request, &documents, err);
    if (status != TIP_OK)
        return status;
    status = make_results(query, &documents, options->snippet_bytes, ret_results, err);
    xc_found_free(&documents);
    return status;
}

/* ---- One paragraph and those around it ---- */

static tip_status match_in_order(const tip_searcher *searcher, xc_query *query, size_t count,
                                 xc_found_list *ret_documents, tip_error *err)
{
    const xc_shards_request request = {
        .query = query, .order = PORTABLE_SLOT_ORDER, .count = count, .exact_total = true};
    return xc_shards_match(searcher->database, &request, ret_documents, err);
}

static tip_status find_id(const tip_searcher *searcher, tip_str id, xc_found_list *ret_documents,
                          tip_error *err)
{
    tip_buf term = {0};
    xc_query *query = NULL;
    tip_status status = TIP_OK;
    if (tip_term_of_text(PORTABLE_TERM_ID, id, &term) != TIP_OK)
        status = tip_fail_memory(err);
    if (status == TIP_OK)
        status = xc_query_term(searcher->database, tip_buf_str(&term), &query, err);
    if (status == TIP_OK)
        status = match_in_order(searcher, query, 1, ret_documents, err);
    xc_query_free(query);
    tip_buf_free(&term);
    if (status == TIP_OK && ret_documents->count == 0) {
        xc_found_free(ret_documents);
        return tip_fail(err, TIP_NOT_FOUND,
                        "no paragraph has the id \"%.*s\"; every answer of a search bears one",
                        (int)(id.size < 200 ? id.size : 200), id.data ? id.data : "");
    }
    return status;
}

/* The value of a place so many paragraphs before or behind in the same file: its last four bytes
 * are a number, the highest first. */
static tip_status order_from(tip_str order, size_t before, size_t behind, tip_buf *ret_value)
{
    uint32_t number = 0;
    if (order.size < sizeof number)
        return TIP_CORRUPT;
    for (size_t i = order.size - sizeof number; i < order.size; i++)
        number = number << 8 | (unsigned char)order.data[i];
    uint32_t moved = before > number ? 0 : number - (uint32_t)before;
    moved = behind > UINT32_MAX - moved ? UINT32_MAX : moved + (uint32_t)behind;
    /* And the zero byte behind the path. */
    return portable_order_write((tip_str){order.data, order.size - sizeof number - 1}, moved,
                                ret_value);
}

static tip_status find_around(const tip_searcher *searcher, tip_str order, size_t before,
                              size_t after, xc_found_list *ret_documents, tip_error *err)
{
    tip_buf first = {0};
    tip_buf last = {0};
    xc_query *range = NULL;
    tip_status status = order_from(order, before, 0, &first);
    if (status == TIP_OK)
        status = order_from(order, 0, after, &last);
    if (status != TIP_OK)
        tip_fail(err, status, "%s: %s", portable_name(searcher), tip_status_text(status));
    if (status == TIP_OK)
        status = xc_query_range(PORTABLE_SLOT_ORDER, tip_buf_str(&first), tip_buf_str(&last),
                                &range, err);
    if (status == TIP_OK)
        status = match_in_order(searcher, range, before + after + 1, ret_documents, err);
    xc_query_free(range);
    tip_buf_free(&first);
    tip_buf_free(&last);
    return status;
}

bool portable_is_same_report(const tip_record *x, const tip_record *y)
{
    return x->year == y->year && tip_str_equal(x->iso3, y->iso3) &&
           tip_str_equal(x->country, y->country) && tip_str_equal(x->region, y->region) &&
           tip_str_equal(x->tier, y->tier) && tip_str_equal(x->title, y->title) &&
           tip_str_equal(x->source, y->source);
}

static bool is_beside(const tip_results *around, size_t i, size_t k)
{
    return portable_is_same_report(&around->hits[i].record, &around->hits[k].record);
}

/* Leaves out what is not of the paragraph's report, as it stands before or behind that. */
static void keep_report(xc_found_list *documents, const tip_results *around, tip_str order,
                        size_t *ret_at)
{
    size_t at = 0;
    while (at + 1 < documents->count && !tip_str_equal(documents->items[at].order, order))
        at++;
    size_t first = at;
    size_t last = at;
    while (first > 0 && is_beside(around, first - 1, at))
        first--;
    while (last + 1 < documents->count && is_beside(around, last + 1, at))
        last++;
    documents->count = documents->total = last - first + 1;
    memmove(documents->items, documents->items + first,
            documents->count * sizeof *documents->items);
    *ret_at = at - first;
}

tip_status portable_show(tip_searcher *searcher, tip_str id, size_t before, size_t after,
                         tip_results **ret_results, size_t *ret_at, tip_error *err)
{
    xc_found_list asked = {0};
    xc_found_list around = {0};
    tip_results *all = NULL;
    const tip_query none = {.searcher = searcher};
    tip_status status = portable_wake(searcher, err);
    if (status == TIP_OK)
        status = find_id(searcher, id, &asked, err);
    if (status == TIP_OK)
        status = find_around(searcher, asked.items[0].order, before, after, &around, err);
    if (status == TIP_OK)
        status = make_results(&none, &around, 0, &all, err);
    if (status == TIP_OK && around.count > 0) {
        keep_report(&around, all, asked.items[0].order, ret_at);
        status = make_results(&none, &around, 0, ret_results, err);
    }
    tip_results_free(all);
    xc_found_free(&asked);
    xc_found_free(&around);
    return status;
}

/* ---- What is like it ---- */

/* The query for what is like the paragraph that was found. */
static tip_status ask_like(tip_query *query, const xc_found *found, tip_error *err)
{
    tip_record record = {0};
    json_t *json;
    tip_status status =
        portable_data_read(found->data, portable_name(query->searcher), &json, &record, err);
    if (status != TIP_OK)
        return status;
    status = feedback_similar_to(query->searcher, &record, &query->root, &query->compiled, err);
    json_decref(json);
    return status;
}

/* Leaves out the paragraph at a place. */
static tip_status leave_out(tip_query *query, tip_str order, tip_error *err)
{
    xc_query *itself;
    tip_status status = xc_query_range(PORTABLE_SLOT_ORDER, order, order, &itself, err);
    if (status != TIP_OK)
        return status;
    status = query_narrow(&query->compiled, XC_AND_NOT, itself, err);
    xc_query_free(itself);
    return status;
}

tip_status portable_similar(tip_searcher *searcher, tip_str id, const tip_query *within,
                            const tip_search_options *options, tip_results **ret_results,
                            tip_error *err)
{
    tip_query query = {.searcher = searcher, .ranked = true};
    xc_found_list asked = {0};
    /* What it is to be within was read just now. */
    tip_status status = within ? TIP_OK : portable_wake(searcher, err);
    if (status == TIP_OK)
        status = find_id(searcher, id, &asked, err);
    if (status == TIP_OK)
        status = ask_like(&query, &asked.items[0], err);
    if (status == TIP_OK)
        status = leave_out(&query, asked.items[0].order, err);
    if (status == TIP_OK && within)
        status = query_narrow(&query.compiled, XC_FILTER, within->compiled, err);
    if (status == TIP_OK)
        status = tip_search(searcher, &query, options, ret_results, err);
    xc_query_free(query.compiled);
    node_free(query.root);
    xc_found_free(&asked);
    return status;
}
