/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running a query and fetching what the answers say. */
#include "search/results.h"

#include "base/error.h"
#include "search/collapse.h"
#include "search/order.h"
#include "search/snippet.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void tip_results_free(tip_results *results)
{
    if (!results)
        return;
    for (size_t i = 0; results->strings && i < results->count; i++)
        tip_buf_free(&results->strings[i]);
    for (size_t i = 0; results->marks && i < results->count; i++)
        tip_buf_free(&results->marks[i]);
    tip_buf_free(&results->repeats);
    tip_buf_free(&results->repeat_ids);
    free(results->strings);
    free(results->marks);
    free(results->hits);
    free(results);
}

size_t tip_results_total(const tip_results *results)
{
    return results->total;
}

size_t tip_results_count(const tip_results *results)
{
    return results->count;
}

const tip_hit *tip_results_hit(const tip_results *results, size_t i)
{
    return i < results->count ? &results->hits[i] : NULL;
}

/* ---- Fetching ---- */

/* An answer waiting for its record: fetched in the order of the store, so that each block of texts
 * is decompressed once. */
typedef struct fetch {
    xc_hit hit;
    size_t rank;
} fetch;

static int compare_fetches(const void *a, const void *b)
{
    const fetch *x = a;
    const fetch *y = b;
    if (x->hit.index != y->hit.index)
        return x->hit.index < y->hit.index ? -1 : 1;
    return x->hit.document < y->hit.document ? -1 : x->hit.document > y->hit.document;
}

tip_status keep_strings(tip_record *record, tip_buf *buffer, size_t extra)
{
    tip_str *const fields[] = {&record->id,     &record->country, &record->iso3,
                               &record->region, &record->tier,    &record->section,
                               &record->title,  &record->source,  &record->text};
    size_t size = extra;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        size += fields[i]->size;
    if (tip_buf_reserve(buffer, size + 1) != TIP_OK)
        return TIP_NO_MEMORY;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        size_t start = buffer->size;
        (void)tip_buf_add(buffer, fields[i]->data, fields[i]->size);
        fields[i]->data = fields[i]->size ? buffer->data + start : NULL;
    }
    return TIP_OK;
}

/* The snippet is made first, since it is what may grow the buffer. */
tip_status results_fill(tip_results *results, size_t rank, const tip_record *record,
                        snippet_maker *maker, size_t snippet_bytes)
{
    tip_hit *hit = &results->hits[rank];
    tip_buf *strings = &results->strings[rank];
    tip_buf *marks = &results->marks[rank];
    tip_buf snippet = {0};
    tip_status status = TIP_OK;
    hit->record = *record;
    if (maker && snippet_bytes > 0)
        status = snippet_make(maker, record->text, snippet_bytes, &snippet, marks);
    if (status == TIP_OK)
        status = keep_strings(&hit->record, strings, snippet.size);
    if (status == TIP_OK && snippet.size > 0) {
        hit->snippet = (tip_str){strings->data + strings->size, snippet.size};
        (void)tip_buf_add(strings, snippet.data, snippet.size);
        hit->marks = (const tip_mark *)(const void *)marks->data;
        hit->mark_count = marks->size / sizeof(tip_mark);
    }
    tip_buf_free(&snippet);
    return status;
}

static tip_status fetch_hits(tip_searcher *searcher, const xc_matches *matches,
                             snippet_maker *maker, size_t snippet_bytes, tip_results *results,
                             tip_error *err)
{
    tip_status status = TIP_OK;
    fetch *fetches = calloc(matches->count + 1, sizeof *fetches);
    if (!fetches)
        return tip_fail_memory(err);
    for (size_t i = 0; i < matches->count; i++)
        fetches[i] = (fetch){matches->hits[i], i};
    qsort(fetches, matches->count, sizeof *fetches, compare_fetches);
    for (size_t i = 0; i < matches->count && status == TIP_OK; i++) {
        tip_record record;
        status = tip_store_record(searcher->stores[fetches[i].hit.index], fetches[i].hit.document,
                                  &searcher->block, &record, err);
        results->hits[fetches[i].rank].score = fetches[i].hit.weight;
        if (status == TIP_OK &&
            results_fill(results, fetches[i].rank, &record, maker, snippet_bytes) != TIP_OK)
            status = tip_fail_memory(err);
    }
    free(fetches);
    return status;
}

tip_status results_new(size_t total, size_t count, tip_results **ret_results)
{
    tip_results *results = calloc(1, sizeof *results);
    if (!results)
        return TIP_NO_MEMORY;
    results->total = total;
    results->count = count;
    results->hits = calloc(count + 1, sizeof *results->hits);
    results->strings = calloc(count + 1, sizeof *results->strings);
    results->marks = calloc(count + 1, sizeof *results->marks);
    *ret_results = results;
    return results->hits && results->strings && results->marks ? TIP_OK : TIP_NO_MEMORY;
}

tip_status results_fetch(tip_searcher *searcher, const xc_matches *matches,
                         const query_node *marked, size_t snippet_bytes, tip_results **ret_results,
                         tip_error *err)
{
    snippet_maker *maker = NULL;
    tip_results *results = NULL;
    tip_status status = TIP_OK;
    if (snippet_bytes > 0)
        status = snippet_maker_new(marked, searcher->stemmer, &maker);
    if (status == TIP_OK)
        status = results_new(matches->total, matches->count, &results);
    if (status != TIP_OK)
        tip_fail_memory(err);
    else
        status = fetch_hits(searcher, matches, maker, snippet_bytes, results, err);
    snippet_maker_free(maker);
    if (status != TIP_OK) {
        tip_results_free(results);
        return status;
    }
    *ret_results = results;
    return TIP_OK;
}

tip_status fast_search(tip_searcher *searcher, const tip_query *query,
                       const tip_search_options *options, tip_results **ret_results, tip_error *err)
{
    xc_matches matches = {0};
    if (options->collapse)
        return collapse_search(searcher, query, options, ret_results, err);
    tip_status status = order_page(query, options, &matches, err);
    if (status != TIP_OK)
        return status;
    status =
        results_fetch(searcher, &matches, query->root, options->snippet_bytes, ret_results, err);
    xc_matches_free(&matches);
    return status;
}

tip_status tip_search(tip_searcher *searcher, const tip_query *query,
                      const tip_search_options *options, tip_results **ret_results, tip_error *err)
{
    return searcher->layout->search(searcher, query, options, ret_results, err);
}

tip_status tip_query_marks(const tip_query *query, tip_str text, tip_mark **ret_marks,
                           size_t *ret_count, tip_error *err)
{
    snippet_maker *maker = NULL;
    tip_buf passage = {0};
    tip_buf marks = {0};
    tip_status status = snippet_maker_new(query->root, query->searcher->stemmer, &maker);
    if (status == TIP_OK)
        status = snippet_make(maker, text, text.size, &passage, &marks);
    snippet_maker_free(maker);
    tip_buf_free(&passage);
    if (status != TIP_OK) {
        tip_buf_free(&marks);
        return tip_fail_memory(err);
    }
    *ret_count = marks.size / sizeof(tip_mark);
    *ret_marks = (tip_mark *)(void *)marks.data;
    return TIP_OK;
}
