/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A country: its tiers and reports. */
#include "serve/fail.h"
#include "serve/html.h"
#include "serve/page.h"
#include "tip/compare.h"

/* How many paragraphs of a year match. */
static size_t found_in(const tip_counts *trend, int year)
{
    char digits[16];
    snprintf(digits, sizeof digits, "%d", year);
    for (size_t i = 0; trend && i < tip_counts_size(trend); i++)
        if (tip_str_equal(tip_counts_at(trend, i)->value, tip_str_of(digits)))
            return tip_counts_at(trend, i)->paragraphs;
    return 0;
}

static void put_year(FILE *out, const request *q, const tip_tier_history *tiers, size_t i,
                     const tip_counts *trend)
{
    const tip_tier_year *year = tip_tier_history_at(tiers, i);
    const char *title = tip_tier_title(year->tier);
    tip_str query = tip_str_of(request_query(q));
    tip_str country = tip_tier_history_country(tiers);
    html(out, "<tr><th scope=\"row\"><a href=\"/report?country=%u&amp;year=%d%s", country,
         year->year, query.size ? "&q=" : "");
    html(out, "%u\">%d</a></th><td><span class=\"tier tier-%t\">%s</span></td>", query, year->year,
         year->tier, title ? title : "not stated");
    if (trend)
        html(out, "<td class=\"count\">%n</td>", found_in(trend, year->year));
    html(out, "<td>");
    if (i > 0)
        html(out, "<a href=\"/changes?country=%u&amp;year=%d..%d\">changes since %d</a>", country,
             tip_tier_history_at(tiers, i - 1)->year, year->year,
             tip_tier_history_at(tiers, i - 1)->year);
    html(out, "</td></tr>\n");
}

static void put_history(FILE *out, const request *q, const tip_tier_history *tiers,
                        const tip_counts *trend)
{
    html(out, "<h1>%t</h1>\n", tip_tier_history_country(tiers));
    if (*request_query(q)) {
        html(out, "<p><a href=\"");
        page_address(out, q, &(page_link){.path = "/"});
        html(out, "\">Answers to \u201c%s\u201d in these reports</a></p>\n", request_query(q));
    }
    html(out, "<div class=\"wide\" role=\"region\" aria-label=\"Years\" tabindex=\"0\">"
              "<table class=\"years\"><caption class=\"unseen\">Reports and tiers by year</caption>"
              "<thead><tr><th scope=\"col\">Report</th><th scope=\"col\">Tier</th>");
    if (trend)
        html(out, "<th scope=\"col\">Paragraphs found</th>");
    html(out, "<th scope=\"col\">Compare</th></tr></thead>\n<tbody>\n");
    for (size_t i = tip_tier_history_size(tiers); i-- > 0;)
        put_year(out, q, tiers, i, trend);
    html(out, "</tbody></table></div>\n");
}

/* NULL without a query. */
static tip_status count_years(tip_searcher *searcher, const request *q, tip_counts **ret_trend,
                              tip_error *err)
{
    tip_query_options options = q->query;
    tip_query *query;
    *ret_trend = NULL;
    if (!*request_query(q))
        return TIP_OK;
    options.filters = q->filters;
    tip_status status =
        tip_query_parse(searcher, tip_str_of(request_query(q)), &options, &query, err);
    if (status != TIP_OK)
        return status;
    status = tip_trend(searcher, query, ret_trend, err);
    tip_query_free(query);
    return status;
}

tip_status page_country(tip_searcher *searcher, const request *q, reply *r, tip_error *err)
{
    const char *country = request_filter(q, TIP_FIELD_COUNTRY);
    tip_tier_history *tiers = NULL;
    tip_counts *trend = NULL;
    if (!country)
        return fail(err, TIP_BAD_ARGUMENT, "country: a country is expected");
    tip_status status = tip_tiers(searcher, page_unquoted(country), 0, 0, &tiers, err);
    if (status == TIP_OK)
        status = count_years(searcher, q, &trend, err);
    if (status == TIP_OK) {
        FILE *out = page_begin(r, searcher, q, country);
        if (out)
            put_history(out, q, tiers, trend);
        status = out ? page_end(r, out, err) : fail_memory(err);
    }
    tip_counts_free(trend);
    tip_tier_history_free(tiers);
    return status;
}
