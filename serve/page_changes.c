/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What changed from one report to the next. */
#include "serve/fail.h"
#include "serve/html.h"
#include "serve/page.h"
#include "tip/compare.h"

static void put_runs(FILE *out, const tip_change *change)
{
    static const char *const formats[] = {[TIP_RUN_KEPT] = "%t ",
                                          [TIP_RUN_REMOVED] = "<del>%t</del> ",
                                          [TIP_RUN_ADDED] = "<ins>%t</ins> "};
    for (size_t i = 0; i < change->run_count; i++)
        html(out, formats[change->runs[i].kind], change->runs[i].text);
}

static void put_change(FILE *out, const tip_change *change)
{
    const tip_record *record =
        change->kind == TIP_CHANGE_DROPPED ? &change->before : &change->after;
    if (change->kind == TIP_CHANGE_KEPT)
        return;
    html(out,
         "<li class=\"%s\"><p class=\"more\"><strong>%s</strong> %t <a href=\"/report/%u#here\">",
         tip_change_kind_name(change->kind), tip_change_kind_name(change->kind), record->section,
         record->id);
    html(out, "\u00b6%n</a></p>\n<p>", (size_t)record->paragraph);
    if (change->kind == TIP_CHANGE_REWORDED)
        put_runs(out, change);
    else if (change->kind == TIP_CHANGE_ADDED)
        html(out, "<ins>%t</ins>", record->text);
    else
        html(out, "<del>%t</del>", record->text);
    html(out, "</p></li>\n");
}

static void put_pair(FILE *out, const tip_year_changes *year)
{
    html(out, "<section class=\"pair\"><h2>%d to %d</h2>\n<p class=\"dim\">", year->before,
         year->after);
    for (size_t i = 0; i < TIP_CHANGE_KINDS; i++)
        html(out, "%s%n %s", i > 0 ? ", " : "", year->totals[i],
             tip_change_kind_name((tip_change_kind)i));
    html(out, " paragraphs</p>\n<ol class=\"changes\">\n");
    for (size_t i = 0; i < year->change_count; i++)
        put_change(out, &year->changes[i]);
    html(out, "</ol></section>\n");
}

static void put_recommendations(FILE *out, const tip_comparison *comparison)
{
    size_t count = tip_comparison_recommendations(comparison);
    if (count == 0)
        return;
    html(out, "<section><h2>Recommendations of %d</h2>\n<ol class=\"changes\">\n",
         tip_comparison_recommendation(comparison, 0)->record.year);
    for (size_t i = 0; i < count; i++) {
        const tip_recommendation *r = tip_comparison_recommendation(comparison, i);
        html(out, "<li><p class=\"more\"><strong>%s</strong>", r->age ? "made before" : "new");
        for (size_t k = 0; k < r->age; k++)
            html(out, "%s%d", k > 0 ? ", " : " in ", r->years[k]);
        html(out, "</p><p>%t</p></li>\n", r->record.text);
    }
    html(out, "</ol></section>\n");
}

static void put_comparison(FILE *out, const request *q, const tip_comparison *comparison)
{
    tip_str country = tip_comparison_country(comparison);
    html(out,
         "<h1>%t: what changed</h1>\n<form class=\"line\" action=\"/changes\">"
         "<input type=\"hidden\" name=\"country\" value=\"%t\"><label>Years "
         "<input name=\"year\" value=\"%s\" placeholder=\"2013..2015\" size=\"12\"></label>"
         "<button type=\"submit\">Compare</button> <a href=\"/country?country=%u\">all "
         "years</a></form>\n",
         country, country,
         request_filter(q, TIP_FIELD_YEAR) ? request_filter(q, TIP_FIELD_YEAR) : "", country);
    for (size_t i = tip_comparison_size(comparison); i-- > 0;)
        put_pair(out, tip_comparison_at(comparison, i));
    put_recommendations(out, comparison);
}

tip_status page_changes(tip_searcher *searcher, const request *q, reply *r, tip_error *err)
{
    const char *country = request_filter(q, TIP_FIELD_COUNTRY);
    tip_comparison *comparison;
    int first;
    int last;
    if (!country)
        return fail(err, TIP_BAD_ARGUMENT, "country: a country is expected");
    tip_status status = request_years(q, &first, &last, err);
    if (status == TIP_OK)
        status = tip_changes(searcher, page_unquoted(country), first, last, &comparison, err);
    if (status != TIP_OK)
        return status;
    request wide = *q;
    wide.query.filter_count = 0;
    FILE *out = page_begin(r, searcher, &wide, "What changed");
    if (out)
        put_comparison(out, q, comparison);
    tip_comparison_free(comparison);
    return out ? page_end(r, out, err) : fail_memory(err);
}
