/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tiers of a country by year. */
#include "base/error.h"
#include "search/country_reports.h"
#include "tip/compare.h"

#include <stdlib.h>

struct tip_tier_history {
    tip_str name; /* borrowed from the store, as are the tiers */
    tip_tier_year *years;
    size_t count;
};

static void add_report(tip_tier_history *tiers, const country_report *report)
{
    tip_tier_year *last = tiers->count > 0 ? &tiers->years[tiers->count - 1] : NULL;
    if (!last || last->year != report->year)
        tiers->years[tiers->count++] = (tip_tier_year){report->year, report->record.tier};
    else if (last->tier.size == 0)
        last->tier = report->record.tier;
}

static tip_status tiers_of(const country_reports *reports, tip_tier_history **ret_tiers)
{
    tip_tier_history *tiers = calloc(1, sizeof *tiers);
    if (tiers)
        tiers->years = calloc(reports->count, sizeof *tiers->years);
    if (!tiers || !tiers->years) {
        free(tiers);
        return TIP_NO_MEMORY;
    }
    tiers->name = reports->name;
    for (size_t i = 0; i < reports->count; i++)
        add_report(tiers, &reports->items[i]);
    *ret_tiers = tiers;
    return TIP_OK;
}

tip_status tip_tiers(tip_searcher *searcher, tip_str country, int first_year, int last_year,
                     tip_tier_history **ret_tiers, tip_error *err)
{
    country_reports all = {0};
    country_reports some;
    if (last_year > 0 && first_year > last_year)
        return tip_fail(err, TIP_BAD_ARGUMENT, "this range of years ends before it starts");
    tip_status status = country_reports_find(searcher, country, &all, err);
    if (status != TIP_OK)
        return status;
    if (country_reports_within(&all, first_year, last_year, &some) == 0)
        status = country_reports_too_few(&all, "there is no report of these years", err);
    else if (tiers_of(&some, ret_tiers) != TIP_OK)
        status = tip_fail_memory(err);
    country_reports_free(&all);
    return status;
}

tip_str tip_tier_history_country(const tip_tier_history *tiers)
{
    return tiers->name;
}

size_t tip_tier_history_size(const tip_tier_history *tiers)
{
    return tiers->count;
}

const tip_tier_year *tip_tier_history_at(const tip_tier_history *tiers, size_t i)
{
    return i < tiers->count ? &tiers->years[i] : NULL;
}

void tip_tier_history_free(tip_tier_history *tiers)
{
    if (!tiers)
        return;
    free(tiers->years);
    free(tiers);
}
