/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counting what matches, by year, country and so on. */
#include "base/error.h"
#include "search/counts.h"
#include "search/match_set.h"
#include "store/strings.h"
#include "text/term.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const facet_names[] = {
    [TIP_FACET_YEAR] = "year", [TIP_FACET_COUNTRY] = "country", [TIP_FACET_REGION] = "region",
    [TIP_FACET_TIER] = "tier", [TIP_FACET_SECTION] = "section", [TIP_FACET_MENTIONS] = "mentions",
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

tip_status count_of(tip_counts *counts, tip_str value, tip_count **ret_count)
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

/* ---- By what is known of a report ---- */

tip_str facet_value(const tip_record *report, tip_facet facet, char buffer[YEAR_ROOM])
{
    if (facet == TIP_FACET_COUNTRY)
        return report->country;
    if (facet == TIP_FACET_REGION)
        return report->region;
    if (facet == TIP_FACET_TIER)
        return report->tier;
    snprintf(buffer, YEAR_ROOM, "%04d", report->year);
    return tip_str_of(report->year > 0 ? buffer : NULL);
}

/* Borrowed from the store, or from `buffer`. */
static tip_status value_of(const tip_store *store, tip_facet facet, uint32_t number,
                           char buffer[YEAR_ROOM], tip_str *ret_value, tip_error *err)
{
    tip_record report = {0};
    tip_status status = tip_store_report(store, number, &report, err);
    if (status == TIP_OK)
        *ret_value = facet_value(&report, facet, buffer);
    return status;
}

/* Adds how many of an index's matches each report has. */
static tip_status add_tally(tip_counts *counts, tip_facet facet, const tip_store *store,
                            const size_t *matches, tip_error *err)
{
    for (uint32_t i = 0; i < tip_store_reports(store); i++) {
        char buffer[YEAR_ROOM];
        tip_str value;
        tip_count *count;
        if (matches[i] == 0)
            continue;
        tip_status status = value_of(store, facet, i, buffer, &value, err);
        if (status != TIP_OK)
            return status;
        if (count_of(counts, value, &count) != TIP_OK)
            return tip_fail_memory(err);
        count->paragraphs += matches[i];
        count->reports++;
    }
    return TIP_OK;
}

static tip_status count_by_report(const tip_searcher *searcher, size_t index, tip_facet facet,
                                  const match_set *all, tip_counts *counts, tip_error *err)
{
    const tip_store *store = searcher->stores[index];
    size_t *matches = calloc(tip_store_reports(store) + 1, sizeof *matches);
    if (!matches)
        return tip_fail_memory(err);
    for (uint32_t document = match_set_next(all, index, 0); document > 0;
         document = match_set_next(all, index, document)) {
        uint32_t report = tip_store_report_of(store, document);
        if (report < tip_store_reports(store))
            matches[report]++;
    }
    tip_status status = add_tally(counts, facet, store, matches, err);
    free(matches);
    return status;
}

/* ---- By section ---- */

/* Paragraphs of one section of one report. */
typedef struct run {
    uint32_t section;
    uint32_t report;
    size_t paragraphs;
} run;

static int compare_runs(const void *a, const void *b)
{
    const run *x = a;
    const run *y = b;
    if (x->section != y->section)
        return x->section < y->section ? -1 : 1;
    return x->report < y->report ? -1 : x->report > y->report;
}

/* The paragraphs of a section mostly stand together, but need not. */
static tip_status find_runs(const tip_store *store, size_t index, const match_set *all,
                            tip_buf *ret_runs)
{
    run now = {0};
    for (uint32_t document = match_set_next(all, index, 0); document > 0;
         document = match_set_next(all, index, document)) {
        run next = {tip_store_section_of(store, document), tip_store_report_of(store, document), 1};
        if (now.paragraphs > 0 && compare_runs(&now, &next) == 0) {
            now.paragraphs++;
            continue;
        }
        if (now.paragraphs > 0 && tip_buf_add(ret_runs, &now, sizeof now) != TIP_OK)
            return TIP_NO_MEMORY;
        now = next;
    }
    return now.paragraphs > 0 ? tip_buf_add(ret_runs, &now, sizeof now) : TIP_OK;
}

