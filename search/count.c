/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counting what matches, by year, country and so on. */
#include "base/error.h"
#include "search/searcher.h"
#include "store/strings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const facet_names[] = {
    [TIP_FACET_YEAR] = "year", [TIP_FACET_COUNTRY] = "country", [TIP_FACET_REGION] = "region",
    [TIP_FACET_TIER] = "tier", [TIP_FACET_SECTION] = "section",
};

enum { FACETS = sizeof facet_names / sizeof *facet_names };

bool tip_facet_of_name(const char *name, tip_facet *ret_facet)
{
    for (size_t i = 0; i < FACETS; i++) {
        if (strcmp(facet_names[i], name) == 0) {
            *ret_facet = (tip_facet)i;
            return true;
        }
    }
    return false;
}

const char *tip_facet_name(tip_facet facet)
{
    return (unsigned)facet < FACETS ? facet_names[facet] : "?";
}

struct tip_counts {
    tip_strings *values;
    tip_buf items; /* tip_count, by number of the value */
};

void tip_counts_free(tip_counts *counts)
{
    if (!counts)
        return;
    tip_strings_free(counts->values);
    tip_buf_free(&counts->items);
    free(counts);
}

static tip_count *items_of(const tip_counts *counts)
{
    return (tip_count *)(void *)counts->items.data;
}

size_t tip_counts_size(const tip_counts *counts)
{
    return counts->items.size / sizeof(tip_count);
}

const tip_count *tip_counts_at(const tip_counts *counts, size_t i)
{
    return i < tip_counts_size(counts) ? &items_of(counts)[i] : NULL;
}

static tip_status counts_new(tip_counts **ret_counts)
{
    tip_counts *counts = calloc(1, sizeof *counts);
    if (!counts || tip_strings_new(&counts->values) != TIP_OK) {
        free(counts);
        return TIP_NO_MEMORY;
    }
    *ret_counts = counts;
    return TIP_OK;
}

/* The count of a value, made when it is met for the first time. */
static tip_status count_of(tip_counts *counts, tip_str value, tip_count **ret_count)
{
    uint32_t number;
    tip_status status = tip_strings_add(counts->values, value, &number);
    if (status == TIP_OK && number == tip_counts_size(counts)) {
        tip_count count = {.value = tip_strings_at(counts->values, number)};
        status = tip_buf_add(&counts->items, &count, sizeof count);
    }
    if (status == TIP_OK)
        *ret_count = &items_of(counts)[number];
    return status;
}

static int compare_values(const void *a, const void *b)
{
    return tip_str_compare(((const tip_count *)a)->value, ((const tip_count *)b)->value);
}

static int compare_counts(const void *a, const void *b)
{
    const tip_count *x = a;
    const tip_count *y = b;
    if (x->paragraphs != y->paragraphs)
        return x->paragraphs > y->paragraphs ? -1 : 1;
    return tip_str_compare(x->value, y->value);
}

static void sort_counts(tip_counts *counts, tip_facet facet)
{
    if (tip_counts_size(counts) > 0)
        qsort(counts->items.data, tip_counts_size(counts), sizeof(tip_count),
              facet == TIP_FACET_YEAR ? compare_values : compare_counts);
}

/* ---- One shard: matches by report or by section, then by value ---- */

/* How many of a shard's matches each number (of a report, or of a section) has. */
typedef struct tally {
    const tip_store *store;
    size_t *matches;
    size_t count;
} tally;

static uint32_t number_of(const tip_store *store, tip_facet facet, uint32_t document)
{
    return facet == TIP_FACET_SECTION ? tip_store_section_of(store, document)
                                      : tip_store_report_of(store, document);
}

static tip_str year_text(int year, char *buffer, size_t size)
{
    if (year <= 0)
        return (tip_str){NULL, 0};
    snprintf(buffer, size, "%04d", year);
    return tip_str_of(buffer);
}

/* Borrowed from the store, or from `buffer`. */
static tip_status value_of(const tip_store *store, tip_facet facet, uint32_t number, char *buffer,
                           size_t size, tip_str *ret_value, tip_error *err)
{
    tip_record report = {0};
    if (facet == TIP_FACET_SECTION) {
        *ret_value = tip_store_section(store, number);
        return TIP_OK;
    }
    tip_status status = tip_store_report(store, number, &report, err);
    if (status != TIP_OK)
        return status;
    *ret_value = facet == TIP_FACET_YEAR      ? year_text(report.year, buffer, size)
                 : facet == TIP_FACET_COUNTRY ? report.country
                 : facet == TIP_FACET_REGION  ? report.region
                                              : report.tier;
    return TIP_OK;
}

static tip_status add_tally(tip_counts *counts, tip_facet facet, const tally *t, tip_error *err)
{
    for (uint32_t i = 0; i < t->count; i++) {
        char buffer[16];
        tip_str value;
        tip_count *count;
        if (t->matches[i] == 0)
            continue;
        tip_status status = value_of(t->store, facet, i, buffer, sizeof buffer, &value, err);
        if (status != TIP_OK)
            return status;
        if (count_of(counts, value, &count) != TIP_OK)
            return tip_fail_memory(err);
        count->paragraphs += t->matches[i];
        count->reports++;
    }
    return TIP_OK;
}

