/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/report_keys.h"

#include "base/error.h"
#include "store/strings.h"

#include <stdlib.h>

void report_keys_free(report_keys *reports)
{
    for (size_t i = 0; reports->keys && i < reports->indexes; i++)
        free(reports->keys[i]);
    free(reports->keys);
    *reports = (report_keys){0};
}

/* The reading of them. */
typedef struct reader {
    tip_strings *countries;
    tip_strings *names; /* folded */
    tip_buf folded;
    tip_error *err;
} reader;

static tip_status set_key(reader *r, const tip_record *report, report_key *ret_key)
{
    tip_str country = report->iso3.size ? report->iso3 : report->country;
    *ret_key = (report_key){TIP_STORE_NONE, TIP_STORE_NONE, report->year};
    if (country.size > 0 && report->year > 0 &&
        tip_strings_add(r->countries, country, &ret_key->country) != TIP_OK)
        return TIP_NO_MEMORY;
    if (report->country.size == 0)
        return TIP_OK;
    tip_buf_clear(&r->folded);
    if (tip_fold(report->country, &r->folded) != TIP_OK)
        return TIP_NO_MEMORY;
    return tip_strings_add(r->names, tip_buf_str(&r->folded), &ret_key->name);
}

static tip_status read_index(reader *r, const tip_store *store, report_key **keys)
{
    *keys = calloc(tip_store_reports(store) + 1, sizeof **keys);
    if (!*keys)
        return tip_fail_memory(r->err);
    for (uint32_t i = 0; i < tip_store_reports(store); i++) {
        tip_record report = {0};
        tip_status status = tip_store_report(store, i, &report, r->err);
        if (status != TIP_OK)
            return status;
        if (set_key(r, &report, &(*keys)[i]) != TIP_OK)
            return tip_fail_memory(r->err);
    }
    return TIP_OK;
}

/* Numbers of names in order of arrival become their places in order of the names. */
static tip_status rank_names(const tip_searcher *searcher, const tip_strings *names,
                             report_keys *reports)
{
    uint32_t *sorted;
    size_t count = tip_strings_count(names);
    uint32_t *places = calloc(count + 1, sizeof *places);
    if (!places || tip_strings_sort(names, &sorted) != TIP_OK) {
        free(places);
        return TIP_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++)
        places[sorted[i]] = (uint32_t)i;
    free(sorted);
    for (size_t index = 0; index < reports->indexes; index++)
        for (size_t i = 0; i < tip_store_reports(searcher->stores[index]); i++) {
            uint32_t *name = &reports->keys[index][i].name;
            *name = *name == TIP_STORE_NONE ? *name : places[*name];
        }
    free(places);
    return TIP_OK;
}

static tip_status read_all(reader *r, const tip_searcher *searcher, report_keys *reports)
{
    tip_status status = TIP_OK;
    reports->keys = calloc(searcher->indexes + 1, sizeof *reports->keys);
    if (!reports->keys || tip_strings_new(&r->countries) != TIP_OK ||
        tip_strings_new(&r->names) != TIP_OK)
        return tip_fail_memory(r->err);
    for (; reports->indexes < searcher->indexes && status == TIP_OK; reports->indexes++)
        status =
            read_index(r, searcher->stores[reports->indexes], &reports->keys[reports->indexes]);
    reports->countries = tip_strings_count(r->countries);
    if (status == TIP_OK && rank_names(searcher, r->names, reports) != TIP_OK)
        status = tip_fail_memory(r->err);
    return status;
}

tip_status report_keys_read(const tip_searcher *searcher, report_keys *ret_reports, tip_error *err)
{
    reader r = {.err = err};
    report_keys reports = {0};
    tip_status status = read_all(&r, searcher, &reports);
    tip_strings_free(r.countries);
    tip_strings_free(r.names);
    tip_buf_free(&r.folded);
    if (status == TIP_OK)
        *ret_reports = reports;
    else
        report_keys_free(&reports);
    return status;
}

report_key report_key_of(const tip_searcher *searcher, const report_keys *reports,
                         const xc_hit *match)
{
    const tip_store *store = searcher->stores[match->index];
    uint32_t report = tip_store_report_of(store, match->document);
    if (report >= tip_store_reports(store))
        return (report_key){TIP_STORE_NONE, TIP_STORE_NONE, 0};
    return reports->keys[match->index][report];
}
