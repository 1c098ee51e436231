/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/country_reports.h"

#include "base/error.h"
#include "search/nearest.h"
#include "search/portable.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* What is looked for: a country of the table, or else a folded name. */
typedef struct wanted {
    const tip_country *country;
    tip_buf name;
    tip_buf folded;  /* of the report at hand */
    tip_buf reports; /* country_report: those that are on it */
    tip_str found;   /* what the last one calls it */
} wanted;

static tip_status is_wanted(wanted *w, const tip_record *report, bool *ret_is)
{
    if (w->country && report->iso3.size > 0) {
        *ret_is = tip_str_equal(report->iso3, tip_str_of(w->country->iso3));
        return TIP_OK;
    }
    tip_buf_clear(&w->folded);
    if (tip_fold(report->country, &w->folded) != TIP_OK)
        return TIP_NO_MEMORY;
    *ret_is = w->folded.size > 0 && tip_str_equal(tip_buf_str(&w->folded), tip_buf_str(&w->name));
    return TIP_OK;
}

static tip_status add_report(void *payload, size_t index, uint32_t number, const tip_record *report)
{
    wanted *w = payload;
    bool is = false;
    if (is_wanted(w, report, &is) != TIP_OK)
        return TIP_NO_MEMORY;
    if (!is || report->year <= 0)
        return TIP_OK;
    w->found = report->country;
    country_report added = {report->year, index, number, *report};
    return tip_buf_add(&w->reports, &added, sizeof added);
}

/* Which one is first must not depend on how they are stored. */
static int compare_records(const tip_record *x, const tip_record *y)
{
    const tip_str of_x[] = {x->source, x->title, x->tier, x->region, x->country, x->iso3};
    const tip_str of_y[] = {y->source, y->title, y->tier, y->region, y->country, y->iso3};
    int order = 0;
    for (size_t i = 0; i < sizeof of_x / sizeof *of_x && order == 0; i++)
        order = tip_str_compare(of_x[i], of_y[i]);
    return order;
}

static int compare_reports(const void *a, const void *b)
{
    const country_report *x = a;
    const country_report *y = b;
    if (x->year != y->year)
        return x->year < y->year ? -1 : 1;
    int order = compare_records(&x->record, &y->record);
    return order != 0 ? order : x->index < y->index ? -1 : x->index > y->index;
}

/* As much of a name as a message has room for. */
static int shown(tip_str name)
{
    return (int)(name.size < 80 ? name.size : 80);
}

static tip_status not_found(const wanted *w, tip_str country, tip_error *err)
{
    if (w->country)
        return tip_fail(err, TIP_NOT_FOUND, "the index has no report of a known year on %s",
                        w->country->name);
    tip_str near = nearest_country(country);
    if (near.size > 0)
        return tip_fail(err, TIP_NOT_FOUND, "no country is called '%.*s'; did you mean %s?",
                        shown(country), country.data, near.data);
    return tip_fail(err, TIP_NOT_FOUND,
                    "no country is called '%.*s', and the index has no report of a known year "
                    "under this name; countries are named like \"Kyrgyz Republic\", KGZ or KG",
                    shown(country), country.data ? country.data : "");
}

tip_status country_reports_find(tip_searcher *searcher, tip_str country,
                                country_reports *ret_reports, tip_error *err)
{
    wanted w = {.country = tip_country_find_any(country)};
    tip_status status = TIP_OK;
    if (tip_fold(w.country ? tip_str_of(w.country->name) : country, &w.name) != TIP_OK)
        status = tip_fail_memory(err);
    if (status == TIP_OK)
        status = portable_wake(searcher, err);
    if (status == TIP_OK)
        status = searcher->layout->reports(searcher, add_report, &w, err);
    if (status == TIP_NO_MEMORY)
        tip_fail_memory(err);
    if (status == TIP_OK && w.reports.size == 0)
        status = not_found(&w, country, err);
    tip_buf_free(&w.name);
    tip_buf_free(&w.folded);
    if (status != TIP_OK) {
        tip_buf_free(&w.reports);
        return status;
    }
    *ret_reports = (country_reports){w.found, (country_report *)(void *)w.reports.data,
                                     w.reports.size / sizeof(country_report)};
    qsort(ret_reports->items, ret_reports->count, sizeof(country_report), compare_reports);
    return TIP_OK;
}

size_t country_reports_within(const country_reports *all, int first_year, int last_year,
                              country_reports *ret_some)
{
    size_t years = 0;
    size_t first = 0;
    size_t end;
    while (first < all->count && all->items[first].year < first_year)
        first++;
    for (end = first; end < all->count && (last_year <= 0 || all->items[end].year <= last_year);
         end++)
        years += end == first || all->items[end].year != all->items[end - 1].year;
    *ret_some = (country_reports){all->name, all->items + first, end - first};
    return years;
}

tip_status country_reports_too_few(const country_reports *all, const char *reason, tip_error *err)
{
    char years[256] = "";
    size_t size = 0;
    for (size_t i = 0; i < all->count && size + 8 < sizeof years; i++) {
        if (i > 0 && all->items[i].year == all->items[i - 1].year)
            continue;
        int written = snprintf(years + size, sizeof years - size, "%s%d", size ? ", " : "",
                               all->items[i].year);
        size += written > 0 ? (size_t)written : 0;
    }
    return tip_fail(err, TIP_NOT_FOUND, "%s; of %.*s the index has %s", reason, shown(all->name),
                    all->name.data, years);
}

void country_reports_free(country_reports *reports)
{
    free(reports->items);
    *reports = (country_reports){0};
}

/* ---- Their paragraphs ---- */

enum { NONE = -1 };

/* The place of each report of an index among the country's; NONE for all others. */
static ptrdiff_t *places_of_reports(const tip_store *store, size_t index,
                                    const country_reports *reports)
{
    ptrdiff_t *places = calloc(tip_store_reports(store) + 1, sizeof *places);
    if (!places)
        return NULL;
    for (size_t i = 0; i < tip_store_reports(store); i++)
        places[i] = NONE;
    for (size_t i = 0; i < reports->count; i++)
        if (reports->items[i].index == index)
            places[reports->items[i].report] = (ptrdiff_t)i;
    return places;
}

static tip_status see_store(const tip_store *store, const ptrdiff_t *places, paragraph_fn see,
                            void *payload, tip_error *err)
{
    tip_text_block block = {0};
    tip_status status = TIP_OK;
    for (uint32_t i = 1; i <= tip_store_documents(store) && status == TIP_OK; i++) {
        tip_record record;
        uint32_t report = tip_store_report_of(store, i);
        if (report >= tip_store_reports(store) || places[report] == NONE)
            continue;
        status = tip_store_record(store, i, &block, &record, err);
        if (status == TIP_OK)
            status = see(payload, (size_t)places[report], &record);
    }
    tip_text_block_free(&block);
    return status;
}

tip_status fast_paragraphs(tip_searcher *searcher, const country_reports *reports, paragraph_fn see,
                           void *payload, tip_error *err)
{
    tip_status status = TIP_OK;
    for (size_t i = 0; i < searcher->indexes && status == TIP_OK; i++) {
        ptrdiff_t *places = places_of_reports(searcher->stores[i], i, reports);
        status = places ? see_store(searcher->stores[i], places, see, payload, err) : TIP_NO_MEMORY;
        free(places);
    }
    return status;
}