static tip_status add_runs(tip_counts *counts, const tip_store *store, run *runs, size_t size)
{
    if (size > 0)
        qsort(runs, size, sizeof *runs, compare_runs);
    for (size_t i = 0; i < size; i++) {
        tip_count *count;
        if (count_of(counts, tip_store_section(store, runs[i].section), &count) != TIP_OK)
            return TIP_NO_MEMORY;
        count->paragraphs += runs[i].paragraphs;
        count->reports += i == 0 || compare_runs(&runs[i], &runs[i - 1]) != 0;
    }
    return TIP_OK;
}

static tip_status count_by_section(const tip_searcher *searcher, size_t index, const match_set *all,
                                   tip_counts *counts, tip_error *err)
{
    tip_buf runs = {0};
    const tip_store *store = searcher->stores[index];
    tip_status status = find_runs(store, index, all, &runs);
    if (status == TIP_OK)
        status = add_runs(counts, store, (run *)(void *)runs.data, runs.size / sizeof(run));
    tip_buf_free(&runs);
    return status == TIP_OK ? TIP_OK : tip_fail_memory(err);
}

/* ---- By the countries that a text names ---- */

/* One country's postings, of which those that match are counted. */
typedef struct mentions {
    const tip_searcher *searcher;
    const match_set *all;
    uint32_t **met; /* by index, by report: the number of the last country that was counted in it */
    uint32_t country; /* from 1 */
    size_t paragraphs;
    size_t reports;
} mentions;

static void count_mention(void *payload, size_t index, uint32_t document)
{
    mentions *m = payload;
    if (!match_set_has(m->all, index, document))
        return;
    const tip_store *store = m->searcher->stores[index];
    uint32_t report = tip_store_report_of(store, document);
    m->paragraphs++;
    if (report < tip_store_reports(store) && m->met[index][report] != m->country) {
        m->met[index][report] = m->country;
        m->reports++;
    }
}

static tip_status count_country(mentions *m, const tip_country *country, tip_buf *term,
                                tip_counts *counts, tip_error *err)
{
    tip_count *count;
    m->paragraphs = 0;
    m->reports = 0;
    if (tip_term_of_field(TIP_TERM_MENTION, tip_str_of(country->iso3), term) != TIP_OK)
        return tip_fail_memory(err);
    tip_status status =
        xc_term_visit(m->searcher->database, tip_buf_str(term), count_mention, m, err);
    if (status != TIP_OK || m->paragraphs == 0)
        return status;
    if (count_of(counts, tip_str_of(country->name), &count) != TIP_OK)
        return tip_fail_memory(err);
    count->paragraphs += m->paragraphs;
    count->reports += m->reports;
    return TIP_OK;
}

static void mentions_end(mentions *m)
{
    for (size_t i = 0; m->met && i < m->searcher->indexes; i++)
        free(m->met[i]);
    free(m->met);
}

static tip_status mentions_start(const tip_searcher *searcher, const match_set *all,
                                 mentions *ret_mentions)
{
    mentions m = {.searcher = searcher, .all = all};
    m.met = calloc(searcher->indexes + 1, sizeof *m.met);
    bool failed = !m.met;
    for (size_t i = 0; i < searcher->indexes && !failed; i++) {
        m.met[i] = calloc(tip_store_reports(searcher->stores[i]) + 1, sizeof **m.met);
        failed = !m.met[i];
    }
    *ret_mentions = m;
    return failed ? TIP_NO_MEMORY : TIP_OK;
}

/* A paragraph's terms are not stored, but there are few countries: each one's postings are read
 * through, which costs no more than the paragraphs that name it. */
static tip_status count_by_mentions(const tip_searcher *searcher, const match_set *all,
                                    tip_counts *counts, tip_error *err)
{
    mentions m;
    tip_buf term = {0};
    tip_status status = TIP_OK;
    if (!searcher->database)
        return TIP_OK;
    if (mentions_start(searcher, all, &m) != TIP_OK)
        status = tip_fail_memory(err);
    for (size_t i = 0; i < tip_country_count() && status == TIP_OK; i++) {
        m.country = (uint32_t)i + 1;
        status = count_country(&m, tip_country_at(i), &term, counts, err);
    }
    tip_buf_free(&term);
    mentions_end(&m);
    return status;
}

/* ---- By any of them ---- */

