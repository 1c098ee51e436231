/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How reports differ, and the tiers. */
#include "output/browse.h"

#include "base/record_json.h"
#include "output/row.h"
#include "output/wrap.h"

#include <stdlib.h>
#include <string.h>

#define STYLE_REMOVED "\033[31m"
#define STYLE_ADDED "\033[32m"

enum { INDENT = 4, BAR_STEP = 3 };

/* ---- Changes for people ---- */

static const char *style_of(tip_run_kind kind)
{
    return kind == TIP_RUN_REMOVED ? STYLE_REMOVED : kind == TIP_RUN_ADDED ? STYLE_ADDED : NULL;
}

/* Colours say what brackets would say. */
static wrap_piece piece_of(const output *out, const tip_run *run, bool joined)
{
    static const char *const before[] = {"", "[-", "{+"};
    static const char *const after[] = {"", "-]", "+}"};
    return (wrap_piece){
        .text = run->text,
        .style = style_of(run->kind),
        .before = out->color ? "" : before[run->kind],
        .after = out->color ? "" : after[run->kind],
        .joined = joined && !out->color,
    };
}

static void put_runs(const output *out, const tip_run *runs, size_t count)
{
    output_wrap wrap = {out, INDENT, 0};
    for (size_t i = 0; i < count; i++) {
        bool joined = i > 0 && runs[i].kind == TIP_RUN_ADDED && runs[i - 1].kind == TIP_RUN_REMOVED;
        wrap_piece piece = piece_of(out, &runs[i], joined);
        wrap_text(&wrap, &piece);
    }
    wrap_end(&wrap);
}

static const tip_record *record_of(const tip_change *change)
{
    return change->kind == TIP_CHANGE_DROPPED ? &change->before : &change->after;
}

static void put_place(const output *out, const tip_record *record)
{
    output_safely(out->stream, record->section);
    if (record->paragraph)
        fprintf(out->stream, "%sparagraph %u", record->section.size ? ", " : "", record->paragraph);
    output_style(out, STYLE_DIM);
    fputs("  [", out->stream);
    output_safely(out->stream, record->id);
    fputc(']', out->stream);
    output_style(out, STYLE_RESET);
    fputc('\n', out->stream);
}

static void put_change(const output *out, const tip_change *change)
{
    const tip_record *record = record_of(change);
    if (change->kind == TIP_CHANGE_KEPT)
        return;
    output_style(out, STYLE_BOLD);
    fprintf(out->stream, "%-8s", tip_change_kind_name(change->kind));
    output_style(out, STYLE_RESET);
    fputs("  ", out->stream);
    put_place(out, record);
    if (change->kind == TIP_CHANGE_REWORDED) {
        put_runs(out, change->runs, change->run_count);
    } else {
        bool added = change->kind == TIP_CHANGE_ADDED;
        tip_run run = {added ? TIP_RUN_ADDED : TIP_RUN_REMOVED, record->text};
        put_runs(out, &run, 1);
    }
}

static void put_year(const output *out, tip_str country, const tip_year_changes *year)
{
    output_style(out, STYLE_BOLD);
    output_safely(out->stream, country);
    fprintf(out->stream, " %d to %d: ", year->before, year->after);
    for (size_t i = 0; i < TIP_CHANGE_KINDS; i++)
        fprintf(out->stream, "%s%zu %s", i > 0 ? ", " : "", year->totals[i],
                tip_change_kind_name((tip_change_kind)i));
    output_style(out, STYLE_RESET);
    fputc('\n', out->stream);
    for (size_t i = 0; i < year->change_count; i++)
        put_change(out, &year->changes[i]);
}

static void put_recommendation(const output *out, const tip_recommendation *r)
{
    output_wrap wrap = {out, INDENT, 0};
    wrap_piece piece = {r->record.text, NULL, "", "", false};
    output_style(out, STYLE_BOLD);
    if (r->age == 0)
        fputs("new", out->stream);
    else
        fprintf(out->stream, "already in %zu earlier report%s", r->age, r->age == 1 ? "" : "s");
    output_style(out, STYLE_RESET);
    for (size_t i = 0; i < r->age; i++)
        fprintf(out->stream, "%s%d", i > 0 ? ", " : ": ", r->years[i]);
    fputs("  ", out->stream);
    put_place(out, &r->record);
    wrap_text(&wrap, &piece);
    wrap_end(&wrap);
}

