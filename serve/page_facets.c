/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What narrows an answer: facets and countries. */
#include "serve/found.h"
#include "serve/html.h"
#include "serve/page.h"

#include <stdlib.h>
#include <string.h>

enum { SHOWN_VALUES = 8, MOST_VALUES = 200, TILES_MAX = 250, HEATS = 5 };

static const struct {
    tip_facet facet;
    tip_field field;
    const char *title;
} facets[] = {
    {TIP_FACET_COUNTRY, TIP_FIELD_COUNTRY, "Country"},
    {TIP_FACET_REGION, TIP_FIELD_REGION, "Region"},
    {TIP_FACET_TIER, TIP_FIELD_TIER, "Tier"},
    {TIP_FACET_SECTION, TIP_FIELD_SECTION, "Section"},
    {TIP_FACET_MENTIONS, TIP_FIELD_MENTIONS, "Mentions"},
};

/* Counts what the request matches, its filters of one field left out. */
static tip_status count_without(tip_searcher *searcher, const request *q, tip_facet facet,
                                tip_field without, tip_counts **ret_counts, tip_error *err)
{
    request wider = *q;
    tip_query *query;
    wider.query.filter_count = 0;
    for (size_t i = 0; i < q->query.filter_count; i++)
        if (q->filters[i].field != without)
            wider.filters[wider.query.filter_count++] = q->filters[i];
    wider.query.filters = wider.filters;
    tip_status status =
        tip_query_parse(searcher, tip_str_of(page_asked(q)), &wider.query, &query, err);
    if (status != TIP_OK)
        return status;
    status = tip_count_by(searcher, query, facet, ret_counts, err);
    tip_query_free(query);
    return status;
}

/* A value as a filter: a comma would part it. A new string; NULL when out of memory. */
static char *filter_value(tip_str value)
{
    char *text = NULL;
    bool quoted = value.size > 0 && memchr(value.data, ',', value.size);
    if (asprintf(&text, quoted ? "\"%.*s\"" : "%.*s", (int)value.size, value.data) < 0)
        return NULL;
    return text;
}

static bool is_chosen(const request *q, tip_field field, const char *value)
{
    for (size_t i = 0; i < q->query.filter_count; i++)
        if (q->filters[i].field == field && strcmp(q->filters[i].value, value) == 0)
            return true;
    return false;
}

static void put_value(FILE *out, const request *q, tip_field field, const tip_count *count,
                      const char *value, bool chosen)
{
    const char *title = field == TIP_FIELD_TIER ? tip_tier_title(count->value) : NULL;
    html(out, "<li><a href=\"");
    page_toggle(out, q, field, tip_str_of(value), !chosen);
    html(out, "\"");
    page_current(out, chosen);
    html(out, "><span class=\"name\">%t</span> <span class=\"count\">%n</span></a></li>\n",
         title ? tip_str_of(title) : count->value, count->paragraphs);
}

/* The first values, and what is chosen further down, are shown at once. Returns how many are not.
 */
static size_t put_values(FILE *out, const request *q, tip_field field, const tip_counts *counts,
                         size_t first)
{
    size_t left = 0;
    html(out, "<ul>\n");
    for (size_t i = 0; i < tip_counts_size(counts); i++) {
        const tip_count *count = tip_counts_at(counts, i);
        if (count->value.size == 0)
            continue;
        char *value = filter_value(count->value);
        bool chosen = value && is_chosen(q, field, value);
        if (value && (i < first || chosen))
            put_value(out, q, field, count, value, chosen);
        else
            left++;
        free(value);
    }
    html(out, "</ul>\n");
    return left;
}

/* A page with all values of all facets would be four times as large as one without. */
static void put_rest(FILE *out, const request *q, const char *title, tip_facet facet, size_t left)
{
    const char *name = left > 0 ? tip_facet_name(facet) : NULL;
    html(out, "<p><a href=\"");
    page_address(out, q, &(page_link){"/", "all", tip_str_of(name), false});
    if (left > 0)
        html(out, "\" aria-label=\"%s: %n more\">%n more</a></p>\n", title, left, left);
    else
        html(out, "\" aria-label=\"%s: fewer\">fewer</a></p>\n", title);
}

static void put_facet(FILE *out, const request *q, tip_field field, const char *title,
                      tip_facet facet, const tip_counts *counts)
{
    size_t size = tip_counts_size(counts);
    bool all = q->unfolded && q->unfolded_facet == facet;
    if (size == 0 || (size == 1 && tip_counts_at(counts, 0)->value.size == 0))
        return;
    html(out, "<section class=\"facet\"><h2>%s</h2>\n", title);
    size_t left = put_values(out, q, field, counts, all ? MOST_VALUES : SHOWN_VALUES);
    if (left > 0 || all)
        put_rest(out, q, title, facet, all ? 0 : left);
    html(out, "</section>\n");
}

