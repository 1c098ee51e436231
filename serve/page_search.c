/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The answers to a query. */
#include "serve/chart.h"
#include "serve/fail.h"
#include "serve/found.h"
#include "serve/html.h"
#include "serve/page.h"
#include "tip/suggest.h"

#include <stdlib.h>
#include <string.h>

/* ---- Without a query ---- */

static void put_examples(FILE *out)
{
    static const char *const examples[][2] = {
        {"police corruption Kyrgyz", "any of the words, ranked; a country by any of its names"},
        {"+police -border", "must have, must not have"},
        {"\"debt bondage\"", "these words exactly, one behind the other"},
        {"forced near/3 labor", "no further apart than three words"},
        {"prosecut* year:2018..2021", "words that begin like this, in these years"},
        {"country:(kenya or ghana) tier:2WL", "reports about one of them, of this tier"},
        {"mentions:russia section:profile", "paragraphs that name a country, in a section"},
    };
    html(out, "<h2>How to ask</h2>\n<dl class=\"examples\">\n");
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        html(out, "<div><dt><a href=\"/?q=%u\"><code>%s</code></a></dt><dd>%s</dd></div>\n",
             tip_str_of(examples[i][0]), examples[i][0], examples[i][1]);
    html(out, "</dl>\n");
}

static tip_status page_home(tip_searcher *searcher, const request *q, reply *r, tip_error *err)
{
    FILE *out = page_begin(r, searcher, q, NULL);
    if (!out)
        return fail_memory(err);
    html(out,
         "<h1>Search %n paragraphs of country reports</h1>\n"
         "<div class=\"home\"><section>",
         tip_searcher_documents(searcher));
    put_examples(out);
    html(out, "</section>\n<section id=\"countries\"><h2>Countries</h2>\n");
    tip_status status = page_countries(out, searcher, q, err);
    html(out, "</section></div>\n");
    tip_status ended = page_end(r, out, err);
    return status == TIP_OK ? ended : status;
}

tip_status page_all_countries(tip_searcher *searcher, const request *q, reply *r, tip_error *err)
{
    FILE *out = page_begin(r, searcher, q, "Countries");
    if (!out)
        return fail_memory(err);
    if (*request_query(q))
        html(out, "<h1>Where \u201c%s\u201d is found</h1>\n", request_query(q));
    else
        html(out, "<h1>Countries</h1>\n");
    html(out, "<p class=\"dim\">How many paragraphs, by country.</p>\n"
              "<h2 class=\"unseen\">By region</h2>\n");
    tip_status status = page_countries(out, searcher, q, err);
    tip_status ended = page_end(r, out, err);
    return status == TIP_OK ? ended : status;
}

/* ---- Above the answers ---- */

static void put_chips(FILE *out, const request *q)
{
    if (q->query.filter_count == 0)
        return;
    html(out, "<ul class=\"chips\" aria-label=\"Chosen\">");
    for (size_t i = 0; i < q->query.filter_count; i++) {
        const tip_filter *filter = &q->filters[i];
        html(out, "<li><a href=\"");
        page_toggle(out, q, filter->field, tip_str_of(filter->value), false);
        html(out,
             "\">%s: %s <span aria-hidden=\"true\">\u00d7</span><span class=\"unseen\">, "
             "remove</span></a></li>",
             request_filter_name(filter->field), filter->value);
    }
    html(out, "</ul>\n");
}

static void put_choice(FILE *out, const request *q, const char *name, const char *value, bool on,
                       const char *text)
{
    const page_link to = {.path = "/", .name = name, .value = tip_str_of(value)};
    html(out, "<a href=\"");
    page_address(out, q, &to);
    html(out, "\"");
    page_current(out, on);
    html(out, ">%s</a>\n", text);
}

static void put_tools(FILE *out, const request *q)
{
    bool folded = q->search.collapse;
    tip_sort sort = q->search.sort;
    html(out, "<div class=\"tools\"><span class=\"group\"><span class=\"dim\">Sort</span> ");
    put_choice(out, q, "sort", NULL, sort == TIP_SORT_RELEVANCE, "relevance");
    put_choice(out, q, "sort", "year", sort == TIP_SORT_YEAR, "year");
    put_choice(out, q, "sort", "country", sort == TIP_SORT_COUNTRY, "country");
    html(out, "</span><span class=\"group\">");
    put_choice(out, q, "collapse", folded ? NULL : "1", folded, "fold repeats");
    html(out, "</span><span class=\"group\"><span class=\"dim\">Save</span> ");
    static const char *const formats[] = {"csv", "json"};
    for (size_t i = 0; i < 2; i++) {
        html(out, "<a href=\"");
        page_address(out, q, &(page_link){"/api/search", "format", tip_str_of(formats[i]), false});
        html(out, "%s\">%s</a>\n",
             q->limited ? ""
             : i == 0   ? "&limit=10000"
                        : "&limit=1000",
             formats[i]);
    }
    html(out, "</span></div>\n");
}

static void put_trend(FILE *out, const request *q, const tip_counts *trend)
{
    if (tip_counts_size(trend) < 2)
        return;
    html(out, "<section class=\"trend\" aria-label=\"By year\"><p class=\"tools\">"
              "<span class=\"group\">");
    put_choice(out, q, "shares", NULL, !q->shares, "paragraphs by year");
    put_choice(out, q, "shares", "1", q->shares, "per 10,000 words");
    html(out, "</span><span class=\"group\"><a href=\"");
    page_address(out, q, &(page_link){.path = "/trend"});
    html(out, "\">compare</a></span></p>\n");
    chart_bars(out, q, trend);
    html(out, "</section>\n");
}