static tip_status tally_shard(const tip_searcher *searcher, size_t shard, tip_facet facet,
                              const xc_matches *all, tip_counts *counts, tip_error *err)
{
    tally t = {.store = searcher->stores[shard]};
    t.count = facet == TIP_FACET_SECTION ? tip_store_sections(t.store) : tip_store_reports(t.store);
    t.matches = calloc(t.count + 1, sizeof *t.matches);
    if (!t.matches)
        return tip_fail_memory(err);
    for (size_t i = 0; i < all->count; i++) {
        if (all->hits[i].shard != shard)
            continue;
        uint32_t number = number_of(t.store, facet, all->hits[i].document);
        if (number < t.count)
            t.matches[number]++;
    }
    tip_status status = add_tally(counts, facet, &t, err);
    free(t.matches);
    return status;
}

/* Reports of a section: one report may have many paragraphs in it, so they are counted apart. */
static tip_status count_section_reports(const tip_searcher *searcher, const xc_matches *all,
                                        tip_counts *counts, tip_error *err)
{
    tip_strings *pairs;
    if (tip_strings_new(&pairs) != TIP_OK)
        return tip_fail_memory(err);
    for (size_t i = 0; i < tip_counts_size(counts); i++)
        items_of(counts)[i].reports = 0;
    tip_status status = TIP_OK;
    for (size_t i = 0; i < all->count && status == TIP_OK; i++) {
        const tip_store *store = searcher->stores[all->hits[i].shard];
        uint32_t document = all->hits[i].document;
        uint32_t pair[3] = {(uint32_t)all->hits[i].shard, tip_store_report_of(store, document),
                            tip_store_section_of(store, document)};
        size_t before = tip_strings_count(pairs);
        uint32_t number;
        tip_count *count;
        status = tip_strings_add(pairs, (tip_str){(const char *)pair, sizeof pair}, &number);
        if (status == TIP_OK && tip_strings_count(pairs) > before) {
            status = count_of(counts, tip_store_section(store, pair[2]), &count);
            if (status == TIP_OK)
                count->reports++;
        }
    }
    tip_strings_free(pairs);
    return status == TIP_OK ? TIP_OK : tip_fail_memory(err);
}

static tip_status count_matches(tip_searcher *searcher, const tip_query *query, tip_facet facet,
                                tip_counts *counts, tip_error *err)
{
    xc_matches all;
    tip_status status = query_match_all(query, &all, err);
    for (size_t i = 0; i < searcher->shards && status == TIP_OK; i++)
        status = tally_shard(searcher, i, facet, &all, counts, err);
    if (status == TIP_OK && facet == TIP_FACET_SECTION)
        status = count_section_reports(searcher, &all, counts, err);
    xc_matches_free(&all);
    return status;
}

tip_status tip_count_by(tip_searcher *searcher, const tip_query *query, tip_facet facet,
                        tip_counts **ret_counts, tip_error *err)
{
    tip_counts *counts;
    if (counts_new(&counts) != TIP_OK)
        return tip_fail_memory(err);
    tip_status status = count_matches(searcher, query, facet, counts, err);
    if (status != TIP_OK) {
        tip_counts_free(counts);
        return status;
    }
    sort_counts(counts, facet);
    *ret_counts = counts;
    return TIP_OK;
}

/* ---- Trend ---- */

/* Words of each report of a shard, added to its year. */
static tip_status add_year_words(const tip_store *store, tip_counts *counts, tip_error *err)
{
    uint64_t *words = calloc(tip_store_reports(store) + 1, sizeof *words);
    if (!words)
        return tip_fail_memory(err);
    for (uint32_t i = 1; i <= tip_store_documents(store); i++) {
        uint32_t report = tip_store_report_of(store, i);
        if (report < tip_store_reports(store))
            words[report] += tip_store_word_total(store, i);
    }
    tip_status status = TIP_OK;
    for (uint32_t i = 0; i < tip_store_reports(store) && status == TIP_OK; i++) {
        char buffer[16];
        tip_str value;
        tip_count *count;
        status = value_of(store, TIP_FACET_YEAR, i, buffer, sizeof buffer, &value, err);
        if (status == TIP_OK && count_of(counts, value, &count) != TIP_OK)
            status = tip_fail_memory(err);
        if (status == TIP_OK)
            count->words += words[i];
    }
    free(words);
    return status;
}

/* Years sort first as the empty value does: a trend has no place for what has no year. */
static void drop_unknown(tip_counts *counts)
{
    tip_count *items = items_of(counts);
    size_t size = tip_counts_size(counts);
    if (size == 0 || items[0].value.size > 0)
        return;
    memmove(items, items + 1, (size - 1) * sizeof *items);
    counts->items.size -= sizeof *items;
}

tip_status tip_trend(tip_searcher *searcher, const tip_query *query, tip_counts **ret_counts,
                     tip_error *err)
{
    tip_counts *counts;
    if (counts_new(&counts) != TIP_OK)
        return tip_fail_memory(err);
    tip_status status = count_matches(searcher, query, TIP_FACET_YEAR, counts, err);
    for (size_t i = 0; i < searcher->shards && status == TIP_OK; i++)
        status = add_year_words(searcher->stores[i], counts, err);
    if (status != TIP_OK) {
        tip_counts_free(counts);
        return status;
    }
    sort_counts(counts, TIP_FACET_YEAR);
    drop_unknown(counts);
    *ret_counts = counts;
    return TIP_OK;
}