tip_status page_facets(FILE *out, tip_searcher *searcher, const request *q, tip_error *err)
{
    tip_status status = TIP_OK;
    html(out, "<aside class=\"facets\" id=\"narrow\" aria-label=\"Narrow the answers\">\n");
    for (size_t i = 0; i < sizeof facets / sizeof *facets && status == TIP_OK; i++) {
        tip_counts *counts;
        status = count_without(searcher, q, facets[i].facet, facets[i].field, &counts, err);
        if (status != TIP_OK)
            break;
        put_facet(out, q, facets[i].field, facets[i].title, facets[i].facet, counts);
        tip_counts_free(counts);
    }
    html(out, "</aside>\n");
    return status;
}

/* ---- Countries ---- */

/* From 1 to HEATS, by the root of the share: few are far above most. */
static int heat_of(size_t count, size_t most)
{
    int heat = 1;
    while (heat < HEATS && count * HEATS * HEATS > most * (size_t)(heat * heat))
        heat++;
    return heat;
}

static void put_tile(FILE *out, const request *q, const tip_count *count, size_t most)
{
    char *value = filter_value(count->value);
    const page_link to = {.path = "/country", .name = "country", .value = tip_str_of(value)};
    if (!value)
        return;
    html(out, "<li class=\"heat-%d\"><a href=\"", heat_of(count->paragraphs, most));
    page_address(out, q, &to);
    html(out, "\"><span class=\"name\">%t</span> <span class=\"count\">%n</span></a></li>\n",
         count->value, count->paragraphs);
    free(value);
}

static int compare_names(const void *a, const void *b)
{
    const tip_count *const *x = a;
    const tip_count *const *y = b;
    size_t size = (*x)->value.size < (*y)->value.size ? (*x)->value.size : (*y)->value.size;
    int order = memcmp((*x)->value.data, (*y)->value.data, size);
    return order ? order
                 : ((*x)->value.size > (*y)->value.size) - ((*x)->value.size < (*y)->value.size);
}

/* By name: whoever looks for a country knows that. */
static void put_tiles(FILE *out, const request *q, const tip_counts *counts, size_t most)
{
    const tip_count *sorted[TILES_MAX];
    size_t size = 0;
    for (size_t i = 0; i < tip_counts_size(counts) && size < TILES_MAX; i++)
        if (tip_counts_at(counts, i)->value.size)
            sorted[size++] = tip_counts_at(counts, i);
    qsort(sorted, size, sizeof *sorted, compare_names);
    html(out, "<ul class=\"tiles\">\n");
    for (size_t i = 0; i < size; i++)
        put_tile(out, q, sorted[i], most);
    html(out, "</ul>\n");
}

/* The countries of a region, or, with NULL, all. */
static tip_status put_region(FILE *out, tip_searcher *searcher, const request *q,
                             const char *region, size_t *most, tip_error *err)
{
    request narrow = *q;
    tip_counts *counts;
    if (region) {
        if (narrow.query.filter_count == REQUEST_PARAMETERS_MAX)
            return TIP_OK;
        narrow.filters[narrow.query.filter_count++] = (tip_filter){TIP_FIELD_REGION, region};
    }
    tip_status status =
        count_without(searcher, &narrow, TIP_FACET_COUNTRY, TIP_FIELD_COUNTRY, &counts, err);
    if (status != TIP_OK)
        return status;
    if (*most == 0 && tip_counts_size(counts) > 0)
        *most = tip_counts_at(counts, 0)->paragraphs;
    if (region) {
        html(out, "<h3>%s</h3>\n", region);
        put_tiles(out, q, counts, *most);
    }
    tip_counts_free(counts);
    return TIP_OK;
}

tip_status page_countries(FILE *out, tip_searcher *searcher, const request *q, tip_error *err)
{
    tip_counts *regions;
    size_t most = 0;
    tip_status status =
        count_without(searcher, q, TIP_FACET_REGION, TIP_FIELD_COUNTRY, &regions, err);
    if (status != TIP_OK)
        return status;
    status = put_region(out, searcher, q, NULL, &most, err);
    for (size_t i = 0; i < tip_counts_size(regions) && status == TIP_OK; i++) {
        char *region = filter_value(tip_counts_at(regions, i)->value);
        if (region && *region)
            status = put_region(out, searcher, q, region, &most, err);
        free(region);
    }
    tip_counts_free(regions);
    return status;
}