static void put_changes(const output *out, const tip_comparison *comparison)
{
    size_t recommendations = tip_comparison_recommendations(comparison);
    for (size_t i = 0; i < tip_comparison_size(comparison); i++) {
        if (i > 0)
            fputc('\n', out->stream);
        put_year(out, tip_comparison_country(comparison), tip_comparison_at(comparison, i));
    }
    if (recommendations > 0) {
        output_style(out, STYLE_BOLD);
        fprintf(out->stream, "\nRecommendations of %d\n",
                tip_comparison_recommendation(comparison, 0)->record.year);
        output_style(out, STYLE_RESET);
    }
    for (size_t i = 0; i < recommendations; i++)
        put_recommendation(out, tip_comparison_recommendation(comparison, i));
}

/* ---- Changes for machines ---- */

/* The recommendation that a change of the last report is; NULL when it is none. */
static const tip_recommendation *recommendation_of(const tip_comparison *comparison, size_t year,
                                                   const tip_change *change)
{
    if (year + 1 < tip_comparison_size(comparison) || change->kind == TIP_CHANGE_DROPPED)
        return NULL;
    for (size_t i = 0; i < tip_comparison_recommendations(comparison); i++) {
        const tip_recommendation *r = tip_comparison_recommendation(comparison, i);
        if (r->record.text.data == change->after.text.data)
            return r;
    }
    return NULL;
}

static void put_earlier(output_row *row, const tip_recommendation *r)
{
    if (r)
        row_number(row, r->age);
    else
        row_name(row, "");
    row_begin(row);
    for (size_t i = 0; r && i < r->age; i++)
        fprintf(row->out->stream, "%s%d", i > 0 ? " " : "", r->years[i]);
}

static void put_row(output_row *row, const tip_comparison *comparison, size_t i,
                    const tip_change *change)
{
    const tip_year_changes *year = tip_comparison_at(comparison, i);
    row_text(row, tip_comparison_country(comparison));
    row_number(row, (unsigned long long)year->before);
    row_number(row, (unsigned long long)year->after);
    row_name(row, tip_change_kind_name(change->kind));
    row_text(row, record_of(change)->section);
    row_real(row, "%.3f", change->similarity);
    row_text(row, change->before.id);
    row_text(row, change->after.id);
    put_earlier(row, recommendation_of(comparison, i, change));
    row_text(row, change->before.text);
    row_text(row, change->after.text);
    row_end(row);
}

static void put_rows(const output *out, const tip_comparison *comparison)
{
    static const char *const names[] = {
        "country",  "from_year", "to_year", "change",      "section",    "similarity", "before_id",
        "after_id", "age",       "years",   "before_text", "after_text", NULL};
    output_row row = {out, false};
    row_header(&row, names);
    for (size_t i = 0; i < tip_comparison_size(comparison); i++) {
        const tip_year_changes *year = tip_comparison_at(comparison, i);
        for (size_t k = 0; k < year->change_count; k++)
            put_row(&row, comparison, i, &year->changes[k]);
    }
}

static json_t *json_record(const tip_record *record, bool known)
{
    return known ? tip_json_record(record) : json_null();
}