static tip_status count_in(const tip_searcher *searcher, tip_facet facet, const match_set *all,
                           tip_counts *counts, tip_error *err)
{
    tip_status status = TIP_OK;
    if (facet == TIP_FACET_MENTIONS)
        return count_by_mentions(searcher, all, counts, err);
    for (size_t index = 0; index < searcher->indexes && status == TIP_OK; index++)
        status = facet == TIP_FACET_SECTION
                     ? count_by_section(searcher, index, all, counts, err)
                     : count_by_report(searcher, index, facet, all, counts, err);
    return status;
}

tip_status fast_count(tip_searcher *searcher, const tip_query *query, tip_facet facet,
                      tip_counts *counts, tip_error *err)
{
    match_set all = {0};
    tip_status status = match_set_find(query, &all, err);
    if (status == TIP_OK)
        status = count_in(searcher, facet, &all, counts, err);
    match_set_free(&all);
    return status;
}

tip_status tip_count_by(tip_searcher *searcher, const tip_query *query, tip_facet facet,
                        tip_counts **ret_counts, tip_error *err)
{
    tip_counts *counts;
    if (counts_new(&counts) != TIP_OK)
        return tip_fail_memory(err);
    tip_status status = searcher->layout->count(searcher, query, facet, counts, err);
    if (status != TIP_OK) {
        tip_counts_free(counts);
        return status;
    }
    sort_counts(counts, facet);
    *ret_counts = counts;
    return TIP_OK;
}

/* ---- Trend ---- */

/* How many words each report of an index has. All paragraphs are looked at for it, so it is kept:
 * it takes longer than most queries. */
static tip_status count_report_words(tip_searcher *searcher, size_t index, tip_error *err)
{
    const tip_store *store = searcher->stores[index];
    uint64_t *words = calloc(tip_store_reports(store) + 1, sizeof *words);
    if (!words)
        return tip_fail_memory(err);
    for (uint32_t i = 1; i <= tip_store_documents(store); i++) {
        uint32_t report = tip_store_report_of(store, i);
        if (report < tip_store_reports(store))
            words[report] += tip_store_word_total(store, i);
    }
    searcher->report_words[index] = words;
    return TIP_OK;
}

/* Words of each report of an index, added to its year. */
static tip_status add_year_words(tip_searcher *searcher, size_t index, tip_counts *counts,
                                 tip_error *err)
{
    const tip_store *store = searcher->stores[index];
    tip_status status = TIP_OK;
    if (!searcher->report_words[index])
        status = count_report_words(searcher, index, err);
    const uint64_t *words = searcher->report_words[index];
    for (uint32_t i = 0; i < tip_store_reports(store) && status == TIP_OK; i++) {
        char buffer[YEAR_ROOM];
        tip_str value;
        tip_count *count;
        status = value_of(store, TIP_FACET_YEAR, i, buffer, &value, err);
        if (status == TIP_OK && count_of(counts, value, &count) != TIP_OK)
            status = tip_fail_memory(err);
        if (status == TIP_OK)
            count->words += words[i];
    }
    return status;
}

tip_status fast_count_words(tip_searcher *searcher, tip_counts *counts, tip_error *err)
{
    tip_status status = TIP_OK;
    for (size_t i = 0; i < searcher->indexes && status == TIP_OK; i++)
        status = add_year_words(searcher, i, counts, err);
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

tip_status fast_all_words(const tip_searcher *searcher, uint64_t *ret_words, tip_error *err)
{
    (void)err;
    *ret_words = 0;
    for (size_t i = 0; i < searcher->indexes; i++)
        *ret_words += tip_store_words(searcher->stores[i]);
    return TIP_OK;
}

tip_status tip_trend(tip_searcher *searcher, const tip_query *query, tip_counts **ret_counts,
                     tip_error *err)
{
    tip_counts *counts;
    if (counts_new(&counts) != TIP_OK)
        return tip_fail_memory(err);
    tip_status status = searcher->layout->count(searcher, query, TIP_FACET_YEAR, counts, err);
    if (status == TIP_OK)
        status = searcher->layout->count_words(searcher, counts, err);
    if (status != TIP_OK) {
        tip_counts_free(counts);
        return status;
    }
    sort_counts(counts, TIP_FACET_YEAR);
    drop_unknown(counts);
    *ret_counts = counts;
    return TIP_OK;
}
