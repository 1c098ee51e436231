/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Queries by year, side by side. */
#include "serve/chart.h"
#include "serve/fail.h"
#include "serve/html.h"
#include "serve/page.h"

typedef struct trends {
    tip_counts *of[REQUEST_QUERIES_MAX];
    size_t count;
} trends;

static void free_trends(trends *t)
{
    for (size_t i = 0; i < t->count; i++)
        tip_counts_free(t->of[i]);
}

static tip_status count_trends(tip_searcher *searcher, const request *q, trends *t, tip_error *err)
{
    tip_query_options options = q->query;
    tip_status status = TIP_OK;
    options.filters = q->filters;
    while (t->count < q->query_count && status == TIP_OK) {
        tip_query *query;
        status = tip_query_parse(searcher, tip_str_of(q->queries[t->count]), &options, &query, err);
        if (status != TIP_OK)
            break;
        status = tip_trend(searcher, query, &t->of[t->count], err);
        tip_query_free(query);
        t->count += status == TIP_OK;
    }
    return status;
}

static void put_form(FILE *out, const request *q)
{
    static const char *const own[] = {"q", "shares", "limit", "all", NULL};
    html(out, "<form class=\"compare\" action=\"/trend\">\n");
    for (size_t i = 0; i < REQUEST_QUERIES_MAX; i++)
        html(out,
             "<label class=\"series-%d\"><span class=\"swatch\" aria-hidden=\"true\"></span>"
             "<span class=\"unseen\">Query %n</span>"
             "<input name=\"q\" value=\"%s\" maxlength=\"%d\"></label>\n",
             (int)i, i + 1, i < q->query_count ? q->queries[i] : "", REQUEST_QUERY_MAX);
    page_hidden(out, q, own);
    html(out, "<label class=\"check\"><input type=\"checkbox\" name=\"shares\" value=\"1\"");
    html(out, q->shares ? " checked>" : ">");
    html(out, " per 10,000 words</label><button type=\"submit\">Draw</button></form>\n");
}

static void put_table(FILE *out, const request *q, const trends *t)
{
    html(out,
         "<div class=\"wide\" role=\"region\" aria-label=\"Figures\" tabindex=\"0\">"
         "<table class=\"figures\"><caption>%s</caption><thead><tr><th scope=\"col\">Year</th>",
         q->shares ? "Paragraphs per 10,000 words of the year" : "Paragraphs");
    for (size_t i = 0; i < t->count; i++)
        html(out,
             "<th scope=\"col\" class=\"series-%d\"><span class=\"swatch\" "
             "aria-hidden=\"true\"></span>%s</th>",
             (int)i, q->queries[i]);
    html(out, "</tr></thead>\n<tbody>\n");
    for (size_t year = 0; year < tip_counts_size(t->of[0]); year++) {
        html(out, "<tr><th scope=\"row\">%t</th>", tip_counts_at(t->of[0], year)->value);
        for (size_t i = 0; i < t->count; i++)
            html(out, "<td>%g</td>", chart_value(tip_counts_at(t->of[i], year), q->shares));
        html(out, "</tr>\n");
    }
    html(out, "</tbody></table></div>\n");
}

tip_status page_trend(tip_searcher *searcher, const request *q, reply *r, tip_error *err)
{
    trends t = {.count = 0};
    tip_status status = count_trends(searcher, q, &t, err);
    FILE *out = status == TIP_OK ? page_begin(r, searcher, q, "By year") : NULL;
    if (out) {
        html(out, "<h1>By year</h1>\n<p class=\"dim\">Up to four queries, side by side.</p>\n");
        put_form(out, q);
        if (t.count > 0 && tip_counts_size(t.of[0]) > 0) {
            chart_lines(out, (const tip_counts *const *)t.of, t.count, q->shares);
            put_table(out, q, &t);
        }
        status = page_end(r, out, err);
    } else if (status == TIP_OK) {
        status = fail_memory(err);
    }
    free_trends(&t);
    return status;
}