static void put_suggestion(FILE *out, const request *q, const char *suggestion)
{
    if (!suggestion)
        return;
    html(out, "<p class=\"suggestion\">Did you mean <a href=\"");
    page_address(out, q, &(page_link){"/", "q", tip_str_of(suggestion), false});
    html(out, "\">%s</a>?</p>\n", suggestion);
}

/* Nothing depends on it. */
static void put_hint(FILE *out, const found *f)
{
    char *hint = NULL;
    if (tip_results_total(f->results) > 0)
        return;
    html(out, "<p>No paragraph matches.</p>\n");
    if (tip_query_hint(f->query, &hint, NULL) == TIP_OK && hint)
        html(out, "<p class=\"hint\">%s</p>\n", hint);
    free(hint);
}

/* ---- Answers ---- */

static bool is_address(tip_str source)
{
    return (source.size > 8 && strncmp(source.data, "https://", 8) == 0) ||
           (source.size > 7 && strncmp(source.data, "http://", 7) == 0);
}

void page_source(FILE *out, const tip_record *record)
{
    if (is_address(record->source))
        html(out, "<a href=\"%t\" rel=\"noreferrer\">source</a>", record->source);
    else if (record->source.size)
        html(out, "<span class=\"source\">%t</span>", record->source);
}

static void put_repeats(FILE *out, const request *q, const tip_hit *hit)
{
    for (size_t i = 0; i < hit->repeat_count; i++)
        html(out, "%s<a href=\"/report/%u?q=%u#here\">%d</a>", i == 0 ? " \u00b7 also in " : ", ",
             hit->repeats[i].id, tip_str_of(request_query(q)), hit->repeats[i].year);
}

static void put_hit(FILE *out, const request *q, const tip_hit *hit)
{
    html(out, "<li class=\"hit\"><h2>");
    page_place(out, q, &hit->record);
    html(out, "</h2>\n<p class=\"snippet\">");
    page_marked(out, hit->snippet, hit->marks, hit->mark_count);
    html(out, "</p>\n<p class=\"more\">");
    page_source(out, &hit->record);
    put_repeats(out, q, hit);
    html(out, " <button type=\"button\" class=\"copy\" hidden data-citation=\"");
    page_citation(out, &hit->record);
    html(out, "\">Copy citation</button></p></li>\n");
}

static void put_page_link(FILE *out, const request *q, size_t offset, const char *text)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%zu", offset);
    html(out, "<a href=\"");
    page_address(out, q, &(page_link){"/", "offset", tip_str_of(offset ? digits : NULL), false});
    html(out, "\" rel=\"%s\">%s</a>\n", offset > q->search.offset ? "next" : "prev", text);
}

static void put_paging(FILE *out, const request *q, const found *f)
{
    size_t offset = q->search.offset;
    size_t limit = q->search.limit;
    size_t end = offset + tip_results_count(f->results);
    html(out, "<nav class=\"paging\" aria-label=\"More answers\">");
    if (offset > 0)
        put_page_link(out, q, offset > limit ? offset - limit : 0, "\u2190 before");
    if (end < tip_results_total(f->results) && limit > 0)
        put_page_link(out, q, end, "more \u2192");
    html(out, "</nav>\n");
}

static void put_total(FILE *out, const request *q, const found *f)
{
    size_t total = tip_results_total(f->results);
    size_t count = tip_results_count(f->results);
    html(out, "<p class=\"total\" role=\"status\"><strong>%n</strong> paragraph%s", total,
         total == 1 ? "" : "s");
    if (count < total && count > 0)
        html(out, ", %n to %n", q->search.offset + 1, q->search.offset + count);
    html(out, " <a class=\"to-narrow\" href=\"#narrow\">narrow</a></p>\n");
}

static void put_answers(FILE *out, const request *q, const found *f)
{
    /* On paper there is no box with the query. */
    html(out, "<div class=\"answers\">\n<h1 class=\"unseen\">Answers to \u201c%s\u201d</h1>\n",
         request_query(q));
    put_total(out, q, f);
    put_chips(out, q);
    put_suggestion(out, q, f->suggestion);
    put_hint(out, f);
    put_trend(out, q, f->trend);
    put_tools(out, q);
    html(out, "<ol class=\"hits\" start=\"%d\">\n", (int)(q->search.offset + 1));
    for (size_t i = 0; i < tip_results_count(f->results); i++)
        put_hit(out, q, tip_results_hit(f->results, i));
    html(out, "</ol>\n");
    put_paging(out, q, f);
    html(out, "</div>\n");
}

tip_status page_search(tip_searcher *searcher, const request *q, reply *r, tip_error *err)
{
    request asked = *q;
    found f;
    if (!*request_query(q) && q->query.filter_count == 0)
        return page_home(searcher, q, r, err);
    asked.trend = true;
    tip_status status = found_make(searcher, &asked, page_asked(q), &f, err);
    if (status != TIP_OK)
        return status;
    FILE *out = page_begin(r, searcher, q, NULL);
    if (!out) {
        found_free(&f);
        return fail_memory(err);
    }
    html(out, "<div class=\"search\">\n");
    put_answers(out, q, &f);
    found_free(&f);
    status = page_facets(out, searcher, q, err);
    html(out, "</div>\n");
    tip_status ended = page_end(r, out, err);
    return status == TIP_OK ? ended : status;
}
