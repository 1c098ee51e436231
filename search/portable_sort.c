/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers in the order of years or countries: the reports that match are counted, and what of each
 * year, or of each country and year, is on the page is asked for by itself. */
#include "base/error.h"
#include "search/portable.h"
#include "search/portable_results.h"
#include "text/text.h"

#include <stdlib.h>
#include <string.h>

/* A report with matches. Its strings stand in the sorter. */
typedef struct entry {
    size_t name; /* of the country, folded; ... */
    size_t name_size;
    uint32_t year; /* ... UINT32_MAX and 0: not known, which is behind all */
    size_t value;
    size_t value_size;
    size_t documents;
} entry;

typedef struct sorter {
    const tip_query *query;
    tip_sort by;
    tip_buf entries;
    tip_buf strings;
    tip_error *err;
} sorter;

static size_t entry_count(const sorter *s)
{
    return s->entries.size / sizeof(entry);
}

static entry *entries_of(const sorter *s)
{
    return (entry *)(void *)s->entries.data;
}

static tip_str value_of(const sorter *s, const entry *e)
{
    return (tip_str){s->strings.data + e->value, e->value_size};
}

static tip_status add_entry(void *payload, tip_str value, size_t documents)
{
    sorter *s = payload;
    tip_record report = {0};
    if (!portable_report_read(value, &report))
        return TIP_CORRUPT;
    entry e = {.name = s->strings.size, .year = UINT32_MAX, .documents = documents};
    if (report.year > 0)
        e.year = (uint32_t)report.year;
    if (s->by == TIP_SORT_COUNTRY && tip_fold(report.country, &s->strings) != TIP_OK)
        return TIP_NO_MEMORY;
    e.value = s->strings.size;
    e.name_size = e.value - e.name;
    e.value_size = value.size;
    if (tip_buf_add(&s->strings, value.data, value.size) != TIP_OK)
        return TIP_NO_MEMORY;
    return tip_buf_add(&s->entries, &e, sizeof e);
}

/* ---- The order ---- */

/* What is not known stands behind all that is. */
static int compare_names(const sorter *s, const entry *x, const entry *y)
{
    if (x->name_size == 0 || y->name_size == 0)
        return (x->name_size == 0) - (y->name_size == 0);
    return tip_str_compare((tip_str){s->strings.data + x->name, x->name_size},
                           (tip_str){s->strings.data + y->name, y->name_size});
}

static int compare_places(const sorter *s, const entry *x, const entry *y)
{
    int names = compare_names(s, x, y);
    return names ? names : (x->year > y->year) - (x->year < y->year);
}

static int compare_entries(const void *a, const void *b, void *payload)
{
    const sorter *s = payload;
    int places = compare_places(s, a, b);
    return places ? places : tip_str_compare(value_of(s, a), value_of(s, b));
}

/* How many entries from `first` on stand at one place in the order. */
static size_t run_from(const sorter *s, size_t first, size_t *ret_documents)
{
    const entry *entries = entries_of(s);
    size_t end = first;
    *ret_documents = 0;
    while (end < entry_count(s) && compare_places(s, &entries[first], &entries[end]) == 0)
        *ret_documents += entries[end++].documents;
    return end - first;
}

/* ---- Parts of the page ---- */

static tip_status query_of_values(const sorter *s, const entry *first, const entry *last,
                                  xc_query **ret_query)
{
    return xc_query_range(PORTABLE_SLOT_REPORT, value_of(s, first), value_of(s, last), ret_query,
                          s->err);
}

/* The paragraphs of the reports of a run: a year's values stand side by side, those of a country in
 * one year need not. */
static tip_status query_of_run(const sorter *s, const entry *run, size_t count,
                               xc_query **ret_query)
{
    if (s->by == TIP_SORT_YEAR)
        return query_of_values(s, &run[0], &run[count - 1], ret_query);
    xc_query *any = NULL;
    tip_status status = query_of_values(s, &run[0], &run[0], &any);
    for (size_t i = 1; i < count && status == TIP_OK; i++) {
        xc_query *left = any;
        xc_query *right;
        any = NULL;
        status = query_of_values(s, &run[i], &run[i], &right);
        if (status == TIP_OK)
            status = query_join_two(XC_OR, left, right, &any, s->err);
        else
            xc_query_free(left);
    }
    *ret_query = any;
    return status;
}

static tip_status match_run(const sorter *s, const entry *run, size_t count, size_t first,
                            size_t limit, xc_found_list *ret_found)
{
    xc_query *operands[] = {s->query->compiled, NULL};
    xc_query *narrowed;
    tip_status status = query_of_run(s, run, count, &operands[1]);
    if (status != TIP_OK)
        return status;
    status = xc_query_join(XC_FILTER, operands, 2, &narrowed, s->err);
    xc_query_free(operands[1]);
    if (status != TIP_OK)
        return status;
    const xc_shards_request request = {.query = narrowed,
                                       .ineb2_c = s->query->ranked ? 1.0 : 0.0,
                                       .order = PORTABLE_SLOT_ORDER,
                                       .first = first,
                                       .count = limit};
    status = xc_shards_match(s->query->searcher->database, &request, ret_found, s->err);
    xc_query_free(narrowed);
    return status;
}

static tip_status fill_page(const sorter *s, size_t offset, size_t limit, results_filler *filler)
{
    tip_status status = TIP_OK;
    size_t documents;
    size_t filled = 0;
    size_t count;
    for (size_t i = 0; i < entry_count(s) && filled < limit && status == TIP_OK; i += count) {
        count = run_from(s, i, &documents);
        if (offset >= documents) {
            offset -= documents;
            continue;
        }
        xc_found_list found;
        status = match_run(s, &entries_of(s)[i], count, offset, limit - filled, &found);
        if (status != TIP_OK)
            return status;
        status = results_fill_found(filler, &found, filled, s->err);
        filled += found.count;
        offset = 0;
        xc_found_free(&found);
    }
    return status;
}

static tip_status gather(sorter *s)
{
    tip_status status = xc_shards_count(s->query->searcher->database, s->query->compiled,
                                        PORTABLE_SLOT_REPORT, add_entry, s, s->err);
    if (status == TIP_NO_MEMORY)
        return tip_fail_memory(s->err);
    if (status == TIP_OK && entry_count(s) > 0)
        qsort_r(entries_of(s), entry_count(s), sizeof(entry), compare_entries, s);
    return status;
}

tip_status portable_sorted(const tip_query *query, const tip_search_options *options,
                           tip_results **ret_results, tip_error *err)
{
    sorter s = {.query = query, .by = options->sort, .err = err};
    results_filler filler = {0};
    size_t total = 0;
    tip_status status = gather(&s);
    for (size_t i = 0; i < entry_count(&s); i++)
        total += entries_of(&s)[i].documents;
    size_t rest = options->offset < total ? total - options->offset : 0;
    size_t count = options->limit < rest ? options->limit : rest;
    if (status == TIP_OK)
        status = results_filler_start(query, options->snippet_bytes, total, count, &filler, err);
    if (status == TIP_OK)
        status = fill_page(&s, options->offset, count, &filler);
    tip_buf_free(&s.entries);
    tip_buf_free(&s.strings);
    return results_filler_end(&filler, status, ret_results);
}
