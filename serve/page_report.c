/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A report as a whole. */
#include "serve/fail.h"
#include "serve/html.h"
#include "serve/page.h"
#include "tip/browse.h"

#include <stdlib.h>
#include <string.h>

/* A source without countries and years may be a book. */
enum { AROUND_MAX = 1500 };

/* The report of a country and a year: of its first paragraph in the index. The results are the
 * caller's to free even when there are none. */
static tip_status find_first(tip_searcher *searcher, const request *q, tip_results **ret_results,
                             tip_error *err)
{
    tip_query_options options = {.filters = q->filters, .filter_count = q->query.filter_count};
    tip_search_options first = {.limit = 1};
    tip_query *query;
    if (!request_filter(q, TIP_FIELD_COUNTRY) || !request_filter(q, TIP_FIELD_YEAR))
        return fail(err, TIP_BAD_ARGUMENT,
                    "a report is asked for by the id of a paragraph, /report/2020/KGZ/profile/1, "
                    "or by country and year, /report?country=kyrgyz&year=2020");
    tip_status status = tip_query_parse(searcher, tip_str_of("year:1000.."), &options, &query, err);
    if (status != TIP_OK)
        return status;
    status = tip_search(searcher, query, &first, ret_results, err);
    tip_query_free(query);
    if (status == TIP_OK && tip_results_count(*ret_results) == 0)
        return fail(err, TIP_NOT_FOUND, "there is no report of this country and year");
    return status;
}

static tip_status find_report(tip_searcher *searcher, const request *q, tip_results **ret_results,
                              size_t *ret_at, tip_error *err)
{
    static const char below[] = "/report/";
    tip_results *first = NULL;
    tip_str id = tip_str_of(NULL);
    tip_status status = TIP_OK;
    if (strncmp(q->path, below, sizeof below - 1) == 0) {
        id = tip_str_of(q->path + sizeof below - 1);
    } else {
        status = find_first(searcher, q, &first, err);
        if (status == TIP_OK)
            id = tip_results_hit(first, 0)->record.id;
    }
    if (status == TIP_OK)
        status = tip_show(searcher, id, AROUND_MAX, AROUND_MAX, ret_results, ret_at, err);
    tip_results_free(first);
    return status;
}

static void put_title(FILE *out, const request *q, const tip_record *record)
{
    const char *tier = tip_tier_title(record->tier);
    tip_str name = record->country.size ? record->country : record->title;
    html(out, "<h1>%t", name.size ? name : tip_str_of("Untitled"));
    if (record->year)
        html(out, " %d", record->year);
    if (tier)
        html(out, " <span class=\"tier tier-%t\">%s</span>", record->tier, tier);
    html(out, "</h1>\n<p class=\"more\">");
    if (record->country.size && record->title.size)
        html(out, "%t \u00b7 ", record->title);
    page_source(out, record);
    if (record->country.size) {
        html(out, " \u00b7 <a href=\"/country?country=%u%s", record->country,
             *request_query(q) ? "&q=" : "");
        html(out, "%u\">all years</a>", tip_str_of(request_query(q)));
    }
    if (record->country.size && record->year) {
        html(out, " \u00b7 <a href=\"/changes?country=%u&amp;year=..%d\">what changed</a>",
             record->country, record->year);
    }
    html(out, "</p>\n");
}

/* The text with marks. */
static tip_status put_text(FILE *out, const tip_query *query, tip_str text, tip_error *err)
{
    tip_mark *marks = NULL;
    size_t count = 0;
    tip_status status = query ? tip_query_marks(query, text, &marks, &count, err) : TIP_OK;
    if (status != TIP_OK)
        return status;
    page_marked(out, text, marks, count);
    free(marks);
    return TIP_OK;
}

static tip_status put_paragraphs(FILE *out, const tip_query *query, const tip_results *results,
                                 size_t at, tip_error *err)
{
    tip_str section = {NULL, 0};
    tip_status status = TIP_OK;
    for (size_t i = 0; i < tip_results_count(results) && status == TIP_OK; i++) {
        const tip_record *record = &tip_results_hit(results, i)->record;
        if (record->section.size && !tip_str_equal(record->section, section))
            html(out, "<h2 class=\"heading\">%t</h2>\n", record->section);
        section = record->section;
        html(out, i == at ? "<p class=\"paragraph\" id=\"here\">" : "<p class=\"paragraph\">");
        html(out,
             "<a class=\"number\" href=\"/report/%u\" "
             "aria-label=\"Paragraph %n\">%n</a>",
             record->id, i + 1, i + 1);
        status = put_text(out, query, record->text, err);
        html(out, " <button type=\"button\" class=\"copy\" hidden data-citation=\"");
        page_citation(out, record);
        html(out, "\">Copy citation</button></p>\n");
    }
    return status;
}

tip_status page_report(tip_searcher *searcher, const request *q, reply *r, tip_error *err)
{
    tip_results *results = NULL;
    tip_query *query = NULL;
    size_t at;
    FILE *out = NULL;
    tip_query_options options = {.plain = q->query.plain};
    tip_status status = TIP_OK;
    if (*request_query(q))
        status = tip_query_parse(searcher, tip_str_of(request_query(q)), &options, &query, err);
    if (status == TIP_OK)
        status = find_report(searcher, q, &results, &at, err);
    if (status == TIP_OK) {
        /* The form searches everywhere again, not only in this report. */
        request wide = *q;
        wide.query.filter_count = 0;
        out = page_begin(r, searcher, &wide, "Report");
        status = out ? TIP_OK : fail_memory(err);
    }
    if (status == TIP_OK) {
        html(out, "<article class=\"report\">\n");
        put_title(out, q, &tip_results_hit(results, at)->record);
        status = put_paragraphs(out, query, results, at, err);
        html(out, "</article>\n");
    }
    if (out && page_end(r, out, err) != TIP_OK && status == TIP_OK)
        status = TIP_NO_MEMORY;
    tip_results_free(results);
    tip_query_free(query);
    return status;
}