static json_t *json_runs(const tip_change *change)
{
    static const char *const names[] = {"kept", "removed", "added"};
    json_t *array = json_array();
    for (size_t i = 0; i < change->run_count && array; i++) {
        json_t *run = json_pack("{s:s, s:o}", "run", names[change->runs[i].kind], "text",
                                tip_json_string(change->runs[i].text));
        if (json_array_append_new(array, run) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static int set_change(json_t *json, const tip_change *change)
{
    int failed =
        json_object_set_new(json, "change", json_string(tip_change_kind_name(change->kind)));
    failed |= json_object_set_new(json, "similarity", json_real(change->similarity));
    failed |= json_object_set_new(json, "before",
                                  json_record(&change->before, change->kind != TIP_CHANGE_ADDED));
    failed |= json_object_set_new(json, "after",
                                  json_record(&change->after, change->kind != TIP_CHANGE_DROPPED));
    if (change->kind == TIP_CHANGE_REWORDED)
        failed |= json_object_set_new(json, "diff", json_runs(change));
    return failed;
}

static json_t *json_years(const tip_recommendation *r)
{
    json_t *years = json_array();
    for (size_t i = 0; i < r->age && years; i++) {
        if (json_array_append_new(years, json_integer(r->years[i])) != 0) {
            json_decref(years);
            return NULL;
        }
    }
    return years;
}

static int set_age(json_t *json, const tip_recommendation *r)
{
    int failed = json_object_set_new(json, "age", json_integer((json_int_t)r->age));
    return failed | json_object_set_new(json, "years", json_years(r));
}

static json_t *json_year(const tip_year_changes *year)
{
    json_t *json = json_object();
    json_t *changes = json_array();
    int failed = json_object_set_new(json, "from_year", json_integer(year->before));
    failed |= json_object_set_new(json, "to_year", json_integer(year->after));
    for (size_t i = 0; i < TIP_CHANGE_KINDS; i++)
        failed |= json_object_set_new(json, tip_change_kind_name((tip_change_kind)i),
                                      json_integer((json_int_t)year->totals[i]));
    for (size_t i = 0; i < year->change_count && !failed; i++) {
        json_t *change = json_object();
        failed |= set_change(change, &year->changes[i]);
        failed |= json_array_append_new(changes, change);
    }
    failed |= json_object_set_new(json, "changes", changes);
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *json_recommendations(const tip_comparison *comparison)
{
    json_t *array = json_array();
    int failed = 0;
    for (size_t i = 0; i < tip_comparison_recommendations(comparison) && !failed; i++) {
        const tip_recommendation *r = tip_comparison_recommendation(comparison, i);
        json_t *json = tip_json_record(&r->record);
        failed |= json ? set_age(json, r) : -1;
        failed |= json_array_append_new(array, json);
    }
    if (!failed)
        return array;
    json_decref(array);
    return NULL;
}

static tip_status put_json(const output *out, json_t *json, int failed, size_t flags)
{
    return output_put_json(out, json, failed, flags | JSON_REAL_PRECISION(3));
}

static tip_status put_json_changes(const output *out, const tip_searcher *searcher,
                                   const tip_comparison *comparison)
{
    json_t *json = json_object();
    json_t *years = json_array();
    int failed = json_object_set_new(json, "format_version", json_integer(TIP_FORMAT_VERSION));
    failed |=
        json_object_set_new(json, "country", tip_json_string(tip_comparison_country(comparison)));
    failed |= output_json_lost(json, searcher);
    for (size_t i = 0; i < tip_comparison_size(comparison) && !failed; i++)
        failed |= json_array_append_new(years, json_year(tip_comparison_at(comparison, i)));
    failed |= json_object_set_new(json, "years", years);
    failed |= json_object_set_new(json, "recommendations", json_recommendations(comparison));
    return put_json(out, json, failed, out->batch ? JSON_COMPACT : (size_t)JSON_INDENT(1));
}

static tip_status put_json_lines(const output *out, const tip_comparison *comparison)
{
    tip_status status = TIP_OK;
    for (size_t i = 0; i < tip_comparison_size(comparison); i++) {
        const tip_year_changes *year = tip_comparison_at(comparison, i);
        for (size_t k = 0; k < year->change_count && status == TIP_OK; k++) {
            const tip_change *change = &year->changes[k];
            const tip_recommendation *r = recommendation_of(comparison, i, change);
            json_t *json = json_object();
            int failed = json_object_set_new(json, "from_year", json_integer(year->before));
            failed |= json_object_set_new(json, "to_year", json_integer(year->after));
            failed |= set_change(json, change);
            if (r)
                failed |= set_age(json, r);
            status = put_json(out, json, failed, JSON_COMPACT);
        }
    }
    return status;
}

tip_status output_changes(const output *out, const tip_searcher *searcher,
                          const tip_comparison *comparison)
{
    switch (out->format) {
    case OUTPUT_JSON:
        return put_json_changes(out, searcher, comparison);
    case OUTPUT_JSONL:
        return put_json_lines(out, comparison);
    case OUTPUT_CSV:
    case OUTPUT_TSV:
        put_rows(out, comparison);
        break;
    default:
        put_changes(out, comparison);
    }
    return TIP_OK;
}

/* ---- Tiers ---- */

/* The worse, the longer. */
static int length_of(tip_str tier)
{
    static const char *const order[] = {"1", "2", "2WL", "3"};
    for (int i = 0; i < 4; i++)
        if (tip_str_equal(tier, tip_str_of(order[i])))
            return (i + 1) * BAR_STEP;
    return 0;
}

static void put_bar(const output *out, int length)
{
    output_style(out, STYLE_MARK);
    for (int i = 0; i < 4 * BAR_STEP; i++) {
        if (i == length)
            output_style(out, STYLE_RESET);
        fputs(i < length ? "\u2588" : " ", out->stream);
    }
    if (length == 4 * BAR_STEP)
        output_style(out, STYLE_RESET);
    fputs("  ", out->stream);
}

static void put_tiers(const output *out, const tip_tier_history *history)
{
    output_style(out, STYLE_BOLD);
    output_safely(out->stream, tip_tier_history_country(history));
    output_style(out, STYLE_RESET);
    fputc('\n', out->stream);
    for (size_t i = 0; i < tip_tier_history_size(history); i++) {
        const tip_tier_year *year = tip_tier_history_at(history, i);
        const char *title = tip_tier_title(year->tier);
        fprintf(out->stream, "%d  ", year->year);
        if (out->bars)
            put_bar(out, length_of(year->tier));
        if (title || year->tier.size == 0)
            fputs(title ? title : "no tier", out->stream);
        else
            output_safely(out->stream, year->tier);
        fputc('\n', out->stream);
    }
}

static void put_tier_rows(const output *out, const tip_tier_history *history)
{
    static const char *const names[] = {"country", "year", "tier", NULL};
    output_row row = {out, false};
    row_header(&row, names);
    for (size_t i = 0; i < tip_tier_history_size(history); i++) {
        const tip_tier_year *year = tip_tier_history_at(history, i);
        row_text(&row, tip_tier_history_country(history));
        row_number(&row, (unsigned long long)year->year);
        row_text(&row, year->tier);
        row_end(&row);
    }
}

static tip_status put_json_tiers(const output *out, const tip_searcher *searcher,
                                 const tip_tier_history *history)
{
    json_t *json = json_object();
    json_t *tiers = json_array();
    int failed = json_object_set_new(json, "format_version", json_integer(TIP_FORMAT_VERSION));
    failed |=
        json_object_set_new(json, "country", tip_json_string(tip_tier_history_country(history)));
    failed |= output_json_lost(json, searcher);
    for (size_t i = 0; i < tip_tier_history_size(history) && !failed; i++) {
        const tip_tier_year *year = tip_tier_history_at(history, i);
        failed |= json_array_append_new(tiers, json_pack("{s:i, s:o}", "year", year->year, "tier",
                                                         tip_json_string(year->tier)));
    }
    failed |= json_object_set_new(json, "tiers", tiers);
    return put_json(out, json, failed, out->batch ? JSON_COMPACT : (size_t)JSON_INDENT(1));
}

static tip_status put_json_tier_lines(const output *out, const tip_tier_history *history)
{
    tip_status status = TIP_OK;
    for (size_t i = 0; i < tip_tier_history_size(history) && status == TIP_OK; i++) {
        const tip_tier_year *year = tip_tier_history_at(history, i);
        json_t *json = json_pack("{s:o, s:i, s:o}", "country",
                                 tip_json_string(tip_tier_history_country(history)), "year",
                                 year->year, "tier", tip_json_string(year->tier));
        status = put_json(out, json, 0, JSON_COMPACT);
    }
    return status;
}

tip_status output_tiers(const output *out, const tip_searcher *searcher,
                        const tip_tier_history *history)
{
    switch (out->format) {
    case OUTPUT_JSON:
        return put_json_tiers(out, searcher, history);
    case OUTPUT_JSONL:
        return put_json_tier_lines(out, history);
    case OUTPUT_CSV:
    case OUTPUT_TSV:
        put_tier_rows(out, history);
        break;
    default:
        put_tiers(out, history);
    }
    return TIP_OK;
}
